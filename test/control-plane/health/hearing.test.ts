import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Heard } from '../../../src/control-plane/health/hearing.js'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber } from '../../../src/control-plane/health/prober.js'
import type { Probe } from '../../../src/control-plane/health/target.js'
import type { Change } from '../../../src/control-plane/health/view.js'
import type { VotesSpec } from '../../../src/control-plane/traffic/document/check.js'
import { documentOf, region, tcpSpec } from './specs.js'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const KEY = 'api\n192.0.2.1'
const VOTES: VotesSpec = { quorum: 'majority', by: 'node', holdMs: 30_000, local: 'follow' }

/** A prober that sees one address, and hears what the test says of it. */
async function scene(votes: VotesSpec | undefined = VOTES) {
  const world = { passes: true, heard: new Map<string, boolean>(), deafMs: 0, trusted: true }
  const probe: Probe = async () => {
    if (!world.passes) throw new Error('connection refused')
  }
  const log = { info: () => {}, warn: () => {} }
  const prober = createProber({ crew: localCrew({ probe }), log, phases: () => 0.3 })
  const told: Change[] = []
  prober.onChange((_, changes) => told.push(...changes))
  prober.join({
    node: 'a',
    group: 'fra',
    others: (key): readonly Heard[] =>
      key === KEY && world.deafMs === 0
        ? [...world.heard].map(([node, up]) => ({ node, group: node, trusted: true, streak: { up, run: 0 } }))
        : [],
    trusted: () => world.trusted,
    deafMs: () => world.deafMs,
  })
  prober.configure(documentOf([region('eu', ['192.0.2.1'])], [tcpSpec(votes === undefined ? {} : { votes })]))
  await prober.firstRound()
  const say = (words: Record<string, boolean>): void => {
    for (const [node, up] of Object.entries(words)) world.heard.set(node, up)
    prober.recount([KEY])
  }
  const now = () => prober.health().get('eu')![0]!
  return { prober, world, told, say, now }
}

test('what others see down is down here too, with who says so, and comes back with them', async () => {
  const { prober, say, now, told } = await scene()
  say({ b: true, c: true })
  expect(now().checks[0]?.votes).toEqual({ basis: 'votes', ups: 3, of: 3, own: true })
  told.length = 0
  say({ b: false })
  expect(now().up).toBe(true)
  await vi.advanceTimersByTimeAsync(5000)
  say({ c: false })
  expect(now()).toMatchObject({ up: false, since: Date.now(), cause: 'api: by vote: 2 of 3 see it down' })
  expect(now().checks[0]).toMatchObject({ up: false, failingSince: Date.now(), votes: { own: true, ups: 1 } })
  say({ b: true })
  expect(now().up).toBe(true)
  expect(told.map(({ up }) => up)).toEqual([false, true])
  expect(prober.poll('api', '192.0.2.1')?.others.map(({ node, up }) => [node, up])).toEqual([
    ['b', true],
    ['c', false],
  ])
  prober.stop()
})

test('what only this node sees down stays up, and it says what it sees', async () => {
  const { prober, world, say, now } = await scene()
  say({ b: true, c: true })
  world.passes = false
  await vi.advanceTimersByTimeAsync(60_000)
  expect(prober.views()).toEqual(new Map([[KEY, { up: false, run: 0 }]]))
  expect(now()).toMatchObject({ up: true })
  expect(now().checks[0]).toMatchObject({ up: true, votes: { own: false, ups: 2, of: 3 } })
  // Alone it would be out: the others have fallen silent.
  world.heard.clear()
  prober.recount()
  expect(now()).toMatchObject({ up: false, cause: 'api: connection refused' })
  prober.stop()
})

test('where votes are heard no more, the last judgement holds for a while, and then the own view counts', async () => {
  const { prober, world, say, now } = await scene()
  say({ b: false, c: false })
  expect(now().up).toBe(false)
  world.deafMs = 1
  prober.recount()
  expect(now()).toMatchObject({ up: false, cause: 'api: it was down when votes were heard last' })
  world.deafMs = 29_999
  prober.recount()
  expect(now().checks[0]?.votes?.basis).toBe('held')
  world.deafMs = 30_000
  prober.recount()
  expect(now()).toMatchObject({ up: true })
  expect(now().checks[0]?.votes?.basis).toBe('own')
  prober.stop()
})

test('a check without votes goes by what this node sees, whatever others say, and tells them nothing', async () => {
  const { prober, say, now } = await scene(undefined)
  // `undefined` asks for the default.
  prober.configure(documentOf([region('eu', ['192.0.2.1'])], [tcpSpec()]))
  say({ b: false, c: false })
  expect(now()).toMatchObject({ up: true })
  expect(now().checks[0]?.votes).toBeUndefined()
  expect(prober.views().size).toBe(0)
  expect(prober.poll('api', '192.0.2.1')).toBeUndefined()
  prober.stop()
})

test('the time in which an answer may change is that of the votes it takes', async () => {
  const { prober, world, say, now } = await scene({ ...VOTES, quorum: 'any' })
  say({ b: true, c: true })
  world.passes = false
  await vi.advanceTimersByTimeAsync(11_000)
  // Here it may be two seconds; all three have to see it down, and the others have not begun to.
  expect(now().changeInMs).toBe(30_000)
  prober.stop()
})
