import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Etcd, EtcdRefused } from '../../../src/control-plane/fleet/etcd.js'
import type { KeyEvent } from '../../../src/control-plane/fleet/etcd-wire.js'
import { FleetShelf } from '../../../src/control-plane/fleet/fleet-shelf.js'
import { FleetValue } from '../../../src/control-plane/fleet/fleet-value.js'
import { Lease } from '../../../src/control-plane/fleet/lease.js'
import { Replica } from '../../../src/control-plane/fleet/replica.js'
import { StoreAway } from '../../../src/control-plane/state/store-away.js'
import { until } from '../../end-to-end/server.js'
import { EtcdCluster } from '../../etcd.js'
import { add, isNumbers, type Numbers, sharedValueCases } from '../state/shared-value-cases.js'
import { shelfCases } from '../state/shelf-cases.js'

let cluster: EtcdCluster
let etcd: Etcd
let prefix = ''
const closing: (() => unknown)[] = []
beforeAll(async () => {
  cluster = await EtcdCluster.start()
})
beforeEach(() => {
  prefix = `/test-${Math.random().toString(36).slice(2)}/`
  etcd = new Etcd({ endpoints: cluster.endpoints, timeoutMs: 20_000 })
  closing.push(() => etcd.close())
  return async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
})
afterAll(() => cluster?.stop())

async function replica(more: { readonly refusal?: () => string | undefined } = {}): Promise<Replica> {
  const one = new Replica({ etcd, prefix, ...more })
  const following = one.follow()
  closing.push(() => {
    one.close()
    return following
  })
  await one.first
  return one
}
const put = (key: string, value: string) => etcd.commit({ unchanged: [], put: [{ key: prefix + key, value }] })
const seen = <T>(what: string, look: () => T | undefined | false) =>
  until(what, 30_000, async () => look() || undefined)

describe('a change', () => {
  test('is made where the keys are at their versions, and not where they are not', async () => {
    const key = `${prefix}a`
    const first = await etcd.commit({ unchanged: [[key, 0]], put: [{ key, value: 'one' }] })
    expect(await etcd.commit({ unchanged: [[key, 0]], put: [{ key, value: 'two' }] })).toBeUndefined()
    expect(await etcd.get(key)).toEqual({ key, value: 'one', version: first })
    expect(await etcd.commit({ unchanged: [[key, first!]], put: [{ key, value: 'ü ☃' }] })).toBeGreaterThan(first!)
    expect((await etcd.get(key))?.value).toBe('ü ☃')
  })

  test('of several keys is made of all of them or of none', async () => {
    const [a, b] = [`${prefix}a`, `${prefix}b`]
    const wish = [a, b].map(key => ({ key, value: 'x' }))
    expect(await etcd.commit({ unchanged: [[a, 7]], put: wish })).toBeUndefined()
    expect((await etcd.range(prefix)).entries).toEqual([])
    await etcd.commit({ unchanged: [[a, 0]], put: wish })
    await etcd.commit({ unchanged: [], put: [{ key: a, value: 'y' }], remove: [b] })
    expect((await etcd.range(prefix)).entries.map(({ value }) => value)).toEqual(['y'])
  })

  test('that is too large is refused in words, and no outage', async () => {
    const error = await put('a', 'x'.repeat(3_000_000)).catch(error => error)
    expect(error).toBeInstanceOf(EtcdRefused)
    expect(error.message).toMatch(/larger than max|too large/)
  })
})

test('where nobody answers, a call ends by its deadline', async () => {
  const away = new Etcd({ endpoints: ['http://127.0.0.1:9', 'http://127.0.0.1:19'], timeoutMs: 300 })
  await expect(away.get('a')).rejects.toBeInstanceOf(StoreAway)
  away.close()
})

test('where one member does not answer, another one does', async () => {
  const some = new Etcd({ endpoints: ['http://127.0.0.1:9', ...cluster.endpoints], timeoutMs: 20_000 })
  await some.commit({ unchanged: [], put: [{ key: `${prefix}a`, value: 'x' }] })
  expect((await some.get(`${prefix}a`))?.value).toBe('x')
  some.close()
})

test('a watch tells of all that happened since a revision, in order, and of what is taken away', async () => {
  const { revision } = await etcd.range(prefix)
  await put('a', '1')
  await put('a', '2')
  const events: KeyEvent[] = []
  const stop = new AbortController()
  const watching = etcd.watch(prefix, revision + 1, more => void events.push(...more), stop.signal).catch(() => 'ended')
  await etcd.commit({ unchanged: [], put: [], remove: [`${prefix}a`] })
  await seen('three events', () => events.length === 3)
  expect(events.map(({ value }) => value)).toEqual(['1', '2', undefined])
  stop.abort()
  expect(await watching).toBe('ended')
})

