// A digest of what a zone holds, its serial left out: the same as long as nothing changes that a secondary could see. It is
// a sum over records, so that their order does not matter, and of those that stay what is known of each is added up.
import { createHash } from 'node:crypto'
import type { RecordTable, TableRecord } from '../../dns/record-table.js'
import { listBefore } from '../descent/descent.js'
import { contentsOf, haveSameChoices, leadsOn, staticChoiceOf, staticRest } from '../publish/static-view.js'
import { atOnce, type Steps } from '../threads/steps.js'
import type { SteeredRecord, Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'

export const contentDigest = (zone: Zone, document: TrafficDocument): string => atOnce(digestInSteps(zone, document))

/** The same, a step for each record of which nothing is known. */
export function* digestInSteps(zone: Zone, document: TrafficDocument): Steps<string> {
  const { regions } = document
  const before = digests.get(zone.records)
  if (before?.regions === regions && sameButSerial(before.zone, zone)) return before.digest
  const digest = yield* digestOf(zone, document)
  // What depends on other zones as well is worked out each time.
  if (!leadsOn(zone)) digests.set(zone.records, { zone, regions, digest })
  return digest
}

/** By the records of a zone, which are the same list in the zone that gets its serial from the digest. */
const digests = new WeakMap<
  Zone['records'],
  { readonly zone: Zone; readonly regions: TrafficDocument['regions']; readonly digest: string }
>()

/** Whether nothing but the serial can be different. */
function sameButSerial(a: Zone, b: Zone): boolean {
  return (
    isSame({ ...a, soa: undefined }, { ...b, soa: undefined }) &&
    isSame({ ...a.soa, serial: 0 }, { ...b.soa, serial: 0 })
  )
}

const isSame = (a: object, b: object): boolean => {
  const others = new Map<string, unknown>(Object.entries(b))
  const own = Object.entries(a)
  return own.length === others.size && own.every(([key, value]) => others.get(key) === value)
}

function* digestOf(zone: Zone, document: TrafficDocument): Steps<string> {
  const { soa, nameservers, records, aliases } = staticRest(zone, document)
  let sum = hashOf([withoutSerial(soa)]) + hashOf(nameservers) + hashOf(aliases)
  sum += yield* knownInSteps(recordSums, records, () => sumOf(records))
  sum += yield* steeredSum(zone.steered, document)
  if (zone.file !== undefined) {
    const { origin, file } = zone
    sum += yield* knownInSteps(fileHashes, file, () => hashInSteps(contentsOf({ origin, head: [], file })))
  }
  const digest = BigInt.asUintN(128, sum).toString(16).padStart(32, '0')
  // Whoever has a zone without signatures has to hear that it has some, and the other way round.
  return zone.dnssec === undefined ? digest : `${digest} signed`
}

const recordHash = (record: TableRecord): bigint => known(recordHashes, record, () => hashOf([record]))

/** Of a list of which few records are others than in one whose sum is known, these are counted in, and those out. */
function* sumOf(records: readonly TableRecord[]): Steps<bigint> {
  const before = listBefore(records)
  const sum = before && recordSums.get(before.from)
  if (sum === undefined) return yield* total(records)
  return sum - (yield* total(before!.difference.gone)) + (yield* total(before!.difference.come))
}

function* total(records: readonly TableRecord[]): Steps<bigint> {
  let sum = 0n
  for (const record of records) {
    sum += recordHash(record)
    yield
  }
  return sum
}

const recordSums = new WeakMap<readonly TableRecord[], bigint>()

/** The sum for the steered names of a zone, and what their choices were by which it was made. */
interface SteeredSum {
  readonly regions: TrafficDocument['regions']
  /** One record for each distinct way of choosing. */
  readonly ways: readonly SteeredRecord[]
  readonly choices: string
  readonly sum: bigint
}

function* steeredSum(steered: Zone['steered'], { regions }: TrafficDocument): Steps<bigint> {
  const before = steeredSums.get(steered)
  if (before !== undefined && haveSameChoices(before.regions, regions)) return before.sum
  const choiceOf = staticChoiceOf(regions)
  const ways = before?.ways ?? (yield* waysOf(steered, choiceOf))
  const choices = ways.map(record => choiceHash(choiceOf(record))).join(' ')
  let sum = 0n
  if (before?.choices === choices) sum = before.sum
  else
    for (const record of steered) {
      sum += steeredHash(record, choiceOf(record))
      yield
    }
  steeredSums.set(steered, { regions, ways, choices, sum })
  return sum
}

/** What has the same choice once, has it whatever the regions are. */
function* waysOf(
  steered: Zone['steered'],
  choiceOf: ReturnType<typeof staticChoiceOf>,
): Steps<readonly SteeredRecord[]> {
  const first = new Map<unknown, SteeredRecord>()
  for (const record of steered) {
    const choice = choiceOf(record)
    if (!first.has(choice)) first.set(choice, record)
    yield
  }
  return [...first.values()]
}

const steeredSums = new WeakMap<Zone['steered'], SteeredSum>()

const recordHashes = new WeakMap<TableRecord, bigint>()
/** A zone file may have a million records, and its table stays the same until the file changes. */
const fileHashes = new WeakMap<RecordTable, bigint>()
/** The hash of a steered name with what it has, which is the same object for as long as that stays as it is. */
const steeredHashes = new WeakMap<SteeredRecord, { readonly choice: string; readonly hash: bigint }>()

function steeredHash(record: SteeredRecord, choice: readonly TableRecord[]): bigint {
  const { owner } = record
  const hashed = choiceHash(choice)
  const before = steeredHashes.get(record)
  if (before?.choice === hashed) return before.hash
  const hash = asNumber(createHash('sha256').update(owner).update(hashed).digest())
  steeredHashes.set(record, { choice: hashed, hash })
  return hash
}

const choiceHash = (choice: readonly TableRecord[]): string =>
  known(choiceHashes, choice, () => hashOf(choice).toString(16))

const choiceHashes = new WeakMap<readonly TableRecord[], string>()

function known<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  const there = map.get(key)
  if (there !== undefined) return there
  const made = make()
  map.set(key, made)
  return made
}

function* knownInSteps<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => Steps<V>): Steps<V> {
  const made = map.get(key) ?? (yield* make())
  map.set(key, made)
  return made
}

const SERIAL_FROM_END = 20

function withoutSerial(soa: TableRecord): TableRecord {
  const rdata = soa.rdata.slice()
  rdata.fill(0, rdata.length - SERIAL_FROM_END, rdata.length - SERIAL_FROM_END + 4)
  return { ...soa, rdata }
}

/** The sum of the hashes of the records. */
const hashOf = (records: Iterable<TableRecord>): bigint => atOnce(hashInSteps(records))

function* hashInSteps(records: Iterable<TableRecord>): Steps<bigint> {
  const numbers = new DataView(new ArrayBuffer(12))
  let sum = 0n
  for (const { owner, type, ttl, rdata } of records) {
    numbers.setUint16(0, owner.length)
    numbers.setUint16(2, type)
    numbers.setUint32(4, ttl)
    numbers.setUint32(8, rdata.length)
    const hash = createHash('sha256').update(new Uint8Array(numbers.buffer)).update(owner).update(rdata)
    sum += asNumber(hash.digest())
    yield
  }
  return sum
}

/** 128 bits of it: two contents with one digest will not be met. */
const asNumber = (digest: Buffer): bigint => (digest.readBigUInt64BE(0) << 64n) | digest.readBigUInt64BE(8)
