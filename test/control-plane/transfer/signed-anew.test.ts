// Signed zones and the time: a serial rises with each change of what secondaries have, signatures included, and with nothing else; and what
// changed can be had without the rest.
import { afterAll, beforeEach, expect, test } from 'vitest'
import { recordsOf, type StaticView } from '../../../src/control-plane/publish/static-view.js'
import { dueAt } from '../../../src/control-plane/publish/validity.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { Archive, type Archived } from '../../../src/control-plane/transfer/archive.js'
import { countSerial, remember } from '../../../src/control-plane/transfer/serials.js'
import { ixfr } from '../../../src/control-plane/transfer/xfr.js'
import { validityIn } from '../../../src/dns/dnssec-signature.js'
import { formatName, parseName } from '../../../src/dns/name.js'
import { TYPE } from '../../../src/dns/numbers.js'
import type { TableRecord } from '../../../src/dns/record-table.js'
import { makeKeys, NOW } from '../../data-plane/signed-world.js'
import { healthOf, readDocument, World } from '../../world.js'

const DAY = 86_400
const ORIGIN = parseName('example.com.')

const traffic = (records = 'www: { type: A, data: 192.0.2.80 }', soa = '') => `
regions:
  one: { addresses: [192.0.2.1], location: [35.68, 139.69] }
  two: { addresses: [192.0.2.2], location: [52.52, 13.4] }
zones:
  example.com:
    dnssec: true
    nameservers: [ns1.example.net]
    transfer: { allow: [127.0.0.1] }
    ${soa}
    records:
      api: { steer: nearest }
      ${records}
  other.example: { nameservers: [ns1.example.net] }
`

let clock: { wall: number; steady: number }
let keys: ReturnType<typeof makeKeys>
const all: ReturnType<typeof makeKeys>[] = []
beforeEach(() => {
  clock = { wall: NOW, steady: NOW }
  keys = makeKeys(clock)
  all.push(keys)
})
afterAll(() => {
  for (const { remove } of all) remove()
})

function pass(seconds: number): void {
  clock.wall += seconds
  clock.steady += seconds
}

/** A primary whose secondaries come by when they are told to. */
class Primary {
  readonly archive: Archive
  /** The serials that secondaries were told of. */
  readonly told: number[] = []
  private readonly world: World

  private constructor(world: World, others: boolean) {
    this.world = world
    this.archive = new Archive(others)
  }

  static async of(text: string, others = false): Promise<Primary> {
    const primary = new Primary(await World.of(readDocument(text), [], new Map(), keys.signing), others)
    primary.serve(primary.world.document)
    return primary
  }

  async edit(text: string): Promise<void> {
    const document = readDocument(text)
    await this.world.publisher.setDocument(document)
    this.serve(document)
  }

  async resign(): Promise<void> {
    await this.world.publisher.resign()
    this.serve(this.world.publisher.current()!.world.document)
  }

  setDown(...regions: readonly string[]): void {
    this.world.publisher.setHealth(healthOf(this.world.document, regions))
  }

  get zone(): Archived {
    return this.archive.get(ORIGIN)!
  }

  get view(): StaticView {
    return this.zone.view
  }

  get firstExpiration(): number {
    return this.world.publisher.signatureCounts().firstExpiration
  }

  private serve(document: TrafficDocument): void {
    const changed = this.archive.take(document, this.world.publisher.signedViews())
    this.told.push(...changed.filter(({ zone }) => zone.dnssec !== undefined).map(({ serial }) => serial))
  }
}

const words = ({ owner, type, ttl, rdata }: TableRecord): string =>
  `${formatName(owner)} ${ttl} ${type} ${Buffer.from(rdata).toString('base64')}`

const contents = (view: StaticView): readonly string[] => [...recordsOf(view)].map(words).toSorted()

/** What a secondary has after it has asked for what changed since this view. */
function after(
  view: StaticView,
  { view: now, journal }: Archived,
): { readonly kind: string; readonly has: readonly string[] } {
  const { kind, records } = ixfr(now, journal, view.serial)
  const [first, ...rest] = [...records].map(words)
  if (kind !== 'steps') return { kind, has: rest.toSorted() }
  const has = new Set(contents(view))
  let adds = true
  // The SOA records between the steps are of the old and the new zone in turn; the last is the present one again.
  for (const record of rest.slice(0, -1)) {
    if (record.split(' ')[2] === `${TYPE.SOA}`) adds = !adds
    if (adds) has.add(record)
    else if (!has.delete(record)) throw new Error(`goes, and was not there: ${record}`)
  }
  expect(has.has(first!)).toBe(true)
  return { kind, has: [...has].toSorted() }
}

