// The threads of the data plane as they are built; the build comes before the tests.
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeCounters, total, versionOf } from '../../src/data-plane/counters.js'
import { Dispatch } from '../../src/data-plane/dispatch.js'
import { AF, type Libc, loadLibc } from '../../src/data-plane/libc.js'
import { Arena, AT } from '../../src/data-plane/udp-arena.js'
import type { DataPlane } from '../../src/data-plane/workers.js'
import { parseAddress } from '../../src/dns/address.js'
import { encodeQuery } from '../../src/dns/message.js'
import { droppedBytes } from '../../src/snapshot/release.js'
import type { Snapshot } from '../../src/snapshot/snapshot.js'
import { announceVersion } from '../../src/snapshot/version.js'
import { type At, addressesOf, ask, askByTcp, UdpClient } from '../end-to-end/dns-client.js'
import { freePort } from '../end-to-end/ports.js'
import { World } from '../world.js'
import { collect } from './garbage.js'

// It starts threads of the code beside it, which is not to be found among the sources.
const BUILT = new URL('../../dist/data-plane/workers.js', import.meta.url).href
const built = (await import(BUILT)) as { DataPlane: typeof DataPlane }

const MB = 1 << 20
const PATIENCE = { timeout: 60_000, interval: 20 }

const snapshotWith = async (address: string): Promise<Snapshot> => {
  const world = await World.make(`zones:
  example.com: { nameservers: [ns.example.net], records: { www: { type: A, data: ${address} } } }`)
  return world.publisher.current()!.snapshot
}

async function planeOf(first: Snapshot, udp: 'batch' | 'dgram', workers: number) {
  const crashes: string[] = []
  const at = { host: '127.0.0.1', port: await freePort() }
  const plane = new built.DataPlane({
    listen: [at],
    udp,
    workers,
    office: async function* () {},
    onCrash: (who, error) => crashes.push(`${who}: ${error instanceof Error ? error.message : error}`),
    onWarning: () => {},
  })
  await plane.start(first)
  onTestFinished(() => plane.stop())
  const versions = (): readonly number[] => plane.counters().map(versionOf)
  return { plane, at, crashes, versions }
}

/** Sends a packet that says it comes from port 0, as only who may write whole packets can (man 7 raw). */
function sendFromPortZero(libc: Libc, fd: number, { host, port }: At, message: Uint8Array): void {
  const arena = new Arena(libc.addressOf)
  arena.wire(4, false)
  const length = 8 + message.length
  arena.bytes.set([0, 0, port >>> 8, port & 255, length >>> 8, length & 255, 0, 0, ...message])
  arena.bytes.set([2, 0, 0, 0, ...parseAddress(host)!], AT.names)
  const counters = makeCounters()
  const socket = { fd, family: 4, wildcard: false, bound: { address: host, port: 0 }, receiveBuffer: 0 } as const
  const dispatch = new Dispatch(libc, socket, arena, counters)
  dispatch.lay(0, length)
  dispatch.send(1)
  expect(total([counters]).scalars.socketErrors).toBe(0)
}

const SOCK_RAW = 3
const IPPROTO_UDP = 17
const libc = loadLibc()
const raw = libc.socket(AF.inet, SOCK_RAW, IPPROTO_UDP)
afterAll(() => libc.close(raw))
// Without the right to it elsewhere, nothing can be said; CI has it.
const CI = process.env['CI'] === 'true'

describe.each(['batch', 'dgram'] as const)('by %s', udp => {
  test.runIf(CI || raw >= 0)(
    'a query from port 0, where nobody can be, is not answered, and the next one is',
    async () => {
      const { at, crashes } = await planeOf(await snapshotWith('192.0.2.1'), udp, 1)
      const client = await UdpClient.open(at)
      sendFromPortZero(libc, raw, at, encodeQuery(ask('www.example.com', 'A')))
      const answer = await client.ask(ask('www.example.com', 'A'))
      client.close()
      expect(crashes).toEqual([])
      expect(answer && addressesOf(answer)).toEqual(['192.0.2.1'])
    },
  )

  test('a thread in which something throws is counted, told of by what was thrown, and followed by one that answers', async () => {
    const first = await snapshotWith('192.0.2.1')
    const { plane, at, crashes, versions } = await planeOf(first, udp, 1)
    // What is no snapshot cannot come from the publisher: any thread throws at it as soon as it looks.
    for (const { snapshots } of plane['posts']) snapshots?.postMessage(null)
    announceVersion(plane['version'], first.version + 1)
    await expect.poll(() => crashes.length, PATIENCE).toBe(2)
    expect(plane.crashes()).toBe(2)
    for (const told of crashes)
      expect(told).toMatch(/^(udp|tcp) 127\.0\.0\.1 port \d+: .*Cannot read properties of null/)
    const next = { ...(await snapshotWith('192.0.2.2')), version: first.version + 2 }
    plane.publish(next)
    await expect.poll(versions, PATIENCE).toEqual([next.version, next.version])
    const client = await UdpClient.open(at)
    const question = ask('www.example.com', 'A')
    // A thread knows what to answer before it listens.
    for (const asked of [() => client.ask(question), () => askByTcp(at, question)]) {
      const answered = async () =>
        asked().then(
          answer => answer && addressesOf(answer),
          () => undefined,
        )
      await expect.poll(answered, PATIENCE).toEqual(['192.0.2.2'])
    }
    client.close()
    expect(plane.crashes()).toBe(2)
  })
})

test('the memory of snapshots is given back when all threads have left them, however many are published', async () => {
  const first = await snapshotWith('192.0.2.1')
  const { plane, versions } = await planeOf(first, 'batch', 2)
  let newest = first
  const publish = (bytes: number): void => {
    const parts = { ...first, names: { ...first.names, slots: new Int32Array(new SharedArrayBuffer(bytes)) } }
    const dropped = newest.dropped + droppedBytes(newest, parts)
    newest = { ...parts, version: newest.version + 1, dropped }
    plane.publish(newest)
  }
  /** What this process has allocated and nobody has let go of yet, in any thread. */
  const held = (): number => {
    collect()
    return process.memoryUsage().arrayBuffers
  }
  const before = held()
  for (let round = 1; round <= 4; round++) {
    for (let i = 0; i < 10; i++) publish(8 * MB)
    await expect.poll(() => versions().every(version => version === newest.version), PATIENCE).toBe(true)
    // The last one, and as much as a thread that has nothing to do does not find worth a collection.
    await expect.poll(() => held() - before, PATIENCE).toBeLessThan((8 + 16) * MB)
  }
})
