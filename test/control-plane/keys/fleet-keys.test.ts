// Keys that nodes share in a real etcd, each node with a connection and a folder of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { areKeptKeys, type FleetKeys, fleetKeys, NO_KEPT_KEYS } from '../../../src/control-plane/keys/fleet-keys.js'
import { keyFiles } from '../../../src/control-plane/keys/key-files.js'
import { KeyStore } from '../../../src/control-plane/keys/key-store.js'
import { makeKey } from '../../../src/control-plane/keys/stored-key.js'
import { parseName } from '../../../src/dns/name.js'
import { until } from '../../end-to-end/server.js'
import { EtcdCluster } from '../../etcd.js'
import { Replicas } from '../../replicas.js'
import { readDocument } from '../../world.js'

const ZONE = parseName('example.com')
const DOCUMENT = readDocument('zones: { example.com: { nameservers: [ns.example.net], dnssec: { split: true } } }')
const [OLD, NEW] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
const now = (): number => 1_795_568_400_000

let cluster: EtcdCluster
let folder: string
let prefix: string
let tests = 0
const replicas = new Replicas()
beforeAll(async () => {
  cluster = await EtcdCluster.start()
})
afterAll(async () => {
  await replicas.close()
  await cluster?.stop()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-fleet-keys-'))
  prefix = `/keys${tests++}/`
})
afterEach(() => rmSync(folder, { recursive: true }))

interface NodeOfFleet {
  readonly box: FleetKeys
  readonly store: KeyStore
  readonly own: ReturnType<typeof keyFiles>
  readonly problems: string[]
  secrets: readonly Uint8Array[]
}

async function nodeOf(name: string, secrets: readonly Uint8Array[] = [OLD]): Promise<NodeOfFleet> {
  const value = await replicas.node(cluster, prefix)
  const own = keyFiles(join(folder, name), now)
  const problems: string[] = []
  const box = fleetKeys({
    value: zone => value(`zone-keys/${zone}`, NO_KEPT_KEYS, areKeptKeys),
    secrets: () => node.secrets,
    own,
    now,
    onChange: origin => void store.reread(origin),
  })
  const store: KeyStore = new KeyStore({ box, now, onProblem: sentence => void problems.push(sentence) })
  const node: NodeOfFleet = { box, store, own, problems, secrets }
  return node
}

const filesOf = (keys: readonly { readonly file: string }[]): readonly string[] => keys.map(({ file }) => file)
const soon = (what: string, look: () => boolean) => until(what, 30_000, async () => (look() ? true : undefined))

test('nodes that make the first keys at once have the same ones, and none is on a disk', async () => {
  const nodes = await Promise.all(['a', 'b', 'c'].map(name => nodeOf(name)))
  await Promise.all(nodes.map(({ store }) => store.prepare(DOCUMENT)))
  const [first, ...others] = nodes.map(({ store }) => filesOf(store.storedOf(ZONE)))
  expect(first).toHaveLength(2)
  for (const other of others) expect(other).toEqual(first)
  for (const { own } of nodes) expect(await own.read(ZONE)).toEqual([])
})

test('a key that one node adds, and one that it retires, is so for all', async () => {
  const [a, b] = [await nodeOf('a'), await nodeOf('b')]
  await a.store.prepare(DOCUMENT)
  await b.store.prepare(DOCUMENT)
  const before = filesOf(a.store.storedOf(ZONE))
  const made = await makeKey(ZONE, 'ZSK', 13, a.store.storedOf(ZONE))
  await a.store.add(ZONE, [made])
  await soon('the other node has it', () => filesOf(b.store.storedOf(ZONE)).includes(made.file))
  await b.store.retire(ZONE, before.slice(0, 1))
  await soon('the first node has it no more', () => !filesOf(a.store.storedOf(ZONE)).includes(before[0]!))
  expect(filesOf(a.store.storedOf(ZONE))).toEqual([...before.slice(1), made.file])
  const again = await nodeOf('c')
  await again.store.prepare(DOCUMENT)
  expect(filesOf(again.store.storedOf(ZONE))).toEqual([...before.slice(1), made.file])
})

