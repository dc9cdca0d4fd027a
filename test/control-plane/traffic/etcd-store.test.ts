import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Etcd } from '../../../src/control-plane/fleet/etcd.js'
import { Replica, type Shared } from '../../../src/control-plane/fleet/replica.js'
import { StoreAway } from '../../../src/control-plane/state/store-away.js'
import { openDocumentStore } from '../../../src/control-plane/traffic/document-store.js'
import { DOCUMENT, type EtcdBacking, etcdBacking, textIn } from '../../../src/control-plane/traffic/etcd-backing.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import { EditConflict, type TrafficStore } from '../../../src/control-plane/traffic/store.js'
import { countSerial, remember, type Serials } from '../../../src/control-plane/transfer/serials.js'
import { until } from '../../end-to-end/server.js'
import { EtcdCluster } from '../../etcd.js'
import { setWeight, storeCases, text, weight } from './store-cases.js'

let cluster: EtcdCluster
let etcd: Etcd
let root = ''
let now = 1_700_000_000_000
const closing: (() => unknown)[] = []
beforeAll(async () => {
  cluster = await EtcdCluster.start()
})
beforeEach(() => {
  root = `/test-${Math.random().toString(36).slice(2)}/`
  etcd = new Etcd({ endpoints: cluster.endpoints, timeoutMs: 20_000 })
  closing.push(() => etcd.close())
  return async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
})
afterAll(() => cluster?.stop())

interface Node {
  readonly store: TrafficStore
  readonly replica: Replica
  readonly backing: EtcdBacking
}

/** A node of its own: nothing is shared but etcd. */
async function node({ keep = 100, known }: { keep?: number; known?: Shared | undefined } = {}): Promise<Node> {
  const replica = new Replica({ etcd, prefix: `${root}shared/` })
  const following = replica.follow()
  await replica.first
  const backing = etcdBacking({
    replica,
    etcd,
    texts: `${root}texts/`,
    name: 'etcd',
    base: 'traffic.yaml',
    known,
    keep,
    now: () => now,
    serials: {
      count: (known, at) => countSerial((known ?? {}) as Serials, at),
      remember: (known, document) => remember((known ?? {}) as Serials, document),
    },
  })
  const store = await openDocumentStore(backing, { fallback: () => textIn(known) })
  closing.push(() => {
    store.close()
    replica.close()
    return following
  })
  return { store, replica, backing }
}
const seen = <T>(what: string, look: () => T | undefined | false) =>
  until(what, 30_000, async () => look() || undefined)
const entry = () => etcd.get(`${root}shared/${DOCUMENT}`)

describe('a store of etcd', () =>
  storeCases({
    async open() {
      const { store } = await node()
      if (store.revisions?.latest() === undefined) await store.replace(text(1), { actor: 'first' })
      return store
    },
    lies: async () => textIn(await entry())?.text ?? '',
  }))

test('before anybody has brought a document there is one that serves nothing', async () => {
  const { store } = await node()
  expect(store.current().document.zones.size).toBe(0)
  expect(store.revisions?.list()).toEqual([])
  expect(store.refused()).toBeUndefined()
})

test('an edit on one node is known to all others, with its revision', async () => {
  const [a, b] = [await node(), await node()]
  await a.store.replace(text(1), { actor: 'alice' })
  await seen('the document', () => weight(b.store.current()) === 1)
  await b.store.edit(setWeight(2), { actor: 'bob' })
  await seen('the edit', () => weight(a.store.current()) === 2)
  expect(a.store.current().revision).toBe(b.store.current().revision)
  expect(a.store.revisions?.list().map(({ actor }) => actor)).toEqual(['alice', 'bob'])
})

test('edits on several nodes at once are all made', async () => {
  const nodes = [await node(), await node(), await node()]
  await nodes[0]!.store.replace(text(1))
  await Promise.all(
    Array.from({ length: 15 }, (_, i) =>
      nodes[i % 3]!.store.edit([{ path: ['regions', `r${i}`], value: { addresses: [`192.0.2.${10 + i}`] } }]),
    ),
  )
  for (const { store } of nodes) await seen('all edits', () => store.current().document.regions.size === 16)
  const numbers = nodes[0]!.store.revisions?.list().map(({ number }) => number)
  expect(numbers).toEqual(Array.from({ length: 16 }, (_, i) => i + 1))
})

test('an edit of a revision that another node has replaced is a conflict', async () => {
  const [a, b] = [await node(), await node()]
  const { revision } = await a.store.replace(text(1))
  await seen('the document', () => b.store.current().revision === revision)
  await a.store.edit(setWeight(2))
  await expect(b.store.edit(setWeight(3), { ifRevision: revision })).rejects.toBeInstanceOf(EditConflict)
})

