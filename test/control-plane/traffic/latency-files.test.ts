import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'

const DOCUMENT = `
regions: { eu: { addresses: [192.0.2.1] }, us: { addresses: [192.0.2.2] } }
latency: { measured: { file: rtt.csv } }
zones: {}
`
const read = (csv: string) =>
  readTraffic(DOCUMENT, 'traffic.yaml', { serial: 1, readText: () => ({ text: csv, digest: 'd', file: 'rtt.csv' }) })

test('a table has the milliseconds by client and region, whatever the spaces and the letter case', () => {
  const parsed = read(
    '# made by hand\nclient,region,ms\n de , eu , 12.5\nAS0064500,us,80\n192.0.2.0/24,us,7\r\n\n*,eu,99\n',
  )
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'))
  expect(parsed.document.latency.get('measured')?.rows).toEqual(
    new Map([
      ['DE', new Map([['eu', 12.5]])],
      ['AS64500', new Map([['us', 80]])],
      ['192.0.2.0/24', new Map([['us', 7]])],
      ['*', new Map([['eu', 99]])],
    ]),
  )
})

test.each([
  [
    'the header is missing',
    'DE,eu,12\n',
    'rtt.csv:1:1 latency.measured.file: the first line must be "client,region,ms"',
  ],
  ['there is nothing yet', '', 'rtt.csv:1:1 latency.measured.file: the first line must be "client,region,ms"'],
  [
    'there are only remarks',
    '# soon\n\n',
    'rtt.csv:1:1 latency.measured.file: the first line must be "client,region,ms"',
  ],
  [
    'a client is none',
    'client,region,ms\nXX,eu,12\n',
    'rtt.csv:2:1 latency.measured.file: no country has the code "XX"',
  ],
  [
    'a number is none',
    'client,region,ms\nDE,eu,fast\n',
    'rtt.csv:2:7 latency.measured.file: "fast" is not a number of milliseconds',
  ],
  [
    'a column is missing',
    'client,region,ms\nDE,12\n',
    'rtt.csv:2:1 latency.measured.file: 2 columns; 3 are expected: client,region,ms',
  ],
  [
    'a row is there twice',
    'client,region,ms\nDE,eu,1\nde,eu,2\n',
    'rtt.csv:3:4 latency.measured.file: the latency of eu for DE is already there',
  ],
])('it is said where %s', (_, csv, problem) => {
  const parsed = read(csv)
  expect('problems' in parsed && parsed.problems.map(formatProblem)).toEqual([problem])
})

test('rows of regions that there are not are warned of once, and not used', () => {
  const parsed = read('client,region,ms\nDE,ue,12\nFR,ue,13\nFR,eu,9\n')
  if ('problems' in parsed) throw new Error('it is sound')
  expect(parsed.warnings.map(formatProblem)).toEqual([
    'rtt.csv:2:4 latency.measured.file: no region is named "ue"; its rows are not used (did you mean "eu"?)',
  ])
  expect([...parsed.document.latency.get('measured')!.rows.keys()]).toEqual(['FR'])
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-latency-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a table is read anew when it changes, and while it is broken or gone the last good one is in use', async () => {
  const path = join(folder, 'traffic.yaml')
  const table = join(folder, 'rtt.csv')
  await writeFile(path, DOCUMENT)
  await expect(openFileStore(path)).rejects.toThrow(`there is no file ${table}`)
  await writeFile(table, 'client,region,ms\nDE,eu,12\n')
  const store = await openFileStore(path)
  const first = store.current()
  await writeFile(table, 'client,region,ms\nDE,eu,12\nFR,eu,30\n')
  await store.reread()
  expect(store.current().document.latency.get('measured')?.rows.get('FR')?.get('eu')).toBe(30)
  expect(store.current().revision).not.toBe(first.revision)
  await writeFile(table, 'nonsense\n')
  await store.reread()
  expect(store.refused()?.problems.length).toBeGreaterThan(0)
  expect(store.current().document.latency.get('measured')?.rows.has('FR')).toBe(true)
  store.close()
})
