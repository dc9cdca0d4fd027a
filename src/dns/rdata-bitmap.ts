// Lists of record types as bitmaps (RFC 4034 §4.1.2): windows of 256 types, each with its number, a length and up to 32 bytes.
import { typeName, typeNumber } from './numbers.js'
import { RdataError, shown } from './presentation.js'
import { bare, type Field } from './rdata-fields.js'

/** The types up to the end of the data; none at all where they may be left out. */
export const types = (label: string, optional = false): Field => ({
  label,
  many: true,
  optional,
  isName: false,
  encode: words => bitmapOf(words.map(word => readType(bare(word)))),
  end: (rdata, at) => (isBitmap(rdata, at) && (optional || at < rdata.length) ? rdata.length : undefined),
  format: bytes => typesIn(bytes).map(typeName).join(' '),
})

/** A lone type, as RRSIG covers it. */
export const covered = (label: string): Field => ({
  label,
  many: false,
  isName: false,
  encode([word]) {
    const type = readType(bare(word!))
    return Uint8Array.of(type >> 8, type & 255)
  },
  end: (rdata, at) => (at + 2 <= rdata.length ? at + 2 : undefined),
  format: bytes => typeName((bytes[0]! << 8) | bytes[1]!),
})

function readType(text: string): number {
  const type = typeNumber(text)
  if (type === undefined)
    throw new RdataError(`${shown(text)} is no record type; where it has no name, write TYPE65280`)
  return type
}

/** The bitmap of a list of types, in whatever order. */
export function bitmapOf(types: readonly number[]): Uint8Array {
  const windows = new Map<number, Uint8Array>()
  for (const type of [...types].sort((a, b) => a - b)) {
    const bits = windows.get(type >> 8) ?? new Uint8Array(32)
    windows.set(type >> 8, bits)
    bits[(type & 255) >> 3]! |= 0x80 >> (type & 7)
  }
  return Uint8Array.from(
    [...windows].flatMap(([window, bits]) => {
      const length = bits.findLastIndex(byte => byte !== 0) + 1
      return [window, length, ...bits.subarray(0, length)]
    }),
  )
}

/** Windows in order, none of them empty, none longer than it has to be: there is one way only to write a list. */
function isBitmap(rdata: Uint8Array, start: number): boolean {
  let last = -1
  for (let at = start; at < rdata.length; ) {
    const length = rdata[at + 1] ?? 0
    const end = at + 2 + length
    if (rdata[at]! <= last || length < 1 || length > 32 || end > rdata.length || rdata[end - 1] === 0) return false
    last = rdata[at]!
    at = end
  }
  return true
}

function typesIn(bytes: Uint8Array): number[] {
  const types: number[] = []
  for (let at = 0; at < bytes.length; at += 2 + bytes[at + 1]!) {
    for (let bit = 0; bit < bytes[at + 1]! * 8; bit++)
      if ((bytes[at + 2 + (bit >> 3)]! & (0x80 >> (bit & 7))) !== 0) types.push(bytes[at]! * 256 + bit)
  }
  return types
}