test('the serial stays for as long as nothing changes, whatever is up and however often all is compiled', async () => {
  const primary = await Primary.of(traffic())
  const { view } = primary
  primary.setDown('one')
  pass(DAY)
  await primary.resign()
  await primary.edit(traffic())
  expect(primary.view).toBe(view)
  expect(primary.told).toEqual([view.serial])
})

test('an edit raises it, and only what has changed is signed anew and sent', async () => {
  const primary = await Primary.of(traffic())
  const before = primary.view
  pass(60)
  await primary.edit(traffic('www: { type: A, data: 192.0.2.81 }'))
  expect(primary.told).toEqual([before.serial, NOW + 60])
  expect(after(before, primary.zone)).toEqual({ kind: 'steps', has: contents(primary.view) })
  const [{ added, deleted }] = primary.zone.journal as [Archived['journal'][number]]
  // The address, its signature, and that of the SOA.
  expect([added.length, deleted.length]).toEqual([3, 3])
})

test('when signatures are made anew it rises, long before any of them ends, and secondaries get all of them', async () => {
  const primary = await Primary.of(traffic())
  const before = primary.view
  pass(dueAt(primary.firstExpiration) - NOW)
  await primary.resign()
  expect(primary.told).toEqual([before.serial, clock.wall])
  expect(after(before, primary.zone)).toEqual({ kind: 'steps', has: contents(primary.view) })
  const signatures = [...recordsOf(primary.view)].filter(({ type }) => type === TYPE.RRSIG)
  expect(signatures.length).toBeGreaterThan(8)
  for (const { rdata } of signatures) expect(validityIn(rdata).expiration - clock.wall).toBeGreaterThan(12 * DAY)
  // What a secondary of the time before goes on with until it has heard of it.
  for (const { rdata } of [...recordsOf(before)].filter(({ type }) => type === TYPE.RRSIG))
    expect(validityIn(rdata).expiration - clock.wall).toBeGreaterThanOrEqual(4 * DAY)
})

test('it rises when the signing of a zone begins, and when it ends', async () => {
  const unsigned = traffic().replace('dnssec: true', 'dnssec: false')
  const primary = await Primary.of(unsigned)
  const hasSignatures = (): boolean => [...recordsOf(primary.view)].some(({ type }) => type === TYPE.RRSIG)
  expect([primary.zone.serial, hasSignatures()]).toEqual([1, false])
  await primary.edit(traffic())
  expect([primary.zone.serial, hasSignatures()]).toEqual([NOW, true])
  // What is counted for the document is another content, whose serial is a higher one.
  const [signed, plain] = [traffic(), unsigned].map(text => readDocument(text))
  const zoneOf = (document: TrafficDocument) => document.zones.get('example.com.')!
  const known = remember({}, signed!)
  expect(countSerial(known, 5)(zoneOf(signed!), signed!)).toBe(1)
  expect(countSerial(known, 5)(zoneOf(plain!), plain!)).toBe(5)
})

test('a serial that is written is never gone below, and goes on where it was over a restart', async () => {
  const written = traffic(undefined, 'soa: { serial: 2026112901 }')
  const primary = await Primary.of(written)
  expect(primary.zone.serial).toBe(2026112902)
  pass(10 * DAY)
  await primary.resign()
  expect(primary.zone.serial).toBe(2026112903)
  await primary.edit(traffic(undefined, 'soa: { serial: 2026112903 }'))
  expect(primary.zone.serial).toBe(2026112903)
  await primary.edit(traffic(undefined, 'soa: { serial: 2026113000 }'))
  expect(primary.zone.serial).toBe(2026113000)
  expect((await Primary.of(written)).zone.serial).toBe(2026113001)
})

test('a clock that was set back does not take it back', async () => {
  const primary = await Primary.of(traffic())
  const { serial } = primary.zone
  clock.wall -= 30 * DAY
  await primary.resign()
  expect(primary.zone.serial).toBe(serial + 1)
})

test('where other nodes sign as well the whole zone is sent: their signatures are others', async () => {
  const primary = await Primary.of(traffic(), true)
  const before = primary.view
  pass(60)
  await primary.edit(traffic('www: { type: A, data: 192.0.2.81 }'))
  expect(after(before, primary.zone)).toEqual({ kind: 'whole', has: contents(primary.view).toSorted() })
})
