import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AddressHealth, CheckHealth, Health } from '../../../src/control-plane/health/health.js'
import { MOST_STEPS } from '../../../src/control-plane/operate/incident.js'
import { MOST_INCIDENTS } from '../../../src/control-plane/operate/incident-book.js'
import { Incidents } from '../../../src/control-plane/operate/incidents.js'
import { readKept } from '../../../src/control-plane/state/kept-value.js'

const T = 1_700_000_000_000
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incidents-'))
  vi.useFakeTimers({ now: T, toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true })
})

/** A node in miniature: one thread, which takes a snapshot when somebody asks. */
async function scene() {
  const path = join(folder, 'incidents.json')
  const told: [number, string][] = []
  const thread = { version: 1, any: 0, regions: new Map<string, number>() }
  const incidents = new Incidents(
    {
      path,
      count: regions => ({
        at: Date.now(),
        threads: [
          { version: thread.version, any: thread.any, each: regions.map(region => thread.regions.get(region) ?? 0) },
        ],
      }),
      onStep: (_, step) => told.push([step.at - T, step.kind]),
      onEnd: incident => told.push([incident.endedAt! - T, 'ended']),
      onProblem: sentence => {
        throw new Error(sentence)
      },
    },
    await readKept(path, Incidents.isKept),
  )
  let version = 1
  const publish = (regions: Readonly<Record<string, number>>): void =>
    incidents.published({ version: ++version, regions: new Map(Object.entries(regions)) }, Date.now())
  return {
    incidents,
    told,
    path,
    publish,
    /** Health, judged and published. */
    is(health: Health, regions: Readonly<Record<string, number>>): void {
      incidents.judge(health, Date.now())
      publish(regions)
    },
    ask(region: string): void {
      thread.version = version
      thread.any++
      thread.regions.set(region, (thread.regions.get(region) ?? 0) + 1)
    },
    idle(): void {
      thread.version = version
    },
  }
}

const check = (up: boolean, run: number, failingSince?: number): CheckHealth => ({
  check: 'api',
  up,
  run,
  changeInMs: 0,
  lastAt: T,
  ...(failingSince === undefined ? {} : { failingSince }),
})
const address = (name: string, up: boolean, since: number, checks: readonly CheckHealth[]): AddressHealth => ({
  address: name,
  up,
  since,
  changeInMs: 0,
  checks,
  ...(up ? {} : { cause: 'api: connection refused' }),
})
const well = (name = '192.0.2.1', since = 0): AddressHealth => address(name, true, since, [check(true, 0)])
const failing = (since: number): AddressHealth => address('192.0.2.1', true, 0, [check(true, 1, since)])
const down = (since: number, failingSince: number, name = '192.0.2.1'): AddressHealth =>
  address(name, false, since, [check(false, 0, failingSince)])
const eu = (...addresses: AddressHealth[]): Health => new Map([['eu', addresses]])

const BOTH = { eu: 30, us: 30 }

test('an outage is told from the first failure to the last answer in a cache, and back', async () => {
  const node = await scene()
  node.is(eu(well()), BOTH)
  await vi.advanceTimersByTimeAsync(1000)
  node.is(eu(failing(T + 990)), { ...BOTH, eu: 9 })
  node.ask('eu')
  await vi.advanceTimersByTimeAsync(2000)
  node.ask('eu')
  await vi.advanceTimersByTimeAsync(2000)
  // At T + 5000: down by the prober's clock 5 ms ago.
  node.is(eu(down(T + 4995, T + 990)), { us: 30 })
  await vi.advanceTimersByTimeAsync(300)
  node.ask('us')
  await vi.advanceTimersByTimeAsync(60_000)
  node.is(eu(well('192.0.2.1', T + 65_290)), BOTH)
  await vi.advanceTimersByTimeAsync(30)
  node.ask('eu')
  await vi.advanceTimersByTimeAsync(1000)

  const [incident] = node.incidents.list()
  expect(incident).toMatchObject({
    region: 'eu',
    startedAt: T + 990,
    endedAt: T + 65_300,
    down: [],
    cause: 'api: connection refused',
  })
  expect(incident!.steps.map(({ at, kind }) => [at - T, kind])).toEqual([
    [990, 'failing'],
    [3100, 'last-old-answer'],
    [4995, 'detected'],
    [5000, 'decided'],
    [5000, 'published'],
    [5310, 'answered'],
    // The longest TTL that was given while it was watched: 30 s until it was cut to 9.
    [31_000, 'forgotten'],
    [65_290, 'detected'],
    [65_300, 'decided'],
    [65_300, 'published'],
    [65_340, 'answered'],
  ])
  expect(incident!.steps.find(({ kind }) => kind === 'published')).toMatchObject({ version: 4, given: false })
  expect(node.told.map(([, kind]) => kind)).toEqual([
    ...['failing', 'detected', 'decided', 'published', 'last-old-answer', 'forgotten', 'answered'],
    ...['detected', 'decided', 'published', 'ended', 'answered'],
  ])
  await node.incidents.close()
})

test('failures that come to nothing are no incident', async () => {
  const node = await scene()
  node.is(eu(well()), BOTH)
  node.is(eu(failing(T)), BOTH)
  await vi.advanceTimersByTimeAsync(500)
  node.is(eu(well()), BOTH)
  await vi.advanceTimersByTimeAsync(500)
  expect(node.incidents.list()).toEqual([])
  // Nothing is looked at any more.
  expect(vi.getTimerCount()).toBe(0)
  await node.incidents.close()
})

