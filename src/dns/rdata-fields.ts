// The kinds of field that record data is made of (RFC 1035 §3.3 and its successors), each text ↔ wire.
import { formatAddress, parseAddress } from './address.js'
import { formatName, MAX_LABEL, MAX_NAME, type Name, parseName } from './name.js'
import { RdataError, shown, type Word } from './presentation.js'
import { parseTtl } from './zonefile-ttl.js'

/** One field of a type's record data. */
export interface Field {
  /** What the type's RFC calls it. */
  readonly label: string
  /** Whether it takes all words that are left, one at least, or just the next. */
  readonly many: boolean
  readonly isName: boolean
  /** @throws RdataError, or NameError, with what is wrong with the words */
  encode(words: readonly Word[], origin: Name): Uint8Array
  /** Where the field that begins at `at` ends; undefined where no such field lies there. */
  end(rdata: Uint8Array, at: number): number | undefined
  /** The text of the field's own bytes. */
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
      return Uint8Array.from({ length: size }, (_, i) => Math.floor(Number(text) / 256 ** (size - 1 - i)) % 256)
    },
    end: (rdata, at) => within(rdata, at + size),
    format: bytes => String(bytes.reduce((sum, byte) => sum * 256 + byte, 0)),
  })
}

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

/** Bytes up to the end of the data, one at least, in hexadecimal digits; spaces may part them. */
export const hex = (label: string): Field => blob(label, 'hex', /^[0-9a-f]+$/i, 2, 'pairs of hexadecimal digits')

/** Bytes up to the end of the data, one at least, in base64; spaces may part it. */
export const base64 = (label: string): Field => blob(label, 'base64', /^[a-z0-9+/]+={0,2}$/i, 4, 'base64')

/** `group` is how many digits make whole bytes. */
function blob(label: string, encoding: 'hex' | 'base64', digits: RegExp, group: number, what: string): Field {
  return {
    label,
    many: true,
    isName: false,
    encode(words) {
      const text = words.map(bare).join('')
      if (!digits.test(text) || text.length % group !== 0) throw new RdataError(`${shown(text)} is not ${what}`)
      return Uint8Array.from(Buffer.from(text, encoding))
    },
    end: (rdata, at) => (at < rdata.length ? rdata.length : undefined),
    format: bytes => Buffer.from(bytes).toString(encoding),
  }
}

/** What a field that is one word and no name has in common with its like. */
export const single = (label: string) => ({ label, many: false, isName: false })

/** The text of a word that must not have quotes. @throws RdataError */
export function bare({ text, quoted }: Word): string {
  if (quoted) throw new RdataError(`${shown(text)} stands without quotes here`)
  return text
}

/** The end, unless it lies beyond the data. */
export const within = (rdata: Uint8Array, end: number): number | undefined => (end <= rdata.length ? end : undefined)
