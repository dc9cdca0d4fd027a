// The data of an SOA record, from what the document says of it.
import type { Soa } from '../traffic/document/zone.js'

/** RFC 1035 §3.3.13. */
export function soaData({ mname, rname, serial, refresh, retry, expire, minimum }: Soa): Uint8Array {
  const word = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
  return Uint8Array.from([...mname, ...rname, ...[serial, refresh, retry, expire, minimum].flatMap(word)])
}

/** Bytes from the serial to the end of the data. */
const FROM_SERIAL = 20

export const serialIn = (soa: Uint8Array): number =>
  new DataView(soa.buffer, soa.byteOffset + soa.length - FROM_SERIAL).getUint32(0)