describe('a replica', () => {
  test('has what is there, and hears of what comes', async () => {
    await put('a', '1')
    const one = await replica()
    expect(one.standing()).toEqual({ kind: 'live' })
    expect(one.get('a')?.value).toBe('1')
    const version = await put('b', '2')
    await seen('b', () => one.get('b'))
    expect(one.get('b')).toEqual({ value: '2', version })
    expect(await one.hears(version!, 30_000)).toBe(true)
  })

  test('reads at once what it has written itself', async () => {
    const one = await replica()
    await one.commit({ unchanged: [['a', 0]], put: [{ key: 'a', value: '1' }] })
    expect(one.get('a')?.value).toBe('1')
  })

  test('does not take over what it was told to refuse, and keeps what it has', async () => {
    let refusal: string | undefined
    const one = await replica({ refusal: () => refusal })
    await put('a', '1')
    await seen('a', () => one.get('a'))
    refusal = 'not of ours'
    await put('a', '2')
    await seen('the refusal', () => one.standing().kind === 'away')
    expect(one.standing()).toMatchObject({ why: 'not of ours' })
    expect(one.get('a')?.value).toBe('1')
    refusal = undefined
    await seen('the new value', () => one.get('a')?.value === '2')
  })

  test('reads a key anew that was written or taken away, whatever the watch has told', async () => {
    await put('a', '1')
    const deaf = {
      range: (from: string) => etcd.range(from),
      commit: () => Promise.reject(new Error('not asked')),
      watch: (_from: string, _version: number, _take: unknown, signal: AbortSignal) =>
        new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    }
    const one = new Replica({ etcd: deaf, prefix })
    const following = one.follow()
    await one.first
    await etcd.commit({ unchanged: [], put: [], remove: [`${prefix}a`] })
    await put('ab', 'of a longer name')
    expect(one.get('a')?.value).toBe('1')
    await one.refetch('a')
    expect(one.get('a')).toBeUndefined()
    await put('a', '2')
    await one.refetch('a')
    expect(one.get('a')?.value).toBe('2')
    one.close()
    await following
  })

  test('compares everything after it was cut off: what came, what changed, what went', async () => {
    await put('gone', '1')
    await put('changed', '1')
    const one = await replica()
    const told = new Set<string>()
    cluster.hold(0, true)
    one.doubt('cut off')
    expect(one.standing()).toMatchObject({ kind: 'away', why: 'cut off' })
    one.onChange(keys => {
      for (const key of keys) told.add(key)
    })
    cluster.hold(0, false)
    await etcd.commit({
      unchanged: [],
      put: ['changed', 'new'].map(key => ({ key: prefix + key, value: '2' })),
      remove: [`${prefix}gone`],
    })
    await seen('all changes', () => told.size === 3)
    expect([...told].sort()).toEqual(['changed', 'gone', 'new'])
    expect([one.get('gone'), one.get('changed')?.value, one.get('new')?.value]).toEqual([undefined, '2', '2'])
    await seen('etcd', () => one.standing().kind === 'live')
  })

  test('reads everything anew where etcd does not keep any more what it would have heard', async () => {
    await put('a', '1')
    await put('gone', '1')
    const watches: string[] = []
    const late: Pick<Etcd, 'range' | 'commit' | 'watch'> = {
      range: from => etcd.range(from),
      commit: wish => etcd.commit(wish),
      async watch(from, version, take, signal) {
        if (watches.length === 0) {
          await etcd.commit({ unchanged: [], put: [{ key: `${prefix}a`, value: '2' }], remove: [`${prefix}gone`] })
          const last = await put('a', '3')
          await cluster.control(cluster.endpoints, 'compact', String(last))
        }
        const end = etcd.watch(from, version, take, signal)
        watches.push('begun')
        return end.catch(error => {
          if (!signal.aborted) watches.push(error.message)
          throw error
        })
      },
    }
    const one = new Replica({ etcd: late, prefix })
    const following = one.follow()
    await seen('the newest', () => one.get('a')?.value === '3' && one.standing().kind === 'live')
    expect(one.get('gone')).toBeUndefined()
    expect(watches[1]).toMatch(/keeps nothing any more/)
    one.close()
    await following
  })

  test('that was restored from a copy gives it up for what is there, also where that is older', async () => {
    await put('a', 'there')
    const one = new Replica({ etcd, prefix })
    one.restore(
      new Map([
        ['a', { value: 'copied', version: 1e9 }],
        ['b', { value: 'copied', version: 1e9 }],
      ]),
    )
    expect(one.get('a')?.value).toBe('copied')
    const following = one.follow()
    await one.first
    expect([one.get('a')?.value, one.get('b')]).toEqual(['there', undefined])
    one.close()
    await following
  })
})

