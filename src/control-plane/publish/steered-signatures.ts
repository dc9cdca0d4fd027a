// Signatures of what steered names can come to under today's health. A set that was signed once stays signed, so that a change
// of health signs nothing that has been there before; what is new is signed before it is published.
import { TYPE } from '../../dns/numbers.js'
import { REGION, REGION_WORDS } from '../../snapshot/choices.js'
import { NO_SIGNATURES, type SignatureTable, type SteeredSignature, signatureTable } from '../../snapshot/signatures.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
import { drawable } from './drawable.js'
import type { Signee } from './zone-signing.js'

type Given = Pick<Snapshot, 'steerings' | 'choices' | 'members' | 'regions' | 'addresses'>

/** Names that one steering answers for. */
interface Bound {
  readonly type: number
  readonly signees: readonly { readonly number: number; readonly signee: Signee; readonly ttl: number }[]
  /** Sum of the digests → the data that it stands for. */
  readonly known: Map<number, string>
}

export class SteeredSignatures {
  private of: readonly Signee[] = []
  /** By the number of the steering, and the type. */
  private bound = new Map<string, Bound>()
  private signed: SteeredSignature[] = []
  private table = NO_SIGNATURES
  /** Of the digests of regions; another one where two sets have the same sum. */
  seed = 1

  /** For names that are new, and where signatures have to be made anew: those that are fresh are taken again. */
  begin(signees: readonly Signee[]): void {
    this.of = signees
    this.signed = []
    this.table = NO_SIGNATURES
    const bound = new Map<string, Bound & { signees: Bound['signees'][number][] }>()
    signees.forEach((signee, number) => {
      for (const { type, steering, ttl } of signee.steerings) {
        const key = `${steering} ${type}`
        const known = bound.get(key) ?? { type, signees: [], known: new Map<number, string>() }
        bound.set(key, known)
        known.signees.push({ number, signee, ttl })
      }
    })
    this.bound = bound
  }

  /** @returns undefined where two sets have the same sum: the digests have to be made anew, with the seed that is there now */
  update(given: Given): SignatureTable | undefined {
    if (this.of.length === 0) return NO_SIGNATURES
    const before = this.signed.length
    for (const [key, bound] of this.bound) {
      const { v4, v6 } = given.steerings[Number.parseInt(key, 10)]!
      for (const choice of new Set([...v4.choiceOf, ...v6.choiceOf])) {
        for (const regions of drawable(given, choice)) {
          if (this.take(bound, regions, given)) continue
          this.seed++
          this.begin(this.of)
          return undefined
        }
      }
    }
    if (this.signed.length > before) this.table = signatureTable(this.signed)
    return this.table
  }

  /** Signs a set, if it is new. @returns whether its sum is its own */
  private take(bound: Bound, regions: readonly number[], given: Given): boolean {
    const { type, known } = bound
    // A name has one CNAME: that of the first region.
    const drawn = type === TYPE.CNAME ? regions.slice(0, 1) : regions
    const sum = drawn.reduce((sum, region) => (sum + given.regions[region * REGION_WORDS + DIGEST[type]!]!) | 0, 0)
    const rdatas = drawn.flatMap(region => dataOf(given, region, type))
    const content = rdatas
      .map(rdata => Buffer.from(rdata).toString('latin1'))
      .toSorted()
      .join()
    const there = known.get(sum)
    if (there !== undefined) return there === content
    known.set(sum, content)
    for (const { number, signee, ttl } of bound.signees) {
      const [rrsigs] = signee.sign({ owner: signee.owner, type, ttl, rdatas })
      this.signed.push({ signee: number, type, sum, rdatas: rrsigs!.rdatas }) // a signee has a zone that is signed
    }
    return true
  }
}

/** The word of a region that stands for what it gives of a type. */
const DIGEST: Readonly<Record<number, number>> = {
  [TYPE.A]: REGION.digestV4,
  [TYPE.AAAA]: REGION.digestV6,
  [TYPE.CNAME]: REGION.digestTarget,
}

/** What a region gives of a type: addresses, or the name of its target. */
function dataOf({ regions, addresses }: Given, region: number, type: number): readonly Uint8Array[] {
  const words = regions.subarray(region * REGION_WORDS, (region + 1) * REGION_WORDS)
  const many = (first: number, count: number, size: number): readonly Uint8Array[] =>
    Array.from({ length: count }, (_, i) =>
      Uint8Array.from(addresses.subarray(first + i * size, first + (i + 1) * size)),
    )
  switch (type) {
    case TYPE.A:
      return many(words[REGION.firstV4]!, words[REGION.countV4]!, 4)
    case TYPE.AAAA:
      return many(words[REGION.firstV6]!, words[REGION.countV6]!, 16)
    default:
      return many(words[REGION.targetAt]!, 1, words[REGION.targetLength]!)
  }
}
