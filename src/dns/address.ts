// IP addresses: text (RFC 4291 §2.2, RFC 5952) and bytes, both directions, and prefixes of them.
import { isIPv6 } from 'node:net'

export type Family = 4 | 6

/** 4 or 16 bytes, network order. */
export type AddressBytes = Uint8Array

/** The bytes of an address in text; undefined where it is none. A zone index (`%eth0`) is no part of an address. */
export function parseAddress(text: string): AddressBytes | undefined {
  const v4 = parseV4(text)
  if (v4 !== undefined) return v4
  if (!isIPv6(text) || text.includes('%')) return undefined
  const dotted = /^(.*:)([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)$/.exec(text)
  const hex = dotted === null ? text : `${dotted[1]}${pair(dotted[2]!, dotted[3]!)}:${pair(dotted[4]!, dotted[5]!)}`
  const [head = '', tail] = hex.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups =
    tail === undefined ? left : [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  const bytes = new Uint8Array(16)
  groups.forEach((group, i) => {
    const word = Number.parseInt(group, 16)
    bytes[i * 2] = word >> 8
    bytes[i * 2 + 1] = word & 255
  })
  return bytes
}

const ZERO = 48
const DOT = 46

/** Four numbers up to 255, without zeros before them. By hand: samples and networks come by the hundred thousand. */
function parseV4(text: string): AddressBytes | undefined {
  const bytes = new Uint8Array(4)
  let at = 0
  let digits = 0
  let number = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === DOT) {
      if (digits === 0 || at === 3) return undefined
      bytes[at++] = number
      digits = number = 0
      continue
    }
    const digit = code - ZERO
    if (digit < 0 || digit > 9 || (digits > 0 && number === 0)) return undefined
    number = number * 10 + digit
    digits++
    if (number > 255) return undefined
  }
  if (at < 3 || digits === 0) return undefined
  bytes[3] = number
  return bytes
}

const pair = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16)

/** RFC 5952 text of 4 or 16 bytes. */
export function formatAddress(bytes: AddressBytes): string {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`
  const words = Array.from({ length: 8 }, (_, i) => (bytes[i * 2]! << 8) | bytes[i * 2 + 1]!)
  // RFC 5952 §5: behind ::ffff:0:0/96 lies an IPv4 address, and it is written as one.
  if (words[5] === 0xffff && words.slice(0, 5).every(word => word === 0))
    return `::ffff:${bytes.subarray(12).join('.')}`
  let best = { start: -1, length: 1 }
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && words[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  const hex = (from: number, to: number): string =>
    words
      .slice(from, to)
      .map(word => word.toString(16))
      .join(':')
  return best.start < 0 ? hex(0, 8) : `${hex(0, best.start)}::${hex(best.start + best.length, 8)}`
}

export const familyOf = (bytes: AddressBytes): Family => (bytes.length === 4 ? 4 : 6)

/** An address and how many of its leading bits count; the other bits are zero. */
export interface Prefix {
  readonly bytes: AddressBytes
  readonly length: number
}

/** `192.0.2.0/24`, or a lone address as its /32 or /128; undefined where it is none or has bits beyond its length. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = '', bits, more] = text.split('/')
  const bytes = parseAddress(address)
  if (bytes === undefined || more !== undefined) return undefined
  const length = bits === undefined ? bytes.length * 8 : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (!(length <= bytes.length * 8)) return undefined
  return isZeroFrom(bytes, length) ? { bytes, length } : undefined
}

/** Whether all bits after the first `length` are zero. */
function isZeroFrom(bytes: AddressBytes, length: number): boolean {
  const whole = length >> 3
  for (let i = whole; i < bytes.length; i++)
    if ((bytes[i]! & (i === whole ? 0xff >> (length & 7) : 0xff)) !== 0) return false
  return true
}

export const formatPrefix = ({ bytes, length }: Prefix): string => `${formatAddress(bytes)}/${length}`

/** A copy in which all bits after the first `length` are zero. */
export function truncate(bytes: AddressBytes, length: number): AddressBytes {
  return bytes.map((byte, i) => {
    const keep = Math.min(8, Math.max(0, length - i * 8))
    return byte & (0xff00 >> keep) & 0xff
  })
}

export function contains(prefix: Prefix, bytes: AddressBytes): boolean {
  return (
    prefix.bytes.length === bytes.length && truncate(bytes, prefix.length).every((byte, i) => byte === prefix.bytes[i])
  )
}

/** This machine's own addresses (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export const LOOPBACK: readonly Prefix[] = ['127.0.0.0/8', '::1/128'].map(text => parsePrefix(text)!) // both are well-formed

/** Whether an address in text can be reached from this machine only. */
export function isLoopback(text: string): boolean {
  const bytes = parseAddress(text)
  return bytes !== undefined && LOOPBACK.some(prefix => contains(prefix, bytes))
}
