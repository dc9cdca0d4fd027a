// APL (RFC 3123): lists of address prefixes, `1:192.0.2.0/24 !2:2001:db8::/32`; zeros at an address's end are left out on the wire.
import { formatAddress, parseAddress } from './address.js'
import { RdataError, shown } from './presentation.js'
import { bare, type Field } from './rdata-fields.js'

/** Bytes of an address by its family (RFC 3123 §4). */
const SIZES: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [2, 16],
])

/** The prefixes up to the end of the data; there may be none. */
export const prefixes = (label: string): Field => ({
  label,
  many: true,
  optional: true,
  isName: false,
  encode: words => Uint8Array.from(words.flatMap(word => encodePrefix(bare(word)))),
  end: (rdata, at) => (splitItems(rdata, at) === undefined ? undefined : rdata.length),
  format: bytes => (splitItems(bytes, 0) ?? []).map(formatItem).join(' '),
})

function encodePrefix(text: string): number[] {
  const [, not = '', family = '', address = '', bits = ''] = /^(!?)([12]):(.+)\/([0-9]{1,3})$/.exec(text) ?? []
  const bytes = parseAddress(address)
  if (bytes?.length !== SIZES.get(Number(family)) || bytes === undefined || Number(bits) > bytes.length * 8)
    throw new RdataError(`${shown(text)} is no prefix such as 1:192.0.2.0/24 or !2:2001:db8::/32`)
  const kept = bytes.subarray(0, bytes.findLastIndex(byte => byte !== 0) + 1)
  return [0, Number(family), Number(bits), (not === '' ? 0 : 0x80) | kept.length, ...kept]
}

/** Undefined where the data is anything but well-formed items, each as short as it can be. */
function splitItems(rdata: Uint8Array, start: number): Uint8Array[] | undefined {
  const items: Uint8Array[] = []
  for (let at = start; at < rdata.length; ) {
    const kept = rdata[at + 3]! & 0x7f
    const item = rdata.subarray(at, at + 4 + kept)
    const size = SIZES.get((item[0]! << 8) | item[1]!)
    if (size === undefined || item.length !== 4 + kept || kept > size || item[2]! > size * 8) return undefined
    if (kept > 0 && item.at(-1) === 0) return undefined
    items.push(item)
    at += item.length
  }
  return items
}

function formatItem(item: Uint8Array): string {
  const size = SIZES.get(item[1]!)! // splitItems lets no others through
  return `${item[3]! & 0x80 ? '!' : ''}${item[1]}:${formatAddress(filled(item, size))}/${item[2]}`
}

function filled(item: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  bytes.set(item.subarray(4))
  return bytes
}
