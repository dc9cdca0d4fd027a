// Zones to name table and answers: what exists, what is cut off, how it is encoded. Pure; knows nothing of health.
import { labelCount, type Name, nameKey, parentKey } from '../../dns/name.js'
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

/** A zone whose names have become nodes. */
interface Compiled {
  readonly index: number
  readonly contents: ZoneContents
  /** Number of the name → node. */
  readonly nodes: Int32Array
}

/** A node that leads elsewhere: a wildcard from the name above it, a CNAME to its target. */
interface Lead {
  readonly zone: Compiled
  readonly node: number
  readonly wildcard?: string
  readonly cname?: Name
}

/** Compiles all zones of a document. */
export function compileNames(document: TrafficDocument, zoneSlots: Slots): CompiledNames {
  const origins = new Set([...document.zones.values()].map(({ origin }) => nameKey(origin)))
  const answers = new AnswersBuilder()
  const table = new NameTableBuilder()
  const steerings = new SteeringTable(document)
  const compiled = new Map<string, Compiled>()
  const leads: Lead[] = []
  const zones: number[] = []
  const trust = new Words()

  for (const [name, zone] of document.zones) {
    const contents = zoneContents(zone, origins)
    const index = compiled.size
    const nodes = new Int32Array(contents.nameCount)
    const one: Compiled = { index, contents, nodes }
    compiled.set(nameKey(zone.origin), one)
    for (const [key, number] of contents.names) {
      const { name, sets, steered } = contents.at(key)! // it is one of its names
      const cut = contents.cuts.has(key)
      const entries: number[] = []
      for (const set of sets) entries.push(set.type, answers.add(encode(set, cut, contents, origins)))
      if (steered !== undefined) entries.push(...steerings.entries(steered))
      const kind = cut ? CUT_NODE : NAME_NODE
      const node = table.add({ name, labels: labelCount(name), zone: index, kind, entries })
      nodes[number] = node
      const cname = setOf(sets, TYPE.CNAME)?.rdatas[0]
      if (cname !== undefined) leads.push({ zone: one, node, cname })
      if (key.startsWith(WILDCARD_LABEL)) leads.push({ zone: one, node, wildcard: key })
    }
    zones.push(
      zoneSlots.of(name),
      answers.add(encodeDenial(contents.soa)),
      zone.origin.length,
      trustList(trust, zone.ecsTrust),
    )
  }

  for (const { zone, node, wildcard, cname } of leads) {
    const above = wildcard === undefined ? undefined : nodeAt(zone, parentKey(wildcard))
    if (above !== undefined) table.setWildcard(above, node)
    if (cname !== undefined) table.setLink(node, linkTo(cname, compiled))
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

function addressesOfTargets({ type, rdatas }: RecordSet, contents: ZoneContents): readonly RecordSet[] {
  const found = new Map<string, readonly (RecordSet | undefined)[]>()
  for (const rdata of rdatas) {
    for (const { offset, length } of namesIn(type, rdata)) {
      const key = nameKey(rdata.subarray(offset, offset + length))
      const sets = contents.at(key)?.sets ?? []
      found.set(key, [setOf(sets, TYPE.A), setOf(sets, TYPE.AAAA)])
    }
  }
  return [...found.values()].flat().filter(set => set !== undefined)
}

const isOurs = (name: Name, origins: ReadonlySet<string>): boolean => zoneOf(nameKey(name), origins) !== undefined

/** The deepest origin that a name lies in. */
function zoneOf(key: string, origins: { has(key: string): boolean }): string | undefined {
  for (let suffix = key; suffix !== ''; suffix = parentKey(suffix)) if (origins.has(suffix)) return suffix
  return undefined
}

/** Where a CNAME leads: the search that `find` would do at query time, done once. */
function linkTo(target: Name, compiled: ReadonlyMap<string, Compiled>): number {
  const key = nameKey(target)
  const origin = zoneOf(key, compiled)
  if (origin === undefined) return LINK.outside
  const zone = compiled.get(origin)! // zoneOf found it there
  let suffix = key
  while (!zone.contents.names.has(suffix)) suffix = parentKey(suffix) // ends at the apex
  const wildcard = nodeAt(zone, WILDCARD_LABEL + suffix)
  if (zone.contents.cuts.has(suffix) || suffix === key) return (nodeAt(zone, suffix)! << 2) | LINK.node
  return wildcard !== undefined ? (wildcard << 2) | LINK.node : (zone.index << 2) | LINK.nxdomain
}

function nodeAt({ contents, nodes }: Compiled, key: string): number | undefined {
  const number = contents.names.get(key)
  return number === undefined ? undefined : nodes[number]
}

const setOf = (sets: readonly RecordSet[], type: number): RecordSet | undefined => sets.find(set => set.type === type)
