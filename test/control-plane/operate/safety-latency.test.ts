// Safety rules and latency: how things are is measured by the maps in use, whatever was learned since the document was written.
import { expect, test } from 'vitest'
import { Safety } from '../../../src/control-plane/operate/safety.js'
import type { Forced, ForcedRegions } from '../../../src/control-plane/publish/forced.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { makeWorld, parse } from './world.js'

const DOCUMENT = parse(`
regions:
  eu-central: { location: [50.11, 8.68], addresses: [192.0.2.3], country: DE }
  us-east: { location: [38.95, -77.45], addresses: [192.0.2.1], country: US }
latency: { measured: { learned: {} } }
policies: { home: [ { latency: { table: measured } }, { fence: { by: country } } ] }
zones: { example.com: { nameservers: [ns.example.net], records: { api: { steer: home } } } }
safety: { few: { ladder: 0% }, both: { at-least: 2 } }
`)
/** That network is next to the far region, as far as times go. */
const ROWS = new Map([['130.149.7.0/24', new Map([['us-east', 3]])]])
const MEASURED = DOCUMENT.latency.get('measured')!

const withTable = (digest: string, rows: typeof ROWS | Map<never, never>): TrafficDocument => ({
  ...DOCUMENT,
  latency: new Map([['measured', { ...MEASURED, digest, rows }]]),
})

async function safetyWhere(served: TrafficDocument): Promise<Safety> {
  const { publisher } = await makeWorld(served)
  const kept = { current: () => Safety.NONE, update: async () => undefined, settled: async () => undefined }
  return new Safety({
    kept: kept as unknown as ConstructorParameters<typeof Safety>[0]['kept'], // nothing is moved here
    document: DOCUMENT,
    health: () => new Map(),
    forced: () => new Map(),
    world: () => publisher.current()?.world,
    onProblem: (sentence, error) => expect.fail(`${sentence}: ${error}`),
  })
}

const word: Forced = { id: '1', state: 'down', drain: 0, until: Infinity, actor: 'alice', reason: 'why' }
const EU_DOWN: ForcedRegions = new Map([['eu-central', word]])

test.each([
  ['nothing was learned', DOCUMENT],
  ['rows were learned', withTable('learned', ROWS)],
  ['a line was fitted', withTable('fitted', new Map())],
])('the rule about the ladder finds the clients that a fence keeps where %s', async (_, served) => {
  const safety = await safetyWhere(served)
  const [few, both] = safety.judge({ forced: EU_DOWN })
  expect([few?.rule, both?.rule]).toEqual(['few', 'both'])
  expect(few!.words).toMatch(/^api\.example\.com \([0-9.]+ % of its clients\) would be answered from a lower rung/)
})

test('a table with other times is asked of it, and breaks it nowhere: no map of it is needed to know', async () => {
  const after = { ...MEASURED, digest: 'other', rows: ROWS }
  const served = await makeWorld(withTable('other', ROWS))
  const safety = await safetyWhere(DOCUMENT)
  expect(safety.judgeTable('measured', after)).toEqual([])
  const { maps } = served.publisher.current()!.world
  const insides = [...maps.values()].flatMap(pair => [...pair[4].rankings.inside])
  const { maps: before } = (await makeWorld(DOCUMENT)).publisher.current()!.world
  expect(new Set(insides)).toEqual(new Set([...before.values()].flatMap(pair => [...pair[4].rankings.inside])))
})
