// Two nodes of a fleet and a real etcd: keys that both sign with, a rollover that one begins, and nodes that are killed in the midst of it.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretName } from '../../src/control-plane/keys/sealed-key.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { EtcdCluster } from '../etcd.js'
import { UdpClient } from './dns-client.js'
import { run, runMeridian } from './program.js'
import { Server, until } from './server.js'

// The parent is a zone of the document as well, so that it has at once what it is asked for.
const TRAFFIC = `
regions:
  one: { addresses: [192.0.2.1] }
zones:
  example.com:
    dnssec: { algorithm: ed25519 }
    nameservers: [ns1.example.net]
  shop.example.com:
    dnssec: { algorithm: ed25519 }
    nameservers: [ns1.example.net]
    records:
      www: { steer: nearest }
`
const ZONE = 'shop.example.com'
const [OLD, NEW] = ['5e'.repeat(32), 'c7'.repeat(32)] as const
const PATIENCE = 120_000

let folder: string
let cluster: EtcdCluster
let brought: string
const nodes: Server[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-fleet-keys-'))
  await writeFile(join(folder, 'secret'), `${OLD}\n`, { mode: 0o600 })
  cluster = await EtcdCluster.start()
  for (const name of ['ns1', 'ns2'])
    nodes.push(
      await Server.start({
        traffic: '',
        settings: () =>
          `${cluster.settings(name)}dnssec: { secret-file: ${join(folder, 'secret')}, resolver: "127.0.0.1:9" }`,
      }),
    )
  // A key that was there before the fleet: its zone was signed with it for long.
  const { stdout } = await run('dnssec-keygen', ['-q', '-K', folder, '-a', 'ED25519', '-f', 'KSK', ZONE])
  brought = stdout.trim()
  const [ns1] = nodes as [Server, Server]
  await mkdir(ns1.path('state', 'keys'), { recursive: true })
  await runMeridian(['dnssec', 'import', ZONE, join(folder, brought), '--state', ns1.path('state')])
  await ns1.restart()
  expect(ns1.program.stdout).toContain(`the fleet has the keys of ${ZONE}. from this node`)
  await writeFile(join(folder, 'traffic.yaml'), TRAFFIC)
  const applied = await runMeridian([
    ...['apply', join(folder, 'traffic.yaml'), '--reason', 'the first', '--yes'],
    ...['--server', ns1.admin, '--state', ns1.path('state')],
  ])
  if (applied.code !== 0) throw new Error(applied.stderr)
}, 240_000)
afterAll(async () => {
  for (const node of nodes) await node.close()
  await cluster?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function askNode(node: Server, name: string, type: number): Promise<readonly string[]> {
  const client = await UdpClient.open(node)
  try {
    const reply = await client.ask({ name: parseName(name), type, edns: { dnssecOk: true } })
    return (reply?.answers ?? []).map(record => formatRdata(record.type, record.rdata)).toSorted()
  } finally {
    client.close()
  }
}

const keysOf = async (node: Server): Promise<readonly string[]> =>
  (await askNode(node, ZONE, TYPE.DNSKEY)).filter(text => /^25[67] /.test(text))

/** The tags of the keys that an answer is signed with. */
const signersOf = async (node: Server): Promise<readonly string[]> =>
  (await askNode(node, `www.${ZONE}`, TYPE.A)).flatMap(
    text => /^A 15 .* (\d+) shop\.example\.com\. /.exec(text)?.[1] ?? [],
  )

const both = <T>(what: string, look: (node: Server) => Promise<readonly T[]>, count: number): Promise<readonly T[]> =>
  until(what, PATIENCE, async () => {
    const [one, two] = await Promise.all(nodes.map(look))
    return one!.length === count && one!.join() === two!.join() ? one : undefined
  })

const dnssec = (node: Server, ...words: readonly string[]) =>
  runMeridian(['dnssec', ...words, '--server', node.admin, '--state', node.path('state')])

async function killed(node: Server): Promise<void> {
  node.program.signal('SIGKILL')
  await node.program.exited
}

/** All that the stage waits for has passed. */
async function hurried(): Promise<void> {
  const key = '/meridian/shared/rollovers'
  const { stdout } = await cluster.control(cluster.endpoints, 'get', key, '--print-value-only')
  const states = JSON.parse(stdout)
  states[`${ZONE}.`].rollover.since = 1
  states[`${ZONE}.`].rollover.seen = 1
  await cluster.control(cluster.endpoints, 'put', key, JSON.stringify(states))
}

test('both nodes sign with the key that one of them was brought, and etcd cannot read it', async () => {
  const [key] = await both('both have the key', keysOf, 1)
  const file = await readFile(join(folder, `${brought}.key`), 'utf8')
  expect(file.replaceAll(/\s/g, '')).toContain(key!.replaceAll(/\s/g, ''))
  const tag = String(Number(brought.slice(-5)))
  expect(await both('both sign', signersOf, 1)).toEqual([tag])
  const secret = /PrivateKey: (\S+)/.exec(await readFile(join(folder, `${brought}.private`), 'utf8'))![1]!
  const { stdout } = await cluster.control(cluster.endpoints, 'get', '/meridian/shared/zone-keys/', '--prefix')
  expect(stdout).toContain(brought)
  expect(stdout).not.toContain(secret)
  const other = nodes[1]!.path('state')
  expect(await readdir(other)).not.toContain('keys')
  expect(await readFile(join(other, 'fleet-copy.json'), 'utf8')).not.toContain(secret)
}, 240_000)

test('a rollover is one for both, and goes on whichever node is killed', async () => {
  const [ns1, ns2] = nodes as [Server, Server]
  const [old] = await keysOf(ns1)
  expect(await dnssec(ns1, 'roll', ZONE, 'csk', '--reason', 'yearly', '--yes')).toMatchObject({ code: 0 })
  await killed(ns1)
  const coming = await until('the other node has the new key', PATIENCE, async () => {
    const keys = await keysOf(ns2)
    return keys.length === 2 ? keys : undefined
  })
  const before = String(Number(brought.slice(-5)))
  expect(await signersOf(ns2)).toEqual([before])

  // Whoever looks next goes on.
  await hurried()
  await ns2.restart()
  await ns1.restart()
  const [signer] = await both(
    'the new key signs',
    async node => (await signersOf(node)).filter(tag => tag !== before),
    1,
  )
  expect(await both('both are published', keysOf, 2)).toEqual(coming)

  await killed(ns2)
  await hurried()
  await ns1.restart()
  await ns2.restart()
  const left = await both('the new key is alone', keysOf, 1)
  expect(left).toEqual(coming.filter(key => key !== old))
  expect(await both('it signs', signersOf, 1)).toEqual([signer])
  expect((await dnssec(ns2, 'status', ZONE)).stdout).toContain('the last rollover (csk) was over')
}, 480_000)

test('a new secret in the file seals the keys anew, and nothing else changes', async () => {
  const before = await Promise.all(nodes.map(signersOf))
  await writeFile(join(folder, 'secret'), `${NEW}\n${OLD}\n`)
  await until('they are sealed with it', PATIENCE, async () => {
    const key = `/meridian/shared/zone-keys/${ZONE}.`
    const { stdout } = await cluster.control(cluster.endpoints, 'get', key, '--print-value-only')
    return stdout.includes(`"by":"${secretName(Buffer.from(NEW, 'hex'))}"`) ? true : undefined
  })
  await writeFile(join(folder, 'secret'), `${NEW}\n`)
  expect(await Promise.all(nodes.map(signersOf))).toEqual(before)
}, 240_000)

test('without etcd a node goes on signing, also after a restart, and says until when its keys are sure', async () => {
  const [ns1] = nodes as [Server, Server]
  const before = await keysOf(ns1)
  await cluster.kill(0)
  const told = await until('it says so', PATIENCE, async () => {
    const { stdout } = await dnssec(ns1, 'status', ZONE)
    return (
      /since (\S+): others may exchange the keys, and answers of this node be bogus from (\S+) on/.exec(stdout) ??
      undefined
    )
  })
  // The keys (an hour) and propagation, five minutes unless told.
  expect(Date.parse(told[2]!) - Date.parse(told[1]!)).toBe(3900_000)
  await ns1.restart()
  expect(await keysOf(ns1)).toEqual(before)
  const exported = await mkdtemp(join(folder, 'exported-'))
  expect(await dnssec(ns1, 'export', ZONE, exported, '--secret-file', join(folder, 'secret'))).toMatchObject({
    code: 0,
  })
  const key = (await readdir(exported)).find(file => file.endsWith('.private'))!.replace('.private', '')
  const { stdout } = await run('dnssec-dsfromkey', ['-2', join(exported, key)])
  expect((await dnssec(ns1, 'ds', ZONE)).stdout.toLowerCase()).toContain(stdout.trim().toLowerCase())
  expect(await (await fetch(`${ns1.admin}/metrics`)).text()).toMatch(
    /meridian_dnssec_keys_sure_until_seconds\{zone="shop\.example\.com\."\} \d+/,
  )
}, 240_000)