describe('a value of a fleet', () => {
  const open = async (): Promise<FleetValue<Numbers>> =>
    new FleetValue({
      replica: await replica(),
      key: 'numbers',
      initial: { numbers: [] },
      sound: isNumbers,
      onProblem: sentence => void problems.push(sentence),
    })
  let problems: string[]
  beforeEach(() => {
    problems = []
  })

  sharedValueCases(open)

  test('is the same for all, and no step of any is lost', async () => {
    const nodes = await Promise.all([open(), open(), open()])
    await Promise.all(Array.from({ length: 30 }, (_, i) => nodes[i % 3]!.update(add(i))))
    for (const node of nodes) await seen('all steps', () => node.current().numbers.length === 30)
    expect(nodes[1]!.current()).toEqual(nodes[0]!.current())
    expect(nodes[2]!.current()).toEqual(nodes[0]!.current())
  })

  test('stays what it was where somebody writes nonsense, until somebody mends it', async () => {
    const value = await open()
    await value.update(add(1))
    await put('numbers', '{"numbers":')
    await seen('the problem', () => problems.length > 0)
    expect(value.current()).toEqual({ numbers: [1] })
    expect(await value.update(add(2))).toEqual({ numbers: [1, 2] })
  })

  test('stays what it was where etcd has lost it, and is there again with the next step', async () => {
    const value = await open()
    await value.update(add(1))
    const gone = await etcd.commit({ unchanged: [], put: [], remove: [`${prefix}numbers`] })
    expect(gone).toBeDefined()
    expect(await value.update(add(2))).toEqual({ numbers: [1, 2] })
  })
})

describe('a lease', () => {
  test('keeps its keys while it is renewed, and puts them anew where it was lost', async () => {
    const one = await replica()
    const lease = new Lease({ etcd, replica: one, seconds: 60 })
    const words = new Map([['members/a', 'here']])
    expect(await lease.say(words)).toBeDefined()
    expect(await lease.say(words)).toBeUndefined()
    const { stdout } = await cluster.control(cluster.endpoints, 'get', `${prefix}members/a`, '-w', 'json')
    const id = BigInt(/"lease":(\d+)/.exec(stdout)![1]!).toString(16)
    await cluster.control(cluster.endpoints, 'lease', 'revoke', id)
    await seen('the loss', () => one.get('members/a') === undefined)
    expect(await lease.say(words)).toBeDefined()
    expect(one.get('members/a')?.value).toBe('here')
    await lease.end()
    await seen('the end', () => one.get('members/a') === undefined)
  })

  test('that is not renewed is let go by etcd, and its keys with it', async () => {
    const one = await replica()
    await new Lease({ etcd, replica: one, seconds: 1 }).say(new Map([['members/b', 'here']]))
    await seen('the end', () => one.get('members/b') === undefined)
  })
})

describe('a shelf of a fleet', () => {
  const shelf = (limits = { keepMs: 24 * 3600_000, most: 10 }, now = Date.now) =>
    new FleetShelf({ etcd, prefix, limits, now })

  shelfCases(async limits => shelf(limits))

  test('a text is gone when its time is over', async () => {
    // etcd lets a lease go when its seconds are over, and looks twice a second.
    const short = shelf({ keepMs: 1000, most: 10 })
    await short.put('a', 'one')
    expect(await short.put('a', 'two')).toBe('one')
    await until('it is gone', 30_000, async () => ((await etcd.get(`${prefix}a`)) === undefined ? true : undefined))
    expect(await short.put('a', 'three')).toBeUndefined()
  })

  test('where etcd has lost the lease, another one is taken', async () => {
    const granted: string[] = []
    const one = new FleetShelf({
      etcd: {
        get: key => etcd.get(key),
        commit: wish => etcd.commit(wish),
        async grant(seconds) {
          granted.push(await etcd.grant(seconds))
          return granted.at(-1)!
        },
      },
      prefix,
      limits: { keepMs: 24 * 3600_000, most: 10 },
    })
    await one.put('a', 'one')
    await etcd.revoke(granted[0]!)
    expect(await one.put('a', 'two')).toBeUndefined()
    await etcd.revoke(granted[1]!)
    await one.replace('a', 'three')
    expect((await etcd.get(`${prefix}a`))?.value).toBe('three')
    expect(granted).toHaveLength(3)
  })

  test('where etcd is away, whoever puts something is told so, and later it is taken', async () => {
    const refusing = { away: true }
    const one = new FleetShelf({
      etcd: {
        get: key => etcd.get(key),
        commit: wish => etcd.commit(wish),
        async grant(seconds) {
          if (refusing.away) throw new StoreAway('away')
          return etcd.grant(seconds)
        },
      },
      prefix,
      limits: { keepMs: 24 * 3600_000, most: 10 },
    })
    await expect(one.put('a', 'one')).rejects.toBeInstanceOf(StoreAway)
    refusing.away = false
    expect(await one.put('a', 'one')).toBeUndefined()
  })
})