test('an address that is not known yet is no incident, and one that is down at the start is', async () => {
  const node = await scene()
  const unknown = address('192.0.2.1', false, T, [{ check: 'api', up: false, run: 0, changeInMs: 0 }])
  node.is(eu(unknown), BOTH)
  expect(node.incidents.list()).toEqual([])
  node.is(eu(down(T, T)), {})
  expect(node.incidents.list()).toMatchObject([{ region: 'eu', down: ['192.0.2.1'] }])
  await node.incidents.close()
})

test('one incident holds all addresses of its region, and lasts until the last is back and let in', async () => {
  const node = await scene()
  node.is(eu(well('192.0.2.1'), well('192.0.2.2')), BOTH)
  node.is(eu(down(T, T), well('192.0.2.2')), BOTH)
  await vi.advanceTimersByTimeAsync(50)
  node.is(eu(down(T, T), down(T + 40, T + 30, '192.0.2.2')), { us: 30 })
  expect(node.incidents.list()).toMatchObject([{ down: ['192.0.2.1', '192.0.2.2'] }])
  const given = node.incidents.list()[0]!.steps.flatMap(step => (step.kind === 'published' ? [step.given] : []))
  expect(given).toEqual([true, false])
  node.is(eu(well('192.0.2.1', T), well('192.0.2.2', T)), BOTH)
  expect(node.incidents.list()[0]!.endedAt).toBe(T + 50)
  node.is(eu(down(T + 60, T + 60)), { us: 30 })
  node.is(eu({ ...well('192.0.2.1', T + 70), admitted: 0 }), { us: 30 })
  expect(node.incidents.list()[0]).toMatchObject({ id: '2', down: [] })
  expect(node.incidents.list()[0]!.endedAt).toBeUndefined()
  node.is(eu(well('192.0.2.1', T + 70)), BOTH)
  expect(node.incidents.list()[0]!.endedAt).toBe(T + 50)
  await node.incidents.close()
})

test('a region that nobody asks for has no first answer, and the looking ends after ten minutes', async () => {
  const node = await scene()
  node.is(eu(down(T, T)), { us: 30 })
  node.idle()
  await vi.advanceTimersByTimeAsync(599_000)
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(5000)
  expect(vi.getTimerCount()).toBe(0)
  expect(node.told.map(([, kind]) => kind)).toEqual(['failing', 'detected', 'decided', 'published', 'forgotten'])
  await node.incidents.close()
})

test('a region that leaves the document ends its incident, and so does an address', async () => {
  const node = await scene()
  node.is(eu(down(T, T)), {})
  node.is(eu(well('192.0.2.9')), BOTH)
  expect(node.incidents.list()).toMatchObject([{ down: [], endedAt: T }])
  node.is(eu(down(T, T)), {})
  node.is(new Map(), {})
  expect(node.incidents.list()[0]).toMatchObject({ id: '2', endedAt: T })
  await node.incidents.close()
})

test('incidents outlive a restart; one that was over meanwhile is over', async () => {
  const before = await scene()
  before.is(eu(down(T, T)), {})
  await before.incidents.close()
  const after = await scene()
  expect(after.incidents.get('1')).toEqual(before.incidents.get('1'))
  after.is(eu(down(T, T)), {})
  expect(after.incidents.list()).toHaveLength(1)
  after.is(eu(well('192.0.2.1', T + 1)), BOTH)
  expect(after.incidents.get('1')).toMatchObject({ endedAt: T })
  after.is(eu(down(T + 2, T + 2)), {})
  expect(after.incidents.get('2')).toMatchObject({ region: 'eu' })
  await after.incidents.close()
  expect(JSON.parse(await readFile(after.path, 'utf8')).value.next).toBe(3)
})

test('neither a region that flaps nor many incidents fill the memory', async () => {
  const node = await scene()
  for (let i = 0; i < 80; i++) {
    node.is(eu(down(T, T), down(T, T, '192.0.2.2')), {})
    node.is(eu(well(), down(T, T, '192.0.2.2')), {})
  }
  expect(node.incidents.list()[0]!.steps).toHaveLength(MOST_STEPS)
  expect(node.incidents.list()[0]!.more).toBeGreaterThan(0)
  for (let i = 0; i < MOST_INCIDENTS + 20; i++) {
    node.is(new Map([['us', [down(T, T, '192.0.2.7')]], ...eu(well(), down(T, T, '192.0.2.2'))]), {})
    node.is(new Map([['us', [well('192.0.2.7')]], ...eu(well(), down(T, T, '192.0.2.2'))]), {})
  }
  expect(node.incidents.list()).toHaveLength(MOST_INCIDENTS)
  // The one that lasts is kept, old as it is.
  expect(node.incidents.get('1')?.endedAt).toBeUndefined()
  await node.incidents.close()
})

test.each([
  {},
  { next: 1, incidents: [{ id: '1' }] },
  { next: 1, incidents: [{ id: '1', region: 'eu', cause: '', startedAt: 0, down: [], steps: [{ kind: 3 }] }] },
  { next: 'x', incidents: [] },
])('%j is no list of incidents', value => {
  expect(Incidents.isKept(value)).toBe(false)
})
