// Signatures of what steered names can come to under today's health, and of what they could under another (sign-ahead.ts). A set that
// was signed once stays signed; what is new all the same is signed before it is published.
import { TYPE } from '../../dns/numbers.js'
import { NO_SIGNATURES, type SignatureTable, type SteeredSignature, signatureTable } from '../../snapshot/signatures.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
import { drawable } from './drawable.js'
import { drawnTogether, type Hinted, hintedRdatas, hintsOf } from './hinted-signatures.js'
import { hintsAhead, hintsPartlyUp } from './hints-ahead.js'
import { dataOf, gives, type Part, partOf, partsOf, type Regions } from './region-parts.js'
import { partlyUp, type SetsOf } from './sign-ahead.js'
import type { Signee } from './zone-signing.js'

type Given = Regions & Pick<Snapshot, 'steerings' | 'choices' | 'members'>

/** Names that one steering answers for. */
interface Bound {
  readonly type: number
  readonly signees: readonly { readonly number: number; readonly signee: Signee; readonly ttl: number }[]
  /** Sum of the digests → the data that it stands for. */
  readonly known: Map<number, string>
}

/** Names whose hints two steerings give. */
interface Followed {
  readonly v4: number
  readonly v6: number
  readonly signees: readonly { readonly number: number; readonly signee: Signee; readonly hinted: Hinted }[]
  /** What stands for the hints → the hints. */
  readonly known: Map<number, string>
}

export class SteeredSignatures {
  private of: readonly Signee[] = []
  /** By the number of the steering, and the type. */
  private bound = new Map<string, Bound>()
  /** By the numbers of both steerings. */
  private followed = new Map<string, Followed>()
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
    const followed = new Map<string, Followed & { signees: Followed['signees'][number][] }>()
    signees.forEach((signee, number) => {
      for (const hinted of signee.hinted) {
        const { v4, v6 } = hinted
        const key = `${v4} ${v6}`
        const known = followed.get(key) ?? { v4, v6, signees: [], known: new Map<number, string>() }
        followed.set(key, known)
        known.signees.push({ number, signee, hinted })
      }
      for (const { type, steering, ttl } of signee.steerings) {
        const key = `${steering} ${type}`
        const known = bound.get(key) ?? { type, signees: [], known: new Map<number, string>() }
        bound.set(key, known)
        known.signees.push({ number, signee, ttl })
      }
    })
    this.bound = bound
    this.followed = followed
  }

  /** @returns undefined where two sets have the same sum: the digests have to be made anew, with the seed that is there now */
  update(given: Given): SignatureTable | undefined {
    if (this.of.length === 0) return NO_SIGNATURES
    if (!this.takeDrawable(given)) {
      this.seed++
      this.begin(this.of)
      return undefined
    }
    if (this.signed.length > this.tabled) this.table = signatureTable(this.signed)
    this.tabled = this.signed.length
    return this.table
  }

  /** Signs whatever can be drawn. @returns whether each sum is that of one set */
  private takeDrawable(given: Given): boolean {
    for (const [key, bound] of this.bound) {
      const { v4, v6 } = given.steerings[Number.parseInt(key, 10)]!
      for (const choice of new Set([...v4.choiceOf, ...v6.choiceOf]))
        for (const regions of drawable(given, choice)) if (!this.take(bound, regions, given)) return false
    }
    for (const followed of this.followed.values())
      for (const { v4, v6 } of drawnTogether(given, followed))
        if (!this.takeHints(followed, partsOf(given, v4, TYPE.A), partsOf(given, v6, TYPE.AAAA))) return false
    return true
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
    const goesOn = ({ signees }: { readonly signees: readonly unknown[] }): boolean =>
      this.bound === all && this.signed.length + signees.length <= most
    for (const { bound, regions } of setsOf(all, sets, given)) {
      if (!goesOn(bound)) return
      this.take(bound, regions, given)
      yield
    }
    for (const followed of this.followed.values()) {
      for (const both of hintsAhead(followed, sets, given)) {
        if (!goesOn(followed)) return
        this.takeHints(followed, partsOf(given, both.v4, TYPE.A), partsOf(given, both.v6, TYPE.AAAA))
        yield
      }
    }
    for (const { bound, regions } of setsOf(all, sets, given)) {
      if (bound.type === TYPE.CNAME) continue
      for (const some of partlyUp(regions.map(region => dataOf(given, region, bound.type)))) {
        if (!goesOn(bound)) return
        this.takeGiven(
          bound,
          some.map(rdatas => partOf(rdatas, this.seed)),
        )
        yield
      }
    }
    for (const followed of this.followed.values()) {
      for (const { v4, v6 } of hintsPartlyUp(followed, sets, given, this.seed)) {
        if (!goesOn(followed)) return
        this.takeHints(followed, v4, v6)
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
    // A name has one CNAME: that of the first region.
    const drawn = bound.type === TYPE.CNAME ? regions.slice(0, 1) : regions
    return this.takeGiven(bound, partsOf(given, drawn, bound.type))
  }

  /** The same of hints, of both families. */
  private takeHints({ signees, known }: Followed, v4: readonly Part[], v6: readonly Part[]): boolean {
    const { sum, hints } = hintsOf(v4, v6)
    const content = `${Buffer.from(hints.v4).toString('latin1')} ${Buffer.from(hints.v6).toString('latin1')}`
    const there = known.get(sum)
    if (there !== undefined) return there === content
    known.set(sum, content)
    for (const { number, signee, hinted } of signees)
      this.sign(number, signee, hinted.type, hinted.ttl, sum, hintedRdatas(hinted, hints))
    return true
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
    for (const { number, signee, ttl } of bound.signees) this.sign(number, signee, type, ttl, sum, rdatas)
    return true
  }

  private sign(
    number: number,
    { owner, sign }: Signee,
    type: number,
    ttl: number,
    sum: number,
    rdatas: readonly Uint8Array[],
  ): void {
    const [rrsigs] = sign({ owner, type, ttl, rdatas })
    this.signed.push({ signee: number, type, sum, rdatas: rrsigs!.rdatas }) // a signee has a zone that is signed
  }
}

function* setsOf(
  all: ReadonlyMap<string, Bound>,
  sets: SetsOf,
  given: Regions,
): Generator<{ readonly bound: Bound; readonly regions: readonly number[] }> {
  for (const [key, bound] of all) {
    const isGiven = (region: number): boolean => gives(given, region, bound.type)
    for (const regions of sets(Number.parseInt(key, 10), isGiven)) yield { bound, regions }
  }
}
