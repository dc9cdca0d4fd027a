// Zones to name table and answers: what exists, what is cut off, how it is encoded. Pure; knows nothing of health.
import { labelCount, type Name, nameKey, parent } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { namesIn } from '../../dns/rdata.js'
import { type Answers, AnswersBuilder, type EncodedAnswer } from '../../snapshot/answers.js'
import { CUT_NODE, LINK, NAME_NODE, type NameTable, NameTableBuilder } from '../../snapshot/names.js'
import { shareInt32, Words } from '../../snapshot/shared.js'
import type { Slots } from '../../snapshot/slots.js'
import type { TrafficDocument } from '../traffic/document.js'
import { encodeAnswer, encodeDenial, encodeReferral, type RecordSet } from './encode.js'
import { type SteeringSpec, SteeringTable } from './steerings.js'
import { trustList } from './trust.js'
import { type ZoneContents, zoneContents } from './zone.js'

export interface CompiledNames {
  readonly names: NameTable
  readonly answers: Answers
  /** Words of snapshot/snapshot.ts, as is `trust`. */
  readonly zones: Int32Array
  readonly trust: Int32Array
  readonly steerings: readonly SteeringSpec[]
}

/** A node, and what has to be known of it to lead a CNAME there. */
interface Place {
  readonly node: number
  readonly zone: number
  readonly cut: boolean
  readonly cname: Uint8Array | undefined
}

/** Compiles all zones of a document. */
export function compileNames(document: TrafficDocument, zoneSlots: Slots): CompiledNames {
  const origins = new Set([...document.zones.values()].map(({ origin }) => nameKey(origin)))
  const answers = new AnswersBuilder()
  const table = new NameTableBuilder()
  const steerings = new SteeringTable(document)
  const places = new Map<string, Place>()
  const zones: number[] = []
  const trust = new Words()

  for (const [name, zone] of document.zones) {
    const contents = zoneContents(zone, origins)
    const index = zones.length / 4
    for (const [key, { name, sets, steered }] of contents.names) {
      const cut = contents.cuts.has(key)
      const entries: number[] = []
      for (const set of sets.values()) entries.push(set.type, answers.add(encode(set, cut, contents, origins)))
      if (steered !== undefined) entries.push(...steerings.entries(steered))
      const node = table.add({ name, labels: labelCount(name), zone: index, kind: cut ? CUT_NODE : NAME_NODE, entries })
      places.set(key, { node, zone: index, cut, cname: sets.get(TYPE.CNAME)?.rdatas[0] })
    }
    zones.push(
      zoneSlots.of(name),
      answers.add(encodeDenial(contents.soa)),
      zone.origin.length,
      trustList(trust, zone.ecsTrust),
    )
  }

  for (const [key, { node, cname }] of places) {
    const wildcard = places.get(WILDCARD_LABEL + key)
    if (wildcard !== undefined) table.setWildcard(node, wildcard.node)
    if (cname !== undefined) table.setLink(node, linkTo(cname, places))
  }
  return {
    names: table.build(),
    answers: answers.build(),
    zones: shareInt32(zones),
    trust: trust.share(),
    steerings: steerings.specs,
  }
}

const WILDCARD_LABEL = '\x01*'

function encode(set: RecordSet, cut: boolean, contents: ZoneContents, origins: ReadonlySet<string>): EncodedAnswer {
  const additional = ADDITIONAL.has(set.type) ? addressesOfTargets(set, contents) : []
  if (cut && set.type === TYPE.NS) return encodeReferral(set, additional)
  // The target of a CNAME that we follow ourselves must lie whole in the answer, since the next owner points at it.
  const followed = set.type === TYPE.CNAME && set.rdatas.some(target => isOurs(target, origins))
  return encodeAnswer(set, additional, !followed)
}

/** Types whose targets' addresses a resolver asks for next (RFC 1034 §3.6.1, RFC 1035 §3.3.9, RFC 2782). */
const ADDITIONAL: ReadonlySet<number> = new Set([TYPE.NS, TYPE.MX, TYPE.SRV])

function addressesOfTargets({ type, rdatas }: RecordSet, { names, glue }: ZoneContents): readonly RecordSet[] {
  const found = new Set<RecordSet>()
  for (const rdata of rdatas) {
    for (const { offset, length } of namesIn(type, rdata)) {
      const key = nameKey(rdata.subarray(offset, offset + length))
      const sets = (names.get(key) ?? glue.get(key))?.sets
      for (const set of [sets?.get(TYPE.A), sets?.get(TYPE.AAAA)]) if (set !== undefined) found.add(set)
    }
  }
  return [...found]
}

function isOurs(name: Name, origins: ReadonlySet<string>): boolean {
  for (let suffix: Name | undefined = name; suffix !== undefined; suffix = parent(suffix)) {
    if (origins.has(nameKey(suffix))) return true
  }
  return false
}

/** Where a CNAME leads: the search that `find` would do at query time, done once. */
function linkTo(target: Name, places: ReadonlyMap<string, Place>): number {
  for (let suffix: Name | undefined = target; suffix !== undefined; suffix = parent(suffix)) {
    const key = nameKey(suffix)
    const place = places.get(key)
    if (place === undefined) continue
    if (place.cut || suffix.length === target.length) return (place.node << 2) | LINK.node
    const wildcard = places.get(WILDCARD_LABEL + key)
    return wildcard !== undefined ? (wildcard.node << 2) | LINK.node : (place.zone << 2) | LINK.nxdomain
  }
  return LINK.outside
}
