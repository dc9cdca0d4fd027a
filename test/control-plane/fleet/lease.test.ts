import { expect, test } from 'vitest'
import type { Wish } from '../../../src/control-plane/fleet/etcd-wire.js'
import { Lease } from '../../../src/control-plane/fleet/lease.js'
import { StoreAway } from '../../../src/control-plane/state/store-away.js'

/** A store that does what it is asked, and whose answers can be lost. */
function world() {
  const state = { answers: true, alive: true, grants: 0 }
  const keys = new Map<string, string>()
  const lease = new Lease({
    seconds: 10,
    etcd: {
      async grant() {
        state.alive = true
        return String(++state.grants)
      },
      keepAlive: async () => state.alive,
      async revoke() {
        keys.clear()
      },
    },
    replica: {
      async commit({ put, remove = [] }: Wish) {
        for (const { key, value } of put) keys.set(key, value)
        for (const key of remove) keys.delete(key)
        if (!state.answers) throw new StoreAway('the answer is lost')
        return 7
      },
    },
  })
  const say = (words: Readonly<Record<string, string>>) => lease.say(new Map(Object.entries(words)))
  return { state, keys, lease, say }
}

test('what is said again is not written again', async () => {
  const { say } = world()
  expect([await say({ a: 'up' }), await say({ a: 'up' })]).toEqual([7, undefined])
})

test('what is not said any more is taken away', async () => {
  const { say, keys } = world()
  await say({ a: 'up', b: 'up' })
  await say({ a: 'up' })
  expect([...keys]).toEqual([['a', 'up']])
})

test('a word that was written although nobody answered is taken back, also by one that was there before it', async () => {
  const { say, keys, state } = world()
  await say({ a: 'up' })
  state.answers = false
  await expect(say({ a: 'down' })).rejects.toThrow(StoreAway)
  expect([...keys]).toEqual([['a', 'down']])
  state.answers = true
  await say({ a: 'up' })
  expect([...keys]).toEqual([['a', 'up']])
})

test('what was to be taken away when nobody answered is said again where it is true again', async () => {
  const { say, keys, state } = world()
  await say({ a: 'up', b: 'up' })
  state.answers = false
  await expect(say({ a: 'up' })).rejects.toThrow(StoreAway)
  state.answers = true
  await say({ a: 'up', b: 'up' })
  expect([...keys.keys()]).toEqual(['a', 'b'])
})

test('with a lease that was lost everything is said anew', async () => {
  const { say, keys, state } = world()
  await say({ a: 'up' })
  state.alive = false
  keys.clear()
  await say({ a: 'up' })
  expect([[...keys], state.grants]).toEqual([[['a', 'up']], 2])
})
