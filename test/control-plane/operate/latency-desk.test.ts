import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { explain } from '../../../src/control-plane/operate/explain.js'
import { LatencyDesk } from '../../../src/control-plane/operate/latency-desk.js'
import type { Refusal } from '../../../src/control-plane/operate/safety/judge.js'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import type { Passage, TrafficStore } from '../../../src/control-plane/traffic/store.js'
import { makeWorld, type TestWorld } from './world.js'

const DOCUMENT = `
regions:
  us-east:      { location: [38.95, -77.45], addresses: [192.0.2.1] }
  eu-central:   { location: [50.11, 8.68], addresses: [192.0.2.3] }
  ap-northeast: { location: [35.68, 139.69], addresses: [192.0.2.4] }
latency:
  measured: { file: rtt.csv, learned: { minimum-samples: 5, refresh: 1s }, refuse: { moved: 0.5% } }
policies:
  fastest: [ { latency: { table: measured } } ]
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      api: { steer: fastest }
`
const TABLE = 'client,region,ms\nJP,ap-northeast,9\nJP,us-east,150\nDE,eu-central,8\n'
const BERLIN = '130.149.7.9'

const PASSED: Passage = { overrode: [], settle: () => undefined }
const WORSE = TABLE.replace('DE,eu-central,8', 'DE,eu-central,400').replace('JP,us-east,150\n', '')

let folder: string
let store: TrafficStore
let world: TestWorld
let desk: LatencyDesk
let now = Date.UTC(2026, 2, 1)
let against: readonly Refusal[]
let held: (readonly [string, readonly string[]])[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-desk-'))
  await writeFile(join(folder, 'traffic.yaml'), DOCUMENT)
  await writeFile(join(folder, 'rtt.csv'), TABLE)
  store = await openFileStore(join(folder, 'traffic.yaml'))
  world = await makeWorld(store.current().document)
  now = Date.UTC(2026, 2, 1)
  against = []
  held = []
  desk = new LatencyDesk({
    store,
    publisher: world.publisher,
    locate: async () => world.sources().locate,
    now: () => now,
    against: () => against,
    onHeld: (name, why) => void held.push([name, why]),
  })
  store.onChange(({ document }) => desk.serve(document))
  await desk.serve(store.current().document)
})
afterEach(async () => {
  store.close()
  await rm(folder, { recursive: true })
})

const answerFor = (client: string) =>
  explain(world.sources(), { name: 'api.example.com', type: 'A', client }).answer.addresses
const report = (rttMs: number, region: string, samples = 10, client = BERLIN) =>
  desk.report('measured', [{ client, region, rttMs, samples }])

test('answers follow what was learned, for the network that it was learned of and no other', async () => {
  expect(answerFor(BERLIN)).toEqual(['192.0.2.3'])
  expect(report(3, 'us-east')).toEqual({ accepted: 1, refused: [], refusedCount: 0 })
  expect(answerFor(BERLIN)).toEqual(['192.0.2.3'])
  await desk.refresh()
  expect(answerFor(BERLIN)).toEqual(['192.0.2.1'])
  expect(answerFor('130.149.8.9')).toEqual(['192.0.2.3'])
})

test('samples that say nothing new make no new snapshot', async () => {
  report(3, 'us-east')
  await desk.refresh()
  const { snapshot } = world.publisher.current()!
  report(3.4, 'us-east')
  await desk.refresh()
  expect(world.publisher.current()!.snapshot).toBe(snapshot)
})

test('an edit of the document keeps what was learned, and a table that is gone is forgotten', async () => {
  report(3, 'us-east')
  await desk.refresh()
  await writeFile(join(folder, 'traffic.yaml'), DOCUMENT.replace('192.0.2.1]', '192.0.2.11]'))
  await store.reread()
  expect(answerFor(BERLIN)).toEqual(['192.0.2.11'])
  await writeFile(join(folder, 'traffic.yaml'), DOCUMENT.replace(', learned: { minimum-samples: 5, refresh: 1s }', ''))
  await store.reread()
  expect(answerFor(BERLIN)).toEqual(['192.0.2.3'])
  expect(() => report(3, 'us-east')).toThrow('no latency table of the document is learned')
})

