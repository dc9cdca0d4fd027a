// Which zones of a document are signed, and what each of them has for it: one compile's view of keys, signatures and denials.
import { type Name, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { KeysOf, ZoneKeys } from '../keys/zone-keys.js'
import type { Denial } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type ChainLink, hashedChain, loneDenials, orderedChain, type TypedName } from './denial-chain.js'
import type { Hinted } from './hinted-signatures.js'
import { addressesOf, setOf, type Zones, zoneOf } from './reach.js'
import type { RecordSet, Sign } from './record-set.js'
import type { Signatures } from './signatures.js'
import type { SignedViews } from './signed-views.js'
import { dsFor, keySets, parameterSet, signer } from './signed-zone.js'
import type { SteeringTable } from './steerings.js'
import type { ZoneContents } from './zone.js'

/** What signing takes. */
export interface Signing {
  readonly keysOf: KeysOf
  readonly signatures: Signatures
  /** Those of what steered names come to, which health brings forth. */
  readonly steered: Signatures
  /** What secondaries get. */
  readonly views: SignedViews
}

export interface SignedZone {
  readonly origin: Name
  readonly keys: ZoneKeys
  readonly denial: Denial
  /** What its apex has since it is signed: the DNSKEY, CDS and CDNSKEY sets, and NSEC3PARAM where names are hashed. */
  readonly apexSets: readonly RecordSet[]
  /** What denies, in order: names on this side of delegations to zones of ours are among them. */
  readonly chain: readonly ChainLink[]
  /** Key → place in the chain. */
  readonly places: ReadonlyMap<string, number>
  /** For sets that are known to be its own. */
  readonly sign: Sign
  /** For what its steered names come to. */
  readonly signSteered: Sign
  /** The DS set at a cut, or of a zone of ours below this one. */
  readonly dsAt: (key: string) => RecordSet | undefined
}

const CHAINS: Readonly<
  Record<Denial, (names: readonly TypedName[], origin: Name, ttl: number) => readonly ChainLink[]>
> = {
  nsec: (names, _, ttl) => orderedChain(names, ttl),
  nsec3: hashedChain,
  compact: loneDenials,
}

type All = Zones<{ readonly contents: ZoneContents }>

/** Types of a cut that are the zone's own; the others are the zone's below it (RFC 4035 §2.2, §2.3). */
const OWN_AT_CUT: readonly number[] = [TYPE.DS, TYPE.NSEC]

export class ZoneSigning {
  private readonly zones: ReadonlyMap<string, SignedZone>
  private readonly all: All

  constructor(document: TrafficDocument, all: All, steerings: SteeringTable, signing: Signing | undefined) {
    this.all = all
    this.zones = signing === undefined ? new Map() : signedZones(document, all, steerings, signing)
  }

  /** By the key of the origin; undefined where it is not signed. */
  of(origin: string): SignedZone | undefined {
    return this.zones.get(origin)
  }

  /** Whether there is anything to sign at all. */
  get any(): boolean {
    return this.zones.size > 0
  }

  /** For whatever set an answer holds: glue, what stands at cuts, and what a wildcard stands for beside an answer are left as they are. */
  readonly sign: Sign = set => {
    const key = nameKey(set.owner)
    const origin = zoneOf(key, this.all)
    const zone = origin === undefined ? undefined : this.zones.get(origin)
    if (zone === undefined) return []
    const { names, cuts } = this.all.get(origin!)!.contents // the zone was found there
    if (!names.has(key) || (cuts.has(key) && !OWN_AT_CUT.includes(set.type))) return []
    return zone.sign(set)
  }
}

