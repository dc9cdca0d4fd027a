import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RolloverWish } from '../../../src/control-plane/keys/exchange.js'
import type { Zone } from '../../../src/control-plane/traffic/document/zone.js'
import { readDocument } from '../../world.js'
import { type KeyDesk, openDesk } from './key-desk.js'

const SIGNED = documentOf('true')
const CSK: RolloverWish = { kind: 'csk', emergency: false, actor: 'anna', reason: 'yearly' }

let folder: string
let clock: { wall: number }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-rollovers-'))
  clock = { wall: 1_795_568_400 }
})
afterEach(() => rmSync(folder, { recursive: true }))

function documentOf(dnssec: string) {
  return readDocument(`zones: { example.com: { nameservers: [ns.example.net], dnssec: ${dnssec} } }`)
}

const zoneOf = (document = SIGNED): Zone => [...document.zones.values()][0]!

/** A desk at which the zone has been signed for so long that everybody knows. */
async function openSigned({ shared = false, dnssec = 'true' } = {}): Promise<KeyDesk> {
  const document = documentOf(dnssec)
  const desk = await openDesk(folder, clock, undefined, shared)
  await desk.keys.prepare(document)
  for (let i = 0; i < 5 && desk.keys.rolloverOf(zoneOf().origin) !== undefined; i++) {
    clock.wall += 30 * 86_400
    await desk.rollovers.look(document)
  }
  return desk
}

test('what a rollover has come to outlives the process, and so do its keys', async () => {
  const desk = await openSigned()
  const begun = await desk.rollovers.begin(zoneOf(), CSK, SIGNED)
  const again = await openDesk(folder, clock)
  await again.keys.prepare(SIGNED)
  expect(again.keys.rolloverOf(zoneOf().origin)).toEqual(begun)
  expect(again.keys.storedOf(zoneOf().origin).map(({ file }) => file)).toEqual([...begun.old, ...begun.new].toSorted())
  expect(again.keys.keysOf(zoneOf())?.published).toEqual(desk.keys.keysOf(zoneOf())?.published)
})

test('a plan changes nothing', async () => {
  const desk = await openSigned()
  const before = desk.keys.storedOf(zoneOf().origin)
  expect(await desk.rollovers.plan(zoneOf(), CSK, SIGNED)).not.toEqual([])
  expect(desk.keys.rolloverOf(zoneOf().origin)).toBeUndefined()
  expect(desk.keys.storedOf(zoneOf().origin)).toEqual(before)
})

test('one that has just begun is taken back whole', async () => {
  const desk = await openSigned()
  const before = desk.keys.storedOf(zoneOf().origin).map(({ file }) => file)
  await desk.rollovers.begin(zoneOf(), CSK, SIGNED)
  await desk.rollovers.cancel(zoneOf())
  expect(desk.keys.storedOf(zoneOf().origin).map(({ file }) => file)).toEqual(before)
  await expect(desk.rollovers.cancel(zoneOf())).rejects.toThrow('no rollover is under way')
})

test('a stage that cannot be signed yet has not begun: it takes its whole time from when it is served', async () => {
  const desk = await openSigned()
  await desk.rollovers.begin(zoneOf(), CSK, SIGNED)
  desk.behind = true
  for (let minute = 0; minute < 3 * 24 * 60; minute += 60) {
    clock.wall += 3600
    await desk.rollovers.look(SIGNED)
  }
  desk.behind = false
  const served = clock.wall
  const stage = () => desk.keys.rolloverOf(zoneOf().origin)?.stage
  expect(stage()).toBe(0)
  for (; stage() === 0; clock.wall += 60) await desk.rollovers.look(SIGNED)
  // The keys, and propagation.
  expect(clock.wall - served).toBeGreaterThanOrEqual(3600 + zoneOf().dnssec!.propagation)
})

test('one that others depend on is not taken back, and no other begins beside it', async () => {
  const desk = await openSigned()
  await desk.rollovers.begin(zoneOf(), CSK, SIGNED)
  await expect(desk.rollovers.begin(zoneOf(), CSK, SIGNED)).rejects.toThrow(/under way/)
  clock.wall += 30 * 86_400
  await desk.rollovers.look(SIGNED)
  await expect(desk.rollovers.cancel(zoneOf())).rejects.toThrow('it is too late')
})

test.each([
  ['true', { kind: 'zsk' }, 'the zone has one key for everything: roll the csk'],
  ['{ split: true }', { kind: 'csk' }, 'the zone has keys of two kinds: roll the ksk, the zsk, or both by algorithm'],
  ['true', { kind: 'csk', algorithm: 15 }, 'another algorithm is a rollover of the kind algorithm'],
  ['true', { kind: 'algorithm', algorithm: 13 }, 'the keys are of this algorithm'],
  ['true', { kind: 'unsign', emergency: true }, 'a rollover of the kind unsign cannot be hurried'],
] as const)('of a zone with dnssec: %s, %j is refused: %s', async (dnssec, wish, words) => {
  const desk = await openSigned({ dnssec })
  const document = documentOf(dnssec)
  await expect(desk.rollovers.begin(zoneOf(document), { ...CSK, ...wish }, document)).rejects.toThrow(words)
  expect(desk.keys.rolloverOf(zoneOf().origin)).toBeUndefined()
})

test('where other nodes have keys of their own no new one is made, but the zone may leave DNSSEC', async () => {
  const desk = await openSigned({ shared: true })
  const before = desk.keys.storedOf(zoneOf().origin)
  await expect(desk.rollovers.begin(zoneOf(), CSK, SIGNED)).rejects.toThrow('have key files of their own')
  expect(desk.keys.storedOf(zoneOf().origin)).toEqual(before)
  await desk.rollovers.begin(zoneOf(), { ...CSK, kind: 'unsign' }, SIGNED)
  expect(desk.keys.rolloverOf(zoneOf().origin)?.kind).toBe('unsign')
})