test('rows of a region that is gone are not used', async () => {
  report(3, 'us-east')
  await desk.refresh()
  await writeFile(join(folder, 'traffic.yaml'), DOCUMENT.replace(/ {2}us-east.*\n/, ''))
  await writeFile(join(folder, 'rtt.csv'), TABLE.replace(/JP,us-east.*\n/, ''))
  await store.reread()
  expect(store.refused()).toBeUndefined()
  expect(answerFor(BERLIN)).toEqual(['192.0.2.3'])
})

test('samples that make no sense are told of and left out, and the others are taken', () => {
  const samples = [
    { client: BERLIN, region: 'eu-central', rttMs: 9, samples: 1 },
    { client: 'DE', region: 'eu-central', rttMs: 9, samples: 1 },
    { client: BERLIN, region: 'eu', rttMs: 9, samples: 1 },
    { client: BERLIN, region: 'eu-central', rttMs: 0, samples: 1 },
    { client: BERLIN, region: 'eu-central', rttMs: 99_999, samples: 1 },
  ]
  expect(desk.report(undefined, samples)).toEqual({
    accepted: 1,
    refusedCount: 4,
    refused: [
      { index: 1, why: '"DE" is no address, and no network of at least /24 (IPv4) or /48 (IPv6)' },
      { index: 2, why: 'no region is named "eu"' },
      { index: 3, why: '0 ms is no round-trip time up to 10000 ms' },
      { index: 4, why: '99999 ms is no round-trip time up to 10000 ms' },
    ],
  })
})

test('a table that is not there is told of', () => {
  expect(() => desk.report('measurd', [])).toThrow('no latency table is named "measurd"; there is measured')
})

test('a file that moves too many clients is proposed with objections, and exchanged when that is wished', async () => {
  const change = await desk.propose('measured', WORSE)
  if ('problems' in change) throw new Error('it is sound')
  expect(change.rows).toEqual({ before: 3, after: 2, dropped: 1, added: 0, changed: 1 })
  expect(change.droppedRows).toEqual(['JP us-east'])
  expect(change.names[0]).toMatchObject({ name: 'api.example.com.' })
  expect(change.names[0]!.moves[0]).toMatchObject({ from: 'eu-central', to: 'us-east' })
  expect(change.objections.map(text => text.replace(/[0-9.]+ % of the/, 'N % of the'))).toEqual([
    '1 of 3 rows (33.3 %) would be gone; the most is 20 %',
    'N % of the clients of api.example.com. would get another region; the most is 0.5 %',
  ])
  expect(answerFor(BERLIN)).toEqual(['192.0.2.3'])
  await desk.exchange('measured', WORSE, () => PASSED)
  expect(await readFile(join(folder, 'rtt.csv'), 'utf8')).toBe(WORSE)
  expect(answerFor(BERLIN)).toEqual(['192.0.2.1'])
})

test('what an exchange was refused with leaves the file and the answers as they are, and what was let pass is told that it is in force', async () => {
  const settled: boolean[] = []
  const refuse = () => {
    throw new Error('not today')
  }
  await expect(desk.exchange('measured', WORSE, refuse)).rejects.toThrow('not today')
  expect(await readFile(join(folder, 'rtt.csv'), 'utf8')).toBe(TABLE)
  await desk.exchange('measured', WORSE, () => ({ overrode: [], settle: happened => void settled.push(happened) }))
  expect(settled).toEqual([true])
})

test('a file that cannot be read is mended by another one, and nothing else that is wrong with the document is', async () => {
  await writeFile(join(folder, 'rtt.csv'), 'nonsense\n')
  await store.reread()
  expect(store.refused()).toBeDefined()
  await desk.exchange('measured', TABLE, () => PASSED)
  expect(store.refused()).toBeUndefined()
  await writeFile(join(folder, 'traffic.yaml'), `${DOCUMENT}nonsense: 1\n`)
  await store.reread()
  await expect(desk.exchange('measured', WORSE, () => PASSED)).rejects.toThrow('nothing can be changed while')
  expect(await readFile(join(folder, 'rtt.csv'), 'utf8')).toBe(TABLE)
})

