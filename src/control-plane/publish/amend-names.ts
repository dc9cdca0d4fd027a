// Names that are compiled already, for zones in which nothing but the data of few names has changed: the answers of these take
// the place of those that were there, and so does the SOA of their zone. All else stays, and all that leads from name to name.
import { isDeepStrictEqual } from 'node:util'
import { equalNames, type Name, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { amendAnswers, renumberedNames } from '../../snapshot/amended.js'
import type { EncodedAnswer } from '../../snapshot/answers.js'
import { entriesOf, NAME_NODE, NODE, NODE_WORDS, nodeNamed } from '../../snapshot/names.js'
import { shareInt32 } from '../../snapshot/shared.js'
import { ZONE, ZONE_WORDS } from '../../snapshot/snapshot.js'
import { differenceOf } from '../descent/descent.js'
import { atOnce } from '../threads/steps.js'
import type { StaticRecord, Zone } from '../traffic/document/zone.js'
import { leadsToNames } from './additional.js'
import { encodeAnswer, encodeDenial } from './encode.js'
import type { CompiledNames } from './names.js'
import { WILDCARD_LABEL } from './reach.js'
import type { RecordSet } from './record-set.js'
import { denialSoa } from './zone.js'
import { ZoneRecords } from './zone-records.js'

/** A zone before and after, and its place in the document. */
export interface ChangedZone {
  readonly index: number
  readonly before: Zone
  readonly zone: Zone
}

/** By the number of the answer that it replaces. */
type Fresh = readonly (readonly [answer: number, encoded: EncodedAnswer])[]

/** Undefined where more has changed than that. None of the zones may be signed, or lie within another. */
export function amendNames(names: CompiledNames, changed: readonly ChangedZone[]): CompiledNames | undefined {
  const fresh = changed.map(one => freshAnswers(names, one))
  if (!fresh.every(known => known !== undefined)) return undefined
  const amended = amendAnswers(names.answers, new Map(fresh.flat()))
  const zones = shareInt32(names.zones)
  for (let at = ZONE.negative; at < zones.length; at += ZONE_WORDS) zones[at] = amended.moved(zones[at]!)
  for (const { index, zone } of changed) zones[index * ZONE_WORDS + ZONE.serial] = zone.soa.serial
  return { ...names, zones, answers: amended.answers, names: renumberedNames(names.names, amended) }
}

/** Undefined where it is not known which answers are others. */
function freshAnswers(names: CompiledNames, { index, before, zone }: ChangedZone): Fresh | undefined {
  const owners = changedOwners(before, zone)
  if (owners === undefined || [...owners.keys()].some(key => isLookedUp(key, names))) return undefined
  // The apex has the SOA.
  const few = [...owners.set(nameKey(zone.origin), zone.origin).values()]
  const records = zone.records.filter(({ owner }) => few.some(name => equalNames(name, owner)))
  const those = atOnce(ZoneRecords.of({ ...zone, records }))
  const setsOf = (owner: Name): readonly RecordSet[] => those.sets(those.addName(nameKey(owner)))
  const fresh = few.map(owner => freshAt(names, owner, setsOf(owner)))
  if (!fresh.every(known => known !== undefined)) return undefined
  const negative = names.zones[index * ZONE_WORDS + ZONE.negative]!
  return [...fresh.flat(), [negative, encodeDenial(denialSoa(zone, setsOf(zone.origin)))]]
}

/** The names at which records are others; undefined where something else is, or a record that leads to other names. */
function changedOwners(before: Zone, zone: Zone): Map<string, Name> | undefined {
  if (zone.file !== undefined || !isDeepStrictEqual(frameOf(before), frameOf(zone))) return undefined
  const steered = differenceOf(before.steered, zone.steered)
  const aliases = differenceOf(before.aliases, zone.aliases)
  const records = differenceOf(before.records, zone.records)
  if (records === undefined || !isEmpty(steered) || !isEmpty(aliases)) return undefined
  // What was written once more beside something else is the same still.
  if (!isEmpty({ gone: records.gone.filter(leadsOn), come: records.come.filter(leadsOn) })) return undefined
  return new Map([...records.gone, ...records.come].map(({ owner }) => [nameKey(owner), owner]))
}

const isEmpty = (difference: ReturnType<typeof differenceOf>): boolean =>
  difference !== undefined && isDeepStrictEqual(difference.gone, difference.come)

/** All of a zone but what it holds, and the number that this has. */
const frameOf = ({ records: _, steered: __, aliases: ___, soa, ...rest }: Zone): unknown => [
  rest,
  { ...soa, serial: 0 },
]

/** What makes ends of a zone, or ways to other names. */
const LEADING: readonly number[] = [TYPE.NS, TYPE.DS, TYPE.CNAME, TYPE.DNAME]

const leadsOn = ({ type }: StaticRecord): boolean => LEADING.includes(type) || leadsToNames(type)

/** Whether answers of other names can hold what is there. */
const isLookedUp = (key: string, { lookedUp }: CompiledNames): boolean =>
  lookedUp.has(key) || key.startsWith(WILDCARD_LABEL)

/** The answers of a name that has these sets now; undefined where it had others. Those that lead to other names are as they were. */
function freshAt({ names }: CompiledNames, owner: Name, sets: readonly RecordSet[]): Fresh | undefined {
  const node = nodeNamed(names, owner)
  if (node === undefined || names.nodes[node * NODE_WORDS + NODE.kind] !== NAME_NODE) return undefined
  // What is no answer, but depends on the client, is less than nothing.
  const entries = entriesOf(names, node).filter(([, answer]) => answer >= 0)
  const same = entries.length === sets.length && entries.every(([type], i) => type === sets[i]!.type)
  if (!same) return undefined
  return entries.flatMap(([type, answer], i) =>
    LEADING.includes(type) || leadsToNames(type) ? [] : [[answer, encodeAnswer(sets[i]!, [])] as const],
  )
}
