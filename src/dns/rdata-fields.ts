// What a field of record data is, and the simplest of them: numbers, addresses, names (RFC 1035 §3.3), each text ↔ wire.
import { formatAddress, parseAddress } from './address.js'
import { formatName, MAX_LABEL, MAX_NAME, type Name, parseName } from './name.js'
import { RdataError, shown, type Word } from './presentation.js'
import { parseTtl } from './zonefile-ttl.js'

/** One field of a type's record data. */
export interface Field {
  /** What the type's RFC calls it. */
  readonly label: string
  /** Whether it takes all words that are left, or just the next. */
  readonly many: boolean
  /** Whether it may be left out; else it takes one word at least. */
  readonly optional?: boolean
  readonly isName: boolean
  /** @throws RdataError, or NameError, with what is wrong with the words */
  encode(words: readonly Word[], origin: Name): Uint8Array
  /** Where the field that begins at `at` ends; undefined where no such field lies there. */
  end(rdata: Uint8Array, at: number): number | undefined
  /** The text of the field's own bytes; empty where it is left out. */
  format(bytes: Uint8Array): string
}

export const u8 = unsigned(1)
export const u16 = unsigned(2)
export const u32 = unsigned(4)
export const ipv4 = address(4, 'an IPv4 address')
export const ipv6 = address(16, 'an IPv6 address')

/** Seconds in four bytes; zone files also write them with units, such as 1h30m. */
export const seconds = (label: string): Field => {
  const plain = u32(label)
  return {
    ...plain,
    encode(words, origin) {
      const time = parseTtl(words[0]!.text, 2 ** 32 - 1)
      return plain.encode(time === undefined || words[0]!.quoted ? words : [{ text: `${time}`, quoted: false }], origin)
    },
  }
}

function unsigned(size: number): (label: string) => Field {
  const most = 256 ** size - 1
  return label => ({
    ...single(label),
    encode([word]) {
      const text = bare(word!)
      if (!/^[0-9]+$/.test(text) || Number(text) > most)
        throw new RdataError(`${shown(text)} is not a whole number from 0 to ${most}`)
      return bigEndian(Number(text), size)
    },
    end: (rdata, at) => within(rdata, at + size),
    format: bytes => String(numberOf(bytes)),
  })
}

/** A whole number in `size` bytes, network order. */
export const bigEndian = (number: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => Math.floor(number / 256 ** (size - 1 - i)) % 256)

/** The number that the bytes are, in network order; six of them at most. */
export const numberOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0)

function address(size: number, what: string): (label: string) => Field {
  return label => ({
    ...single(label),
    encode([word]) {
      const bytes = parseAddress(bare(word!))
      if (bytes?.length !== size) throw new RdataError(`${shown(word!.text)} is not ${what}`)
      return bytes
    },
    end: (rdata, at) => within(rdata, at + size),
    format: formatAddress,
  })
}

/** A domain name, never compressed; a relative one is completed with the origin. */
export const name = (label: string): Field => ({
  label,
  many: false,
  isName: true,
  encode: ([word], origin) => parseName(bare(word!), origin),
  end(rdata, at) {
    // A compression pointer is no label length, and so ends the search too.
    for (let p = at; p - at < MAX_NAME && p < rdata.length && rdata[p]! <= MAX_LABEL; p += rdata[p]! + 1)
      if (rdata[p] === 0) return p + 1
    return undefined
  },
  format: formatName,
})

/** What a field that is one word and no name has in common with its like. */
export const single = (label: string) => ({ label, many: false, isName: false })

/** The text of a word that must not have quotes. @throws RdataError */
export function bare({ text, quoted }: Word): string {
  if (quoted) throw new RdataError(`${shown(text)} stands without quotes here`)
  return text
}

/** The end, unless it lies beyond the data. */
export const within = (rdata: Uint8Array, end: number): number | undefined => (end <= rdata.length ? end : undefined)
