// What a node answers with: its sets, what its zone denies with, and the parent's side of a zone, each with and without signatures.
import { type Name, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { AnswersBuilder, EncodedAnswer } from '../../snapshot/answers.js'
import { CUT_NODE } from '../../snapshot/names.js'
import { additionalOf, type Lookup } from './additional.js'
import type { AllZones } from './all-zones.js'
import { encodeAnswer, encodeDenial, encodeDenialFor, encodeDname, encodeReferral } from './encode.js'
import { setOf, zoneOf } from './reach.js'
import type { RecordSet, Sign } from './record-set.js'
import type { ZoneContents } from './zone.js'
import { delegationProof, denialSignatures, type SignedZone, type ZoneSigning } from './zone-signing.js'

/** The DS of a zone of ours is its parent's to tell, or to deny (RFC 4035 §3.1.4.1). @returns the number of the answer */
export function addParentSide(
  origin: Name,
  parent: ZoneContents,
  signing: ZoneSigning,
  answers: AnswersBuilder,
): number {
  const key = nameKey(origin)
  const signed = signing.of(nameKey(parent.soa.owner))
  const ds = signed === undefined ? setOf(parent.at(key)?.sets ?? [], TYPE.DS) : signed.dsAt(key)
  if (ds !== undefined) return addPlain(ds, signed, answers)
  const denial = encodeDenialFor(origin, parent.soa)
  if (signed === undefined) return answers.add(denial)
  const apex = parent.at(nameKey(parent.soa.owner))!.sets // every zone has an apex
  const proof = [...denialSignatures(parent.soa, apex, signed.sign), ...delegationProof(signed, key)]
  return answers.add(denial, encodeDenialFor(origin, parent.soa, proof))
}

export function addDenial(
  { soa, at }: ZoneContents,
  apex: string,
  signed: SignedZone | undefined,
  answers: AnswersBuilder,
): number {
  if (signed === undefined) return answers.add(encodeDenial(soa))
  const signatures = denialSignatures(soa, at(apex)!.sets, signed.sign) // every zone has an apex
  return answers.add(encodeDenial(soa), encodeDenial(soa, signatures))
}

/** A set that nothing comes along with. */
export function addPlain(set: RecordSet, signed: SignedZone | undefined, answers: AnswersBuilder): number {
  return answers.add(encodeAnswer(set, []), signed === undefined ? undefined : encodeAnswer(set, [], true, signed.sign))
}

interface Encoding {
  readonly answers: AnswersBuilder
  readonly compiled: AllZones
  readonly signing: ZoneSigning
  readonly lookup: Lookup
}

/** @returns the number of the answer */
export function encode(set: RecordSet, kind: number, { answers, compiled, signing, lookup }: Encoding): number {
  const additional = additionalOf(set, lookup)
  const form = (sign?: Sign): EncodedAnswer => {
    if (kind === CUT_NODE && set.type === TYPE.NS) {
      const key = nameKey(set.owner)
      const zone = sign === undefined ? undefined : signing.of(zoneOf(key, compiled)!) // it is a name of one of them
      return encodeReferral(set, additional, zone === undefined ? [] : delegationProof(zone, key), sign)
    }
    if (set.type === TYPE.DNAME) return encodeDname(set, sign)
    // The target of a CNAME that we follow ourselves must lie whole in the answer, since the next owner points at it.
    const followed =
      set.type === TYPE.CNAME && set.rdatas.some(target => zoneOf(nameKey(target), compiled) !== undefined)
    return encodeAnswer(set, additional, !followed, sign)
  }
  if (!signing.any) return answers.add(form())
  const plain = form()
  const signed = form(signing.sign)
  return answers.add(plain, recordsIn(signed) > recordsIn(plain) ? signed : undefined)
}

const recordsIn = ({ answer, authority, additional }: EncodedAnswer): number =>
  answer.count + authority.count + additional.count