test('a file that was edited and changes too much is held back, over edits of the document too, until it is better or insisted on', async () => {
  await writeFile(join(folder, 'rtt.csv'), WORSE)
  await store.reread()
  expect(answerFor(BERLIN)).toEqual(['192.0.2.3'])
  expect(held).toEqual([['measured', desk.facts('measured').held]])
  expect(desk.facts('measured').held![0]).toBe('1 of 3 rows (33.3 %) would be gone; the most is 20 %')
  await writeFile(join(folder, 'traffic.yaml'), DOCUMENT.replace('192.0.2.1]', '192.0.2.11]'))
  await store.reread()
  expect([answerFor(BERLIN), held.length]).toEqual([['192.0.2.3'], 1])
  await writeFile(join(folder, 'rtt.csv'), TABLE.replace('150', '140'))
  await store.reread()
  expect(desk.facts('measured').held).toBeUndefined()
  await writeFile(join(folder, 'rtt.csv'), WORSE)
  await store.reread()
  expect(answerFor(BERLIN)).toEqual(['192.0.2.3'])
  await desk.exchange('measured', WORSE, () => PASSED)
  expect(answerFor(BERLIN)).toEqual(['192.0.2.11'])
  expect(desk.facts('measured')).not.toHaveProperty('held')
})

test('a file that is held back comes into force when the document permits what it changes, and another file at once', async () => {
  await writeFile(join(folder, 'rtt.csv'), WORSE)
  await store.reread()
  await writeFile(join(folder, 'traffic.yaml'), DOCUMENT.replace('moved: 0.5%', 'moved: 90%, dropped: 50%'))
  await store.reread()
  expect(answerFor(BERLIN)).toEqual(['192.0.2.1'])
  await writeFile(join(folder, 'other.csv'), 'client,region,ms\nDE,ap-northeast,1\n')
  await writeFile(join(folder, 'traffic.yaml'), DOCUMENT.replace('rtt.csv', 'other.csv'))
  await store.reread()
  expect(answerFor(BERLIN)).toEqual(['192.0.2.4'])
})

test('what was learned waits while a safety rule is against moving clients, and says so', async () => {
  report(3, 'us-east')
  against = [{ rule: 'sale', words: 'nothing moves', remedy: 'wait', overridableBy: 'caller' }]
  await desk.refresh()
  await desk.refresh()
  await desk.serve(store.current().document)
  expect(answerFor(BERLIN)).toEqual(['192.0.2.3'])
  expect(held).toEqual([['measured', ['sale: nothing moves']]])
  expect(desk.facts('measured').held).toEqual(['sale: nothing moves'])
  against = []
  await desk.refresh()
  expect(answerFor(BERLIN)).toEqual(['192.0.2.1'])
  expect(desk.facts('measured').held).toBeUndefined()
})

test('a file that changes little is proposed without objections', async () => {
  const change = await desk.propose('measured', TABLE.replace('JP,us-east,150', 'JP,us-east,140'))
  expect(change).toMatchObject({ objections: [], rows: { dropped: 0, added: 0, changed: 1 } })
})

test('a file that is not sound comes back with its problems', async () => {
  const change = await desk.propose('measured', 'client,region,ms\nDE,eu-central,fast\n')
  expect(change).toMatchObject({ problems: [{ message: '"fast" is not a number of milliseconds' }] })
})

test('a model is fitted to a table that has enough rows, and is used where nothing was measured', async () => {
  expect(desk.facts('measured')).toMatchObject({ model: { endsMs: 4, msPerKm: 0.015 } })
  const countries = ['DE', 'FR', 'GB', 'ES', 'IT', 'PL', 'US', 'CA', 'BR', 'IN', 'AU', 'ZA', 'JP', 'KR']
  const { measurementsOf } = await import('../../../src/control-plane/operate/table-points.js')
  const { regions } = store.current().document
  const lines: string[] = []
  for (const country of countries)
    for (const id of regions.keys()) {
      const [point] = await measurementsOf(
        new Map([[country, new Map([[id, 1]])]]),
        regions,
        async () => () => undefined,
      )
      lines.push(`${country},${id},${(20 + 0.025 * point!.km).toFixed(3)}`)
    }
  await desk.exchange('measured', `client,region,ms\n${lines.join('\n')}\n`, () => PASSED)
  const { model, fit } = desk.facts('measured')
  expect(fit?.points).toBe(42)
  expect(model.endsMs).toBeCloseTo(20, 0)
  expect(model.msPerKm).toBeCloseTo(0.025, 3)
})
