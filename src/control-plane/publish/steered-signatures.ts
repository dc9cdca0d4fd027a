// Signatures of what steered names can come to under today's health, and of what they could under another (sign-ahead.ts). A set that
// was signed once stays signed; what is new all the same is signed before it is published.
import { TYPE } from '../../dns/numbers.js'
import { REGION, REGION_WORDS } from '../../snapshot/choices.js'
import {
  contentDigest,
  NO_SIGNATURES,
  type SignatureTable,
  type SteeredSignature,
  signatureTable,
} from '../../snapshot/signatures.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
import { drawable } from './drawable.js'
import { partlyUp } from './sign-ahead.js'
import type { Signee } from './zone-signing.js'

type Regions = Pick<Snapshot, 'regions' | 'addresses'>
type Given = Regions & Pick<Snapshot, 'steerings' | 'choices' | 'members'>

/** Names that one steering answers for. */
interface Bound {
  readonly type: number
  readonly signees: readonly { readonly number: number; readonly signee: Signee; readonly ttl: number }[]
  /** Sum of the digests → the data that it stands for. */
  readonly known: Map<number, string>
}

/** What a region gives, and the digest of it. */
interface Part {
  readonly rdatas: readonly Uint8Array[]
  readonly digest: number
}

/** Sets of regions that answers of a steering can hold, by what gives them something of the type. */
type SetsOf = (steering: number, gives: (region: number) => boolean) => readonly (readonly number[])[]

export class SteeredSignatures {
  private of: readonly Signee[] = []
  /** By the number of the steering, and the type. */
  private bound = new Map<string, Bound>()
  private signed: SteeredSignature[] = []
  private table = NO_SIGNATURES
  /** How many of them are in the table. */
  private tabled = 0
  /** Of the digests of regions; another one where two sets have the same sum. */
  seed = 1

  /** For names that are new, and where signatures have to be made anew: those that are fresh are taken again. */
  begin(signees: readonly Signee[]): void {
    this.of = signees
    this.signed = []
    this.table = NO_SIGNATURES
    this.tabled = 0
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
    if (this.signed.length > this.tabled) this.table = signatureTable(this.signed)
    this.tabled = this.signed.length
    return this.table
  }

  /**
   * Signs, step by step, what could be asked for: first what whole regions give, then what is left of them where some of their
   * addresses are down. A set whose sum another one has is left to `update`.
   * @param given the regions when all of them is up
   * @param most signatures that there are to be at the end
   */
  *ahead(sets: SetsOf, given: Regions, most: number): Generator<void> {
    const all = this.bound
    // Names, or the digests of regions, may be others by now.
    const goesOn = ({ signees }: Bound): boolean => this.bound === all && this.signed.length + signees.length <= most
    for (const { bound, regions } of setsOf(all, sets, given)) {
      if (!goesOn(bound)) return
      this.take(bound, regions, given)
      yield
    }
    for (const { bound, regions } of setsOf(all, sets, given)) {
      if (bound.type === TYPE.CNAME) continue
      for (const some of partlyUp(regions.map(region => dataOf(given, region, bound.type)))) {
        if (!goesOn(bound)) return
        this.takeGiven(
          bound,
          some.map(rdatas => ({ rdatas, digest: contentDigest(Buffer.concat(rdatas), this.seed) })),
        )
        yield
      }
    }
  }

  /** Whether there are some that queries do not get yet. */
  get isAhead(): boolean {
    return this.signed.length > this.tabled
  }

  /** Signs a set, if it is new. @returns whether its sum is its own */
  private take(bound: Bound, regions: readonly number[], given: Regions): boolean {
    const { type } = bound
    // A name has one CNAME: that of the first region.
    const drawn = type === TYPE.CNAME ? regions.slice(0, 1) : regions
    return this.takeGiven(
      bound,
      drawn.map(region => ({
        rdatas: dataOf(given, region, type),
        digest: given.regions[region * REGION_WORDS + DIGEST[type]!]!,
      })),
    )
  }

  private takeGiven(bound: Bound, parts: readonly Part[]): boolean {
    const { type, known } = bound
    const sum = parts.reduce((sum, { digest }) => (sum + digest) | 0, 0)
    const rdatas = parts.flatMap(({ rdatas }) => rdatas)
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

function* setsOf(
  all: ReadonlyMap<string, Bound>,
  sets: SetsOf,
  given: Regions,
): Generator<{ readonly bound: Bound; readonly regions: readonly number[] }> {
  for (const [key, bound] of all) {
    const gives = (region: number): boolean => dataOf(given, region, bound.type).some(({ length }) => length > 0)
    for (const regions of sets(Number.parseInt(key, 10), gives)) yield { bound, regions }
  }
}

/** The word of a region that stands for what it gives of a type. */
const DIGEST: Readonly<Record<number, number>> = {
  [TYPE.A]: REGION.digestV4,
  [TYPE.AAAA]: REGION.digestV6,
  [TYPE.CNAME]: REGION.digestTarget,
}

/** What a region gives of a type: addresses, or the name of its target. */
function dataOf({ regions, addresses }: Regions, region: number, type: number): readonly Uint8Array[] {
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