test('all nodes give a zone the same serial, which grows with its content and with nothing else', async () => {
  const zone = (address: string, more = '') => `${more}regions: {}
zones:
  example.com: { nameservers: [ns1.example.com], records: { ns1: [{ type: A, data: ${address} }] } }
`
  const serial = ({ store }: Node) => [...store.current().document.zones.values()][0]?.soa.serial
  const [a, b] = [await node(), await node()]
  await a.store.replace(zone('192.0.2.1'))
  await seen('the zone', () => serial(b))
  expect([serial(a), serial(b)]).toEqual([1_700_000_000, 1_700_000_000])
  now += 5000
  await b.store.replace(zone('192.0.2.1', '# The same.\n'))
  expect(serial(b)).toBe(1_700_000_000)
  await b.store.replace(zone('192.0.2.2'))
  const { revision } = b.store.current()
  await seen('the change', () => a.store.current().revision === revision)
  expect([serial(a), serial(b), serial(await node())]).toEqual([1_700_000_005, 1_700_000_005, 1_700_000_005])
})

test('of revisions the newest are kept, and their texts', async () => {
  const { store } = await node({ keep: 3 })
  for (let i = 1; i <= 6; i++) await store.replace(text(i))
  // That the older ones went, the watch tells.
  await seen('the older ones to be gone', () => store.revisions?.list().length === 3)
  expect(store.revisions?.list().map(({ number }) => number)).toEqual([4, 5, 6])
  expect((await etcd.range(`${root}texts/`)).entries).toHaveLength(3)
  expect(await store.revisions?.text(4)).toBe(text(4))
})

test('a large document is packed, and comes back as it was', async () => {
  const { store } = await node()
  const large = `${text(1)}# ${'x'.repeat(100_000)}\n`
  await store.replace(large)
  expect((await entry())!.value.length).toBeLessThan(10_000)
  expect(textIn(await entry())?.text).toBe(large)
  expect(await store.revisions?.text(1)).toBe(large)
})

test('a document that is broken in etcd is refused, and the last good one stays', async () => {
  const { store } = await node()
  await store.replace(text(1))
  await etcd.commit({
    unchanged: [],
    put: [{ key: `${root}shared/${DOCUMENT}`, value: '{"number":9,"text":"zones: 1"}' }],
  })
  await seen('the refusal', () => store.refused())
  expect(weight(store.current())).toBe(1)
  await etcd.commit({ unchanged: [], put: [{ key: `${root}shared/${DOCUMENT}`, value: 'nonsense' }] })
  await seen('the damage', () => store.refused()?.problems.map(formatProblem)[0]?.includes('damaged'))
  expect(weight(store.current())).toBe(1)
})

test('a document that etcd has lost goes on being served, and comes back with the next change', async () => {
  const { store } = await node()
  await store.replace(text(1))
  await etcd.commit({ unchanged: [], put: [], remove: [`${root}shared/${DOCUMENT}`] })
  await seen('the loss', () => store.refused())
  expect(store.refused()?.problems.map(formatProblem)[0]).toContain('the document is gone')
  expect(weight(await store.edit(setWeight(5)))).toBe(5)
  expect(store.refused()).toBeUndefined()
  expect(textIn(await entry())?.text).toBe(text(5))
})

test('a document that etcd has lost is served by a node that starts with a copy of it, and comes back with the next change', async () => {
  const before = await node()
  await before.store.replace(text(1))
  const known = before.backing.lastSeen()
  await etcd.commit({ unchanged: [], put: [], remove: [`${root}shared/${DOCUMENT}`] })
  const { store } = await node({ known })
  expect(store.refused()?.problems.map(formatProblem)[0]).toContain('the document is gone')
  expect(weight(store.current())).toBe(1)
  expect(weight(await store.edit(setWeight(5)))).toBe(5)
  expect(textIn(await entry())?.text).toBe(text(5))
})

test('while etcd is away an edit is refused at once, and nothing changes', async () => {
  const { store, replica } = await node()
  await store.replace(text(1))
  cluster.hold(0, true)
  replica.doubt('cut off')
  await expect(store.edit(setWeight(2))).rejects.toBeInstanceOf(StoreAway)
  expect(weight(store.current())).toBe(1)
  cluster.hold(0, false)
  await seen('etcd', () => replica.standing().kind === 'live')
  expect(weight(await store.edit(setWeight(2)))).toBe(2)
})
