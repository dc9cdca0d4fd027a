import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ballotOf, piecesOf, readPiece, shortName, type Word, wordOf } from '../../../src/control-plane/fleet/ballot.js'
import type { Shared, Standing } from '../../../src/control-plane/fleet/replica.js'
import { TargetNames } from '../../../src/control-plane/fleet/target-names.js'
import { Votes } from '../../../src/control-plane/fleet/votes.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** What is shared, set by the test. */
function scene(silenceMs = 10_000) {
  const entries = new Map<string, Shared>()
  const changed: ((keys: ReadonlySet<string>) => void)[] = []
  const stood: ((standing: Standing) => void)[] = []
  let standing: Standing = { kind: 'live' }
  const replica = {
    get: (key: string) => entries.get(key),
    under: (prefix: string) => new Map([...entries].filter(([key]) => key.startsWith(prefix))),
    standing: () => standing,
    onChange: (listener: (keys: ReadonlySet<string>) => void) => void changed.push(listener),
    onStanding: (listener: (standing: Standing) => void) => void stood.push(listener),
  }
  const votes = new Votes({ replica, node: 'ns1', mostDown: 0.7, silenceMs })
  const told: (readonly string[] | 'all')[] = []
  const holding = { now: false }
  votes.onChange(names => {
    told.push(names === undefined ? 'all' : [...names].sort())
    return holding.now
  })
  return {
    votes,
    holding,
    told,
    say(words: ReadonlyMap<string, string | undefined>) {
      for (const [key, value] of words)
        if (value === undefined) entries.delete(key)
        else entries.set(key, { value, version: 1 })
      for (const listener of changed) listener(new Set(words.keys()))
    },
    stand(next: Standing) {
      standing = next
      for (const listener of stood) listener(next)
    },
  }
}

const AWAY: Standing = { kind: 'away', since: 0, why: 'cut off' }
const [EU, US, AP] = ['api\n192.0.2.1', 'api\n192.0.2.2', 'api\n192.0.2.3'].map(shortName) as [string, string, string]
const up: Word = { up: true, run: 0 }
const down: Word = { up: false, run: 0 }
const ballot = (node: string, words: readonly (readonly [string, Word])[], group = node) =>
  ballotOf(node, group, new Map(words))

test('a ballot reads as it was written, whatever the number of targets', () => {
  const word = fc.record({ up: fc.boolean(), run: fc.nat(100) })
  fc.assert(
    fc.property(fc.dictionary(fc.string(), word, { maxKeys: 600 }), targets => {
      const words = new Map(Object.entries(targets).map(([target, word]) => [shortName(target), word]))
      const pieces = [...ballotOf('ns1', 'fra', words).values()].map(text => readPiece(text)!)
      expect(pieces.length).toBe(piecesOf(words.size))
      expect(pieces.every(({ group }) => group === 'fra')).toBe(true)
      const read = new Map(pieces.flatMap(piece => [...piece.words]).map(([name, code]) => [name, wordOf(code)]))
      expect(read).toEqual(words)
    }),
    { numRuns: 200 },
  )
})

test('of ten thousand targets one that turns has one piece of 64 written anew', () => {
  const words = new Map(Array.from({ length: 10_000 }, (_, i) => [shortName(`api\n${i}`), up]))
  const before = ballotOf('ns1', 'fra', words)
  words.set(shortName('api\n77'), down)
  const after = ballotOf('ns1', 'fra', words)
  expect(before.size).toBe(64)
  expect([...after].filter(([key, text]) => before.get(key) !== text)).toHaveLength(1)
})

test.each([
  '',
  '{',
  '{"group":1,"targets":{}}',
  '{"group":"a","targets":{"x":"up"}}',
  '{"group":"a","targets":{"x":1.5}}',
  'null',
])('what is no ballot is none: %s', text => {
  expect(readPiece(text)).toBeUndefined()
})

test('others are heard, this node itself is not, and a turn is told by name', () => {
  const { votes, say, told } = scene()
  say(ballot('ns1', [[EU, down]]))
  say(
    ballot(
      'ns2',
      [
        [EU, up],
        [US, up],
      ],
      'fra',
    ),
  )
  expect(votes.others(EU)).toEqual([{ node: 'ns2', group: 'fra', trusted: true, streak: up }])
  expect(votes.others(AP)).toEqual([])
  told.length = 0
  say(
    ballot(
      'ns2',
      [
        [EU, { up: true, run: 1 }],
        [US, up],
      ],
      'fra',
    ),
  )
  say(
    ballot(
      'ns2',
      [
        [EU, { up: true, run: 1 }],
        [US, up],
      ],
      'fra',
    ),
  )
  expect(told).toEqual([[EU]])
  expect(votes.others(EU)[0]?.streak).toEqual({ up: true, run: 1 })
})

test('a node whose lease ran out has no vote any more', () => {
  const { votes, say, told } = scene()
  say(ballot('ns2', [[EU, down]]))
  say(new Map([['votes/ns2/0', undefined]]))
  expect(votes.others(EU)).toEqual([])
  expect(votes.list()).toEqual([])
  expect(told.at(-1)).toBe('all')
})

test('who sees most of its targets down is not trusted, and of one target nobody can tell', () => {
  const { votes, say } = scene()
  say(
    ballot('ns2', [
      [EU, down],
      [US, down],
      [AP, up],
    ]),
  )
  say(ballot('ns3', [[EU, down]]))
  say(
    ballot('ns4', [
      [EU, down],
      [US, down],
    ]),
  )
  expect(votes.list().map(({ node, down, targets, trusted }) => [node, down, targets, trusted])).toEqual([
    ['ns2', 2, 3, true],
    ['ns3', 1, 1, true],
    ['ns4', 2, 2, false],
  ])
})

test('once the store is away, what was heard last is believed for as long as a node may be silent', () => {
  const { votes, say, stand, told } = scene(10_000)
  say(ballot('ns2', [[EU, down]]))
  told.length = 0
  stand(AWAY)
  vi.advanceTimersByTime(10_000)
  expect([votes.others(EU).length, votes.deafMs(), told]).toEqual([1, 0, []])
  vi.advanceTimersByTime(2000)
  expect([votes.others(EU), votes.deafMs(), votes.list()]).toEqual([[], 2000, []])
  expect(told.length).toBeGreaterThan(0)
  told.length = 0
  stand({ kind: 'live' })
  expect([votes.others(EU).length, votes.deafMs(), told]).toEqual([1, 0, ['all']])
  votes.close()
  expect(vi.getTimerCount()).toBe(0)
})

test('while nothing is heard it is told every second that time passes, as long as anything is held, and once more', () => {
  const { say, stand, told, holding } = scene(10_000)
  say(ballot('ns2', [[EU, down]]))
  told.length = 0
  holding.now = true
  stand(AWAY)
  vi.advanceTimersByTime(15_500)
  expect(told).toHaveLength(6)
  holding.now = false
  vi.advanceTimersByTime(60_000)
  expect(told).toHaveLength(7)
})

test('names of targets are kept while they are targets', () => {
  const names = new TargetNames()
  const all = Array.from({ length: 10 }, (_, i) => `api\n${i}`)
  for (const target of all) expect(names.target(names.of(target))).toBe(target)
  names.keep(new Set(all.slice(0, 4)))
  expect(names.target(shortName('api\n9'))).toBeUndefined()
  expect(names.target(shortName('api\n0'))).toBe('api\n0')
})
