// What is published: memory that all threads share, that never changes, and of which a change of health makes as little anew as it can.
import { createHash } from 'node:crypto'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Snapshot } from '../../../src/snapshot/snapshot.js'
import { makeKeys } from '../../data-plane/signed-world.js'
import { healthOf, readDocument, World } from '../../world.js'

const documentWith = (address: string): string => `
regions:
  east: { location: [38.9, -77], addresses: [${address}, "2001:db8::1"] }
  west: { location: [45.8, -119.7], addresses: [192.0.2.3] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.4] }
  lb: { target: lb.example.net }
zones:
  example.com:
    nameservers: [ns1.example.net]
    ecs-trust: [192.0.2.0/24]
    records:
      api: { steer: nearest, regions: [east, west, tokyo] }
      lb: { steer: nearest, regions: [lb] }
      svc: [ { steer: nearest, regions: [east, west, tokyo] }, { type: HTTPS, data: 1 . alpn=h2, hints: steer } ]
${['nsec', 'nsec3', 'compact']
  .map(
    denial => `
  ${denial}.example:
    dnssec: { denial: ${denial} }
    nameservers: [ns1.example.net]
    records:
      api: { steer: nearest, regions: [east, west, tokyo] }
      www: { type: A, data: ${address} }
`,
  )
  .join('')}`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
  { prefix: '128.144.0.0/16', latitude: 45, longitude: -120 },
  { prefix: '2400:1::/32', latitude: 35.7, longitude: 139.7 },
]

/** What is settled for each snapshot: a few thousand numbers at the most. */
const SMALL = ['.steerings.choiceOf', '.choices', '.members', '.regions', '.addresses']

const keys = makeKeys()
let world: World
const snapshot = (): Snapshot => world.publisher.current()!.snapshot

beforeEach(async () => {
  world = await World.of(readDocument(documentWith('192.0.2.1')), NETWORKS, new Map(), keys.signing)
})
afterAll(() => keys.remove())

/** Every array in it, by where it stands. */
function views(value: unknown, path = ''): readonly (readonly [string, ArrayBufferView])[] {
  if (ArrayBuffer.isView(value)) return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => views(one, `${path}.${key}`))
}
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
const hashes = (of: Snapshot): readonly string[] =>
  views(of).map(([path, view]) => `${path} ${createHash('sha1').update(bytesOf(view)).digest('hex')}`)

test('all of a snapshot but a few numbers lies in shared memory', () => {
  const all = views(snapshot())
  expect(all.length).toBeGreaterThan(20)
  expect(all.filter(([, { buffer }]) => !(buffer instanceof SharedArrayBuffer)).map(([path]) => path)).toEqual([])
})

test('a thread that is handed a snapshot has the same memory, and no copy of it', () => {
  // As postMessage does it. What is written here is put back, and nobody reads meanwhile.
  const handed = new Map(views(structuredClone(snapshot())))
  const copied = views(snapshot()).filter(([path, view]) => {
    const [own, other] = [bytesOf(view), bytesOf(handed.get(path)!)]
    if (own.length === 0) return false
    own[0]! ^= 255
    const same = other[0] === own[0]
    own[0]! ^= 255
    return !same
  })
  expect(handed.size).toBe(views(snapshot()).length)
  expect(copied.map(([path]) => path)).toEqual([])
})

test('a snapshot keeps its bytes whatever is published after it', async () => {
  const kept: (readonly [Snapshot, readonly string[]])[] = []
  const keep = (): void => void kept.push([snapshot(), hashes(snapshot())])
  keep()
  for (const [i, down] of [['tokyo'], ['east', 'tokyo'], []].entries()) {
    world.publisher.setHealth(healthOf(world.document, down, 10_000 * (i + 1)))
    keep()
    await world.widened()
    keep()
    await world.publisher.setDocument(readDocument(documentWith(`192.0.2.${100 + i}`)))
    keep()
  }
  await world.widened()
  expect(new Set(kept.map(([, known]) => known.join())).size).toBeGreaterThan(5)
  for (const [one, known] of kept) expect(hashes(one)).toEqual(known)
})

test('a change of health makes neither names nor answers nor maps anew, and the pass after it none but wider maps', async () => {
  const known = new Set<ArrayBufferLike>()
  /** Which parts of what is published now are other memory than all that was published before. */
  const anew = (): readonly string[] => {
    const fresh = views(snapshot()).filter(([, { buffer }]) => !known.has(buffer))
    for (const [, { buffer }] of fresh) known.add(buffer)
    return [...new Set(fresh.map(([path]) => path.replace(/\.\d+\.v[46]/, '')))]
  }
  // By a failover before it all maps are known, the wide ones and those that they are made of.
  for (const down of [['tokyo'], []]) {
    world.publisher.setHealth(healthOf(world.document, down))
    anew()
    await world.widened()
    anew()
  }
  world.publisher.setHealth(healthOf(world.document, ['west']))
  expect(anew()).toEqual(SMALL)
  await world.widened()
  expect(anew()).toEqual(['.steerings.map.table', '.steerings.map.nodes', ...SMALL])
})
