// Sets of HTTPS and SVCB records whose address hints are those that a steered name has for the client (RFC 9460 §7.3).
//
//   words   HINTED head, then HINTED_RECORD words a record | …
//   bytes   data of the records as they are without such hints
//
// A set's number is the word at which its head lies.
import { Bytes, Words } from './shared.js'

export interface HintedSets {
  readonly words: Int32Array
  readonly bytes: Uint8Array
}

/** Words of a set. */
export const HINTED_WORDS = 4
export const HINTED = {
  /** Seconds: the most that it has. */
  ttl: 0,
  /** The steerings that give the hints of each family; −1 where the steered name has no such addresses. */
  v4: 1,
  v6: 2,
  count: 3,
} as const

/** Words of a record. */
export const HINTED_RECORD_WORDS = 5
export const HINTED_RECORD = {
  /** Its data: where they begin in `bytes`, and how many bytes. */
  at: 0,
  length: 1,
  /** Where in its data the hints of each family go, if it has them: parameters lie by rising key (RFC 9460 §2.2). */
  v4At: 2,
  v6At: 3,
  /** Not 0 where it has hints; a set may have others. */
  hinted: 4,
} as const

/** Hints of a family that an answer has at most: they spare a question, and are no full list. */
export const MOST_HINTS = 64

/** Bytes of an address. */
export const HINT_SIZES = { v4: 4, v6: 16 } as const

export interface HintedParts {
  readonly rdata: Uint8Array
  readonly v4At: number
  readonly v6At: number
  readonly hinted: boolean
}

export class HintedSetsBuilder {
  private readonly words = new Words()
  private readonly bytes = new Bytes()

  /** @param steerings by family; −1 for none. @returns the number of the set */
  add(ttl: number, steerings: { readonly v4: number; readonly v6: number }, records: readonly HintedParts[]): number {
    const number = this.words.push(ttl, steerings.v4, steerings.v6, records.length)
    for (const { rdata, v4At, v6At, hinted } of records)
      this.words.push(this.bytes.push(rdata), rdata.length, v4At, v6At, hinted ? 1 : 0)
    return number
  }

  build(): HintedSets {
    return { words: this.words.share(), bytes: this.bytes.share() }
  }
}
