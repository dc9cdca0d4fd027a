// Zones to name table and answers: what exists, what is cut off, how it is encoded. Pure; knows nothing of health.
import { labelCount, type Name, nameKey, parentKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { type Answers, AnswersBuilder } from '../../snapshot/answers.js'
import { type HintedSets, HintedSetsBuilder } from '../../snapshot/hints.js'
import {
  CUT_NODE,
  DNAME_NODE,
  LINK,
  NAME_NODE,
  type NameTable,
  NameTableBuilder,
  SIGNEE,
} from '../../snapshot/names.js'
import { shareInt32, Words } from '../../snapshot/shared.js'
import type { Slots } from '../../snapshot/slots.js'
import { DENIAL } from '../../snapshot/snapshot.js'
import type { Steps } from '../threads/steps.js'
import type { Denial, SteeredRecord } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { Lookup } from './additional.js'
import {
  type AllZones,
  type Compiled,
  gatheredContents,
  linkTo,
  nodeAt,
  parentsOf,
  setsAt,
  withSoas,
} from './all-zones.js'
import { hintedParts, hintsFrom } from './hint.js'
import type { Hinted } from './hinted-signatures.js'
import { addDenial, addParentSide, addPlain, encode } from './node-answers.js'
import { ProofTable } from './proofs.js'
import { addressesOf, setOf, WILDCARD_LABEL, zoneOf } from './reach.js'
import type { RecordSet } from './record-set.js'
import type { SignedViews } from './signed-views.js'
import { serialIn } from './soa-data.js'
import { type SteeringSpec, SteeringTable } from './steerings.js'
import { transferred } from './transferred.js'
import { trustList } from './trust.js'
import { type SignedZone, type Signee, type Signing, ZoneSigning } from './zone-signing.js'

export interface CompiledNames {
  readonly names: NameTable
  readonly answers: Answers
  /** As snapshot/snapshot.ts has them, like `trust`, `proofs` and `hashLabels`. */
  readonly zones: Int32Array
  readonly trust: Int32Array
  readonly proofs: Int32Array
  readonly hashLabels: Uint8Array
  /** By the numbers of zones: those with compact denial, for which proofs are made when they are asked for. */
  readonly compact: readonly (SignedZone | undefined)[]
  readonly steerings: readonly SteeringSpec[]
  /** By the numbers that their nodes have for them. */
  readonly signees: readonly Signee[]
  readonly hinted: HintedSets
  /** Where the target of a region leads, by its id: a LINK. */
  readonly targetLinks: ReadonlyMap<string, number>
  /** Keys of names at which was looked for what other answers hold as well. */
  readonly lookedUp: ReadonlySet<string>
}

/** A node that leads elsewhere: a wildcard from the name above it, a CNAME to its target. */
interface Lead {
  readonly zone: Compiled
  readonly node: number
  readonly wildcard?: string
  readonly cname?: Name
}

/** Of others nothing needs to be remembered. */
const compactOnly = (signed: SignedZone | undefined): SignedZone | undefined =>
  signed?.denial === 'compact' ? signed : undefined

const DENIALS: Readonly<Record<Denial, number>> = {
  nsec: DENIAL.ordered,
  nsec3: DENIAL.hashed,
  compact: DENIAL.compact,
}

/** Compiles all zones of a document, a step for each name. */
export function* compileNames(document: TrafficDocument, zoneSlots: Slots, given?: Signing): Steps<CompiledNames> {
  const answers = new AnswersBuilder()
  const table = new NameTableBuilder()
  const steerings = new SteeringTable(document)
  const hintedSets = new HintedSetsBuilder()
  const contents = yield* gatheredContents(document)
  const signing = new ZoneSigning(document, contents, steerings, given)
  const compiled = withSoas(contents, soasFor(document, contents, signing, given?.views))
  const parents = parentsOf(compiled)
  const signees: Signee[] = []
  const proofs = new ProofTable(answers)
  const leads: Lead[] = []
  const zones: number[] = []
  const trust = new Words()
  const lookedUp = new Set<string>()
  const lookup: Lookup = name => {
    lookedUp.add(nameKey(name))
    return setsAt(name, compiled)
  }

  for (const [name, zone] of document.zones) {
    const apex = nameKey(zone.origin)
    const one = compiled.get(apex)! // all zones are there
    const { contents, nodes, index } = one
    const signed = signing.of(apex)
    const firstProof = signed === undefined ? proofs.length : proofs.addZone(signed)
    for (const [key, number] of contents.names) {
      const { name, sets, steered, alias, hinted } = contents.at(key)! // it is one of its names
      const kind = contents.cuts.has(key) ? CUT_NODE : contents.dnames.has(key) ? DNAME_NODE : NAME_NODE
      const entries: number[] = []
      const following: Hinted[] = []
      for (const set of key === apex ? [...sets, ...(signed?.apexSets ?? [])] : sets) {
        const own = hinted.filter(({ type }) => type === set.type)
        const from = own[0] && hintsFrom(own[0], compiled)
        if (from === undefined) entries.push(set.type, encode(set, kind, { answers, compiled, signing, lookup }))
        else {
          const by = steeringsBy(steerings.entries(from))
          const records = hintedParts(set, own)
          entries.push(set.type, ~hintedSets.add(set.ttl, by, records))
          following.push({ type: set.type, ttl: set.ttl, ...by, records })
        }
      }
      const stands = alias && addressesOf(alias, compiled)
      const record = stands?.kind === 'steered' ? stands.record : steered
      const given = record === undefined ? [] : steerings.entries(record)
      entries.push(...given)
      if (stands?.kind === 'static')
        for (const set of stands.sets) entries.push(set.type, addPlain({ ...set, owner: name }, signed, answers))
      if (signed !== undefined && given.length + following.length > 0)
        entries.push(SIGNEE, ~(signees.push(signee(name, signed, record, given, following)) - 1))
      const parent = key === apex ? parents.get(apex) : undefined
      if (parent !== undefined) entries.push(TYPE.DS, addParentSide(zone.origin, parent, signing, answers))
      if (signed !== undefined)
        entries.push(
          ...proofs.entries(
            signed,
            key,
            firstProof,
            withoutHinted(sets, following),
            entries.length > 0 && kind !== CUT_NODE,
          ),
        )
      const node = table.add({ name, labels: labelCount(name), zone: index, kind, entries })
      nodes[number] = node
      const cname = setOf(sets, TYPE.CNAME)?.rdatas[0]
      if (cname !== undefined && kind === NAME_NODE) leads.push({ zone: one, node, cname })
      if (given[0] === TYPE.CNAME) table.setLink(node, LINK.outside) // it leads where the region's target does
      if (key.startsWith(WILDCARD_LABEL)) leads.push({ zone: one, node, wildcard: key })
      yield
    }
    zones.push(
      zoneSlots.of(name),
      addDenial(contents, apex, signed, answers),
      zone.origin.length,
      trustList(trust, zone.ecsTrust),
      firstProof,
      proofs.length - firstProof,
      labelCount(zone.origin),
      serialIn(contents.soa.rdatas[0]!), // a set is never empty
      DENIALS[signed?.denial ?? 'nsec'],
    )
  }

  for (const { zone, node, wildcard, cname } of leads) {
    const above = wildcard === undefined ? undefined : nodeAt(zone, parentKey(wildcard))
    if (above !== undefined) table.setWildcard(above, node)
    if (cname !== undefined) table.setLink(node, linkTo(cname, compiled))
    yield
  }
  const names = yield* table.build()
  return {
    names,
    answers: answers.build(),
    zones: shareInt32(zones),
    trust: trust.share(),
    compact: [...document.zones.values()].map(({ origin }) => compactOnly(signing.of(nameKey(origin)))),
    ...proofs.share(key => nodeAt(compiled.get(zoneOf(key, compiled)!)!, key)!),
    steerings: steerings.specs,
    signees,
    hinted: hintedSets.build(),
    targetLinks: new Map(
      [...document.regions.values()].flatMap(({ id, target }) =>
        target === undefined ? [] : [[id, linkTo(target.name, compiled)] as const],
      ),
    ),
    lookedUp,
  }
}

/** What the SOA of signed zones is that secondaries have, by the key of the origin: its serial depends on all that they get. */
function soasFor(
  document: TrafficDocument,
  all: AllZones,
  signing: ZoneSigning,
  views: SignedViews | undefined,
): ReadonlyMap<string, RecordSet> {
  views?.begin()
  const soas = new Map<string, RecordSet>()
  for (const zone of document.zones.values()) {
    const key = nameKey(zone.origin)
    const signed = signing.of(key)
    if (views === undefined || signed === undefined || zone.transfer.allow.length === 0) continue
    soas.set(key, views.add(zone, transferred(zone, document, all, signed), signed.sign))
  }
  return soas
}

/** The steerings of a name by family, from its entries; −1 for none. */
function steeringsBy(entries: readonly number[]): { readonly v4: number; readonly v6: number } {
  const of = (type: number): number => {
    const at = entries.indexOf(type)
    return at < 0 ? -1 : ~entries[at + 1]!
  }
  return { v4: of(TYPE.A), v6: of(TYPE.AAAA) }
}

/** Those that are the same for everybody. */
const withoutHinted = (sets: readonly RecordSet[], hinted: readonly Hinted[]): readonly RecordSet[] =>
  sets.filter(set => hinted.every(({ type }) => type !== set.type))

/** @param entries type and reference (~steering), in turn */
const signee = (
  owner: Name,
  { signSteered }: SignedZone,
  record: Pick<SteeredRecord, 'ttl'> | undefined,
  entries: readonly number[],
  hinted: readonly Hinted[],
): Signee => ({
  owner,
  sign: signSteered,
  steerings: entries.flatMap(
    (type, i) => (i % 2 === 0 ? [{ type, steering: ~entries[i + 1]!, ttl: record!.ttl.max }] : []), // it has given them
  ),
  hinted,
})
