import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Presence } from '../../../src/control-plane/fleet/presence.js'
import type { Standing } from '../../../src/control-plane/fleet/replica.js'
import { StoreAway } from '../../../src/control-plane/state/store-away.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function world() {
  const state = { standing: { kind: 'live' } as Standing, heard: true, away: false, word: 0 }
  const said: number[] = []
  const doubts: string[] = []
  let ended = 0
  let turned: (standing: Standing) => void = () => undefined
  const presence = new Presence({
    everyMs: 1000,
    lease: {
      async say(words) {
        if (state.away) throw new StoreAway('gone')
        said.push(Number(words.get('members/a')))
        return said.length
      },
      async end() {
        ended++
      },
    },
    replica: {
      hears: async () => state.heard,
      doubt: why => void doubts.push(why),
      standing: () => state.standing,
      onStanding: listener => {
        turned = listener
      },
    },
    words: () => new Map([['members/a', String(state.word)]]),
    isNews: () => said.at(-1) !== state.word,
    onProblem: sentence => void doubts.push(sentence),
  })
  return { state, said, doubts, presence, ended: () => ended, turn: (standing: Standing) => turned(standing) }
}

test('a node says at once that it is here, and again in its rhythm', async () => {
  const { presence, said } = world()
  presence.changed()
  await vi.advanceTimersByTimeAsync(50)
  expect(said).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(3000)
  expect(said).toHaveLength(4)
})

test('what changes nothing of what was said waits for the next sign of life, which does not come later for it', async () => {
  const { presence, said } = world()
  presence.changed()
  await vi.advanceTimersByTimeAsync(50)
  for (let i = 0; i < 9; i++) {
    presence.changed()
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(said).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(100)
  expect(said).toHaveLength(2)
})

test('what was said before etcd was away is said again, news or not', async () => {
  const { presence, said, turn } = world()
  presence.changed()
  await vi.advanceTimersByTimeAsync(60)
  turn({ kind: 'live' })
  await vi.advanceTimersByTimeAsync(60)
  expect(said).toEqual([0, 0])
})

test('changes that come together are told once, and soon', async () => {
  const { presence, said, state } = world()
  presence.changed()
  await vi.advanceTimersByTimeAsync(60)
  for (state.word = 1; state.word < 9; state.word++) presence.changed()
  await vi.advanceTimersByTimeAsync(60)
  expect(said).toEqual([0, 9])
})

test('a word that does not come back makes the watch doubtful', async () => {
  const { presence, doubts, state } = world()
  state.heard = false
  presence.changed()
  await vi.advanceTimersByTimeAsync(60)
  expect(doubts).toEqual(['etcd answers, but tells nothing of what happens'])
})

test('so does etcd that does not answer', async () => {
  const { presence, doubts, state } = world()
  state.away = true
  presence.changed()
  await vi.advanceTimersByTimeAsync(60)
  expect(doubts).toEqual(['gone'])
})

test('while etcd is away nothing is said, and when it is back at once', async () => {
  const { presence, said, state, turn } = world()
  state.standing = { kind: 'away', since: 0, why: 'x' }
  presence.changed()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(said).toEqual([])
  state.standing = { kind: 'live' }
  turn(state.standing)
  await vi.advanceTimersByTimeAsync(60)
  expect(said).toEqual([0])
})

test('who goes says good-bye, and nothing after it', async () => {
  const { presence, said, ended } = world()
  presence.changed()
  await vi.advanceTimersByTimeAsync(60)
  await presence.close()
  presence.changed()
  await vi.advanceTimersByTimeAsync(10_000)
  expect([said.length, ended()]).toEqual([1, 1])
})