test('keys that a node has in files are taken over, by the first node only', async () => {
  const [a, b] = [await nodeOf('a'), await nodeOf('b')]
  const brought = [await makeKey(ZONE, 'CSK', 15)]
  await a.own.add(ZONE, brought)
  await b.own.add(ZONE, [await makeKey(ZONE, 'CSK', 15)])
  expect(await a.box.bring()).toEqual([ZONE])
  expect(await b.box.bring()).toEqual([])
  await a.store.prepare(DOCUMENT)
  await b.store.prepare(DOCUMENT)
  expect(filesOf(a.store.storedOf(ZONE))).toEqual(filesOf(brought))
  expect(filesOf(b.store.storedOf(ZONE))).toEqual(filesOf(brought))
})

test('without a secret each node has files of its own, as long as the fleet has no keys', async () => {
  const alone = await nodeOf('a', [])
  await alone.store.prepare(DOCUMENT)
  expect(filesOf(await alone.own.read(ZONE))).toEqual(filesOf(alone.store.storedOf(ZONE)))
  const sharing = await nodeOf('b')
  await sharing.store.prepare(DOCUMENT)
  const late = await nodeOf('a', [])
  await expect(late.store.prepare(DOCUMENT)).rejects.toThrow('a secret that this node does not have')
})

test('a secret is renewed: first all open with it, then it seals, then the old one goes', async () => {
  const [a, b] = [await nodeOf('a'), await nodeOf('b')]
  await a.store.prepare(DOCUMENT)
  await b.store.prepare(DOCUMENT)
  const files = filesOf(a.store.storedOf(ZONE))
  for (const node of [a, b]) node.secrets = [OLD, NEW]
  await a.box.reseal()
  for (const node of [a, b]) node.secrets = [NEW, OLD]
  await Promise.all([a.box.reseal(), b.box.reseal()])
  for (const node of [a, b]) node.secrets = [NEW]
  await soon('all is sealed anew', () => b.problems.length === 0 && b.store.unreadCount() === 0)
  const late = await nodeOf('c', [NEW])
  await late.store.prepare(DOCUMENT)
  expect(filesOf(late.store.storedOf(ZONE))).toEqual(files)
  const old = await nodeOf('d', [OLD])
  await expect(old.store.prepare(DOCUMENT)).rejects.toThrow('a secret that this node does not have')
})

test('a node that does not have the new secret goes on with the keys that it knows, and says so until it has it', async () => {
  const [a, b] = [await nodeOf('a'), await nodeOf('b')]
  await a.store.prepare(DOCUMENT)
  await b.store.prepare(DOCUMENT)
  const files = filesOf(b.store.storedOf(ZONE))
  a.secrets = [NEW, OLD]
  await a.box.reseal()
  await soon('it says so', () => b.store.unreadCount() === 1)
  expect(b.problems[0]).toContain('the keys of example.com. have changed and cannot be read')
  expect(filesOf(b.store.storedOf(ZONE))).toEqual(files)
  b.secrets = [NEW, OLD]
  await b.store.rereadAll()
  expect(b.store.unreadOf(ZONE)).toBeUndefined()
})

test('of keys that are none any more the last eight are kept', async () => {
  const value = (await replicas.node(cluster, prefix))('zone-keys/example.com.', NO_KEPT_KEYS, areKeptKeys)
  const a = await nodeOf('a')
  await a.store.prepare(DOCUMENT)
  let last = ''
  for (let i = 0; i < 9; i++) {
    const made = await makeKey(ZONE, 'ZSK', 15, a.store.storedOf(ZONE))
    await a.store.add(ZONE, [made])
    await a.store.retire(ZONE, [made.file])
    last = made.file
  }
  await soon('etcd has told', () => value.current().retired[0]?.file === last)
  expect(value.current().retired).toHaveLength(8)
  expect(value.current().keys).toHaveLength(2)
})