function signedZones(
  document: TrafficDocument,
  all: All,
  steerings: SteeringTable,
  { keysOf, signatures, steered }: Signing,
): ReadonlyMap<string, SignedZone> {
  const zones = new Map([...document.zones.values()].map(zone => [nameKey(zone.origin), zone]))
  const signed = new Map<string, SignedZone>()
  for (const [apex, zone] of zones) {
    const keys = keysOf(zone)
    if (keys === undefined) continue
    const { contents } = all.get(apex)! // all zones are there
    const dsAt = (key: string): RecordSet | undefined => {
      const written = setOf(contents.at(key)?.sets ?? [], TYPE.DS)
      const below = zones.get(key)
      const theirs = below === undefined ? undefined : keysOf(below)
      return written ?? (theirs === undefined ? undefined : dsFor(below!.origin, theirs, zone.ttl))
    }
    const { origin } = zone
    const { denial } = zone.dnssec! // a zone that has keys is to be signed
    const { ttl } = contents.soa
    const apexSets = [...keySets(origin, keys), ...(denial === 'nsec3' ? [parameterSet(origin, ttl)] : [])]
    const names: TypedName[] = [
      ...[...contents.names.keys()].map(key => ({
        key,
        types: [
          ...(contents.cuts.has(key) ? typesAtCut(dsAt(key)) : typesAt(key, contents, all, steerings)),
          ...(key === apex ? apexSets.map(({ type }) => type) : []),
        ],
      })),
      ...contents.delegated.map(key => ({ key, types: typesAtCut(dsAt(key)) })),
    ]
    const chain = CHAINS[denial](names, origin, ttl)
    signed.set(apex, {
      origin,
      keys,
      denial,
      apexSets,
      chain,
      places: new Map(chain.map(({ key }, place) => [key, place])),
      sign: signer(signatures, zone.origin, keys),
      signSteered: signer(steered, zone.origin, keys),
      dsAt,
    })
  }
  return signed
}

const typesAtCut = (ds: RecordSet | undefined): readonly number[] => (ds === undefined ? [TYPE.NS] : [TYPE.NS, TYPE.DS])

/** Whatever a name can answer: that of a steered one does not depend on who asks, or on what is up. */
function typesAt(key: string, contents: ZoneContents, all: All, steerings: SteeringTable): readonly number[] {
  const { sets, steered, alias } = contents.at(key)! // it is one of its names
  const found = alias === undefined ? undefined : addressesOf(alias, all)
  return [
    ...sets.map(({ type }) => type),
    ...(steered === undefined ? [] : steerings.types(steered)),
    ...(found === undefined
      ? []
      : found.kind === 'steered'
        ? steerings.types(found.record)
        : found.sets.map(({ type }) => type)),
  ]
}

/** A set and its signatures. */
export const withSignatures = (set: RecordSet, sign: Sign): readonly RecordSet[] => [set, ...sign(set)]

/** What says of a delegation whether the zone below is signed: its DS, or what denies that (RFC 4035 §3.1.4, RFC 5155 §7.2.7). */
export function delegationProof({ dsAt, chain, places, sign }: SignedZone, key: string): readonly RecordSet[] {
  const ds = dsAt(key)
  return withSignatures(ds ?? chain[places.get(key)!]!.set, sign) // every cut is a name of the chain
}

/** The SOA as it signs a denial: its TTL is that of the denial, its signature that of the record (RFC 4035 §3.1.3, RFC 2308 §5). */
export function denialSignatures(soa: RecordSet, apex: readonly RecordSet[], sign: Sign): readonly RecordSet[] {
  const whole = setOf(apex, TYPE.SOA)! // every zone has one
  return sign(whole).map(set => ({ ...set, ttl: soa.ttl }))
}

/** A name whose answers are signed, and depend on who asks. */
export interface Signee {
  readonly owner: Name
  readonly sign: Sign
  /** Of its steerings: the type that each answers, its number, and the most that a TTL of it can be, seconds. */
  readonly steerings: readonly { readonly type: number; readonly steering: number; readonly ttl: number }[]
  /** Its sets whose hints follow a steered name. */
  readonly hinted: readonly Hinted[]
}
