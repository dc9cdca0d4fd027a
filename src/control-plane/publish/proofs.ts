// What the line proves with that something does not exist: the denials of all signed zones, each an answer, found by its place.
import { HASH_LABEL } from '../../dns/dnssec-hash.js'
import { TYPE } from '../../dns/numbers.js'
import type { AnswersBuilder } from '../../snapshot/answers.js'
import { NODE, NODE_WORDS, OVER_WILDCARD, OWN_PROOF } from '../../snapshot/names.js'
import { Bytes, shareInt32 } from '../../snapshot/shared.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
import { hashedOver } from './denial-chain.js'
import { encodeAnswer } from './encode.js'
import { setOf, WILDCARD_LABEL } from './reach.js'
import type { RecordSet } from './record-set.js'
import type { SignedZone } from './zone-signing.js'

interface Proof {
  readonly key: string
  readonly answer: number
  /** Where its label lies among those of hashes; undefined where its owner is the name itself. */
  readonly labelAt: number | undefined
  readonly nameLength: number
}

/** RFC 8482 §4.2: what ANY gets where there is no static record set to choose. */
const HINFO_8482 = Uint8Array.from([7, ...Buffer.from('RFC8482'), 0])
const HINFO_TTL = 3600

export class ProofTable {
  private readonly answers: AnswersBuilder
  private readonly proofs: Proof[] = []
  private readonly labels = new Bytes()

  constructor(answers: AnswersBuilder) {
    this.answers = answers
  }

  get length(): number {
    return this.proofs.length
  }

  /** Takes the chain of a zone in. @returns the number of its first proof */
  addZone({ chain, denial, sign }: SignedZone): number {
    const first = this.proofs.length
    for (const { key, set } of chain) {
      const signed = encodeAnswer(set, [], true, sign)
      const isHashed = denial === 'nsec3'
      // Nobody can ask for the record of a hash (RFC 5155 §7.2.8), so that without signatures it is never sent.
      const answer = isHashed ? this.answers.add(signed) : this.answers.add(encodeAnswer(set, []), signed)
      const labelAt = isHashed ? this.labels.push(set.owner.subarray(0, HASH_LABEL)) : undefined
      this.proofs.push({ key, answer, labelAt, nameLength: set.owner.length })
    }
    return first
  }

  /**
   * What a name has among its entries for being denied, and for being asked for all, or any, of its signatures.
   * @param first number of the first proof of its zone
   * @param sets of the name
   * @param has whether it has records at all; at a cut the zone has none
   */
  entries(zone: SignedZone, key: string, first: number, sets: readonly RecordSet[], has: boolean): readonly number[] {
    const place = zone.places.get(key)
    if (zone.denial === 'nsec') return place === undefined ? [] : this.orderedEntries(first + place)
    if (zone.denial === 'compact') return [...this.orderedEntries(first + place!), OWN_PROOF, ~(first + place!)] // every name has a link
    return [...(has ? this.anyEntries(zone, key, sets) : []), ...this.hashedEntries(zone, key, first)]
  }

  /** NSEC is a type of the name, and its signature one that is there to be given. */
  private orderedEntries(proof: number): readonly number[] {
    const { answer } = this.proofs[proof]!
    return [TYPE.NSEC, answer, TYPE.RRSIG, this.answers.addRest(this.answers.signedOf(answer), 1)]
  }

  /** RFC 8482: one of the sets for ANY, and one of the signatures for RRSIG. */
  private anyEntries({ sign }: SignedZone, key: string, [first]: readonly RecordSet[]): readonly number[] {
    const owner = Buffer.from(key, 'latin1')
    const set = first ?? { owner, type: TYPE.HINFO, ttl: HINFO_TTL, rdatas: [HINFO_8482] }
    const any =
      first === undefined ? [TYPE.ANY, this.answers.add(encodeAnswer(set, []), encodeAnswer(set, [], true, sign))] : []
    return [...any, TYPE.RRSIG, this.answers.add(encodeAnswer(setOf(sign(set), TYPE.RRSIG)!, []))]
  }

  private hashedEntries(zone: SignedZone, key: string, first: number): readonly number[] {
    const { chain, places } = zone
    const own = places.get(key)! // every name has a link
    const wildcard = WILDCARD_LABEL + key
    const over = places.has(wildcard)
      ? []
      : [OVER_WILDCARD, ~(first + hashedOver(chain, Buffer.from(wildcard, 'latin1')))]
    return [OWN_PROOF, ~(first + own), ...over]
  }

  /** Words of snapshot/snapshot.ts, and the labels that they tell of. @param nodeOf every name of a chain is a node of one of the zones */
  share(nodeOf: (key: string) => number): Pick<Snapshot, 'proofs' | 'hashLabels'> {
    const words = this.proofs.flatMap(({ key, answer, labelAt, nameLength }) => {
      const nameAt = labelAt ?? (nodeOf(key) * NODE_WORDS + NODE.name) * 4
      return [nameAt, nameLength, answer]
    })
    return { proofs: shareInt32(words), hashLabels: this.labels.share() }
  }
}
