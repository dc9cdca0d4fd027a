import { expect, test } from 'vitest'
import { serve } from '../../src/cli/serve.js'
import { readZoneOptions } from '../../src/cli/serve-zones.js'
import { readCall, UsageError } from '../../src/cli/verb.js'

test('a zone is told from its file by the first "="', () => {
  expect(readZoneOptions(['example.com=zones/a=b', '.=root.zone'])).toEqual([
    { origin: 'example.com', file: 'zones/a=b' },
    { origin: '.', file: 'root.zone' },
  ])
})

test.each([
  [['--zone', 'example.com']],
  [['--zone', '=file']],
  [['--zone', 'example.com=']],
  [['--zone', 'a=b', '--listen', '5300']],
  [['--zone', 'a=b', '--listen', '::1:5300']],
  [['zones']],
])('%j makes no sense', async words => {
  await expect(serve.run(readCall(serve, words))).rejects.toBeInstanceOf(UsageError)
})
