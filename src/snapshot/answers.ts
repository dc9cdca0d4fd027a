// Encoded answers: what follows the question in a response, ready to be appended.
//
// An answer is encoded as if the question held exactly its owner's name, so the question's name lies at offset 12,
// the answer begins at 12 + length + 4, and names are compressed against both (RFC 1035 §4.1.4). Where that holds
// (nearly always) the bytes are appended as they are. Where it does not (wildcards, referrals, negative answers, the
// later links of a CNAME chain) the pointers listed as relocations are moved first.
//
// An answer of a signed zone has a second form beside it, the same with its signatures, for clients that ask for them (RFC 3225).
//
// An answer's number is where its head lies, in steps of ANSWER_WORDS; its bytes and relocations come right after it, so that
// those of a small answer lie in the memory that was fetched with its head.
//
// Of the additional section as many whole sets are sent as there is room for (RFC 2181 §9), but the addresses of a
// delegation's own servers have to fit like the answer itself (RFC 9471 §3): they come first, and count as required.
import { Words } from './shared.js'

export interface Answers {
  readonly heads: Int32Array
  /** The same memory, byte by byte. */
  readonly bytes: Uint8Array
  /** The same memory once more: `position << 2 | kind`; position counts from the answer's first byte. */
  readonly relocations: Int32Array
}

/** Answers begin at multiples of so many words. */
export const ANSWER_WORDS = 4
const HEAD_WORDS = 11
export const ANSWER = {
  at: 0,
  /** Bytes and records of each section, one after the other in `bytes`. */
  answerLength: 1,
  authorityLength: 2,
  additionalLength: 3,
  answerCount: 4,
  authorityCount: 5,
  additionalCount: 6,
  relocationAt: 7,
  relocationCount: 8,
  /** Bytes that are sent or the response is truncated: answer, authority, and what of the rest must not be missing. */
  requiredLength: 9,
  /** The answer that has the signatures as well; itself where there are none. */
  signed: 10,
} as const

/** What a relocated pointer points at; or no pointer, but the place where an additional set begins that can be left out. */
export const RELOCATE = {
  /** The name that was asked for, from its first label on. */
  owner: 0,
  /** Some suffix of that name. */
  suffix: 1,
  /** A place within the answer itself. */
  inside: 2,
  optional: 3,
} as const

/** The last byte of a message that a name can be pointed at (RFC 1035 §4.1.4). */
export const LAST_POINTER = 0x3fff
/**
 * The last byte of a message at which an answer may begin: a chain of aliases that is longer goes no further. What an answer
 * points at within itself is as much nearer, so that it can be pointed at wherever the answer comes to stand.
 */
export const LAST_START = 0x1fff

export interface Relocation {
  readonly position: number
  readonly kind: number
}

export interface Section {
  readonly bytes: ArrayLike<number>
  readonly count: number
}

/** One answer before it is put among the others. */
export interface EncodedAnswer {
  readonly answer: Section
  readonly authority: Section
  readonly additional: Section
  readonly relocations: readonly Relocation[]
  /** Bytes. */
  readonly required: number
}

export const EMPTY_SECTION: Section = { bytes: [], count: 0 }

export class AnswersBuilder {
  private readonly words = new Words()

  /**
   * @param signed the same with signatures
   * @returns the number of the answer
   */
  add(encoded: EncodedAnswer, signed?: EncodedAnswer): number {
    return this.append(encoded, signed === undefined ? undefined : this.append(signed, undefined))
  }

  /** Of an answer that has nothing but records of its owner those from the `skip`th on, as an answer that shares its bytes. */
  addRest(answer: number, skip: number): number {
    const { words } = this
    const of = (word: number): number => words.get(answer * ANSWER_WORDS + word)
    const first = of(ANSWER.relocationAt) + skip
    const count = of(ANSWER.relocationCount) - skip
    const relocations = Array.from({ length: count }, (_, i) => words.get(first + i))
    const from = relocations[0]! >> 2
    const length = of(ANSWER.answerLength) - from
    const head = words.length
    const own = head / ANSWER_WORDS
    const records = of(ANSWER.answerCount) - skip
    words.push(of(ANSWER.at) + from, length, 0, 0, records, 0, 0, head + HEAD_WORDS, count, length, own)
    words.push(...relocations.map(relocation => relocation - (from << 2)))
    words.align(ANSWER_WORDS)
    return own
  }

  /** The number of the signed form of an answer. */
  signedOf(answer: number): number {
    return this.words.get(answer * ANSWER_WORDS + ANSWER.signed)
  }

  private append(
    { answer, authority, additional, relocations, required }: EncodedAnswer,
    signed: number | undefined,
  ): number {
    const { words } = this
    const head = words.length
    const own = head / ANSWER_WORDS
    const lengths = [answer.bytes.length, authority.bytes.length, additional.bytes.length] as const
    const counts = [answer.count, authority.count, additional.count] as const
    const length = lengths[0] + lengths[1] + lengths[2]
    const relocationAt = head + HEAD_WORDS + ((length + 3) >> 2)
    const at = (head + HEAD_WORDS) * 4
    words.push(at, ...lengths, ...counts, relocationAt, relocations.length, required, signed ?? own)
    words.pushBytes(length === lengths[0] ? answer.bytes : [answer, authority, additional].flatMap(bytesOf))
    for (const { position, kind } of relocations) words.push((position << 2) | kind)
    words.align(ANSWER_WORDS)
    return own
  }

  build(): Answers {
    const heads = this.words.share()
    return { heads, bytes: new Uint8Array(heads.buffer), relocations: heads }
  }
}

const bytesOf = ({ bytes }: Section): readonly number[] => Array.from(bytes)
