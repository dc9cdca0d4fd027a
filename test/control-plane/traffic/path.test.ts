import { expect, test } from 'vitest'
import { formatPath, type Path } from '../../../src/control-plane/traffic/path.js'

test.each<[Path, string]>([
  [[], ''],
  [['regions', 'eu-central', 'addresses', 0], 'regions.eu-central.addresses[0]'],
  [['zones', 'example.com', 'records', '@', 1, 'data'], 'zones["example.com"].records.@[1].data'],
  [['a b', '"'], '["a b"]["\\""]'],
])('%j is written %s', (path, text) => {
  expect(formatPath(path)).toBe(text)
})
