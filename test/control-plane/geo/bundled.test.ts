import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bundledDatabases } from '../../../src/control-plane/geo/bundled.js'

test('the bundled data is there, a file a family', () => {
  const files = bundledDatabases()
  expect(files.map(file => /ipv[46]/.exec(file)?.[0])).toEqual(['ipv4', 'ipv6'])
  expect(files.filter(file => !existsSync(file))).toEqual([])
})
