// The keys of SVCB parameters and what their values are, text ↔ wire (RFC 9460 §7, §8, Appendix A; RFC 9461 §5; RFC 9540 §4).
import { type AddressBytes, formatAddress, parseAddress } from './address.js'
import { quote, RdataError, shown } from './presentation.js'
import { bigEndian, numberOf } from './rdata-fields.js'

/** What the value of a key is. */
export interface SvcbValue {
  /** Completes "… is not". */
  readonly what: string
  /** Takes the bytes that were written, escapes undone. @throws RdataError */
  encode(written: Uint8Array): Uint8Array
  isValid(value: Uint8Array): boolean
  /** The text after `=`; empty where there is none. */
  format(value: Uint8Array): string
}

export const MANDATORY = 0

/** By number. */
export const SVCB_KEYS: readonly string[] = [
  'mandatory',
  'alpn',
  'no-default-alpn',
  'port',
  'ipv4hint',
  'ech',
  'ipv6hint',
  'dohpath',
  'ohttp',
]

/** `alpn`, or `key667` where it has no name. */
export const keyName = (key: number): string => SVCB_KEYS[key] ?? `key${key}`

/** Undefined where the text is no key; names are in lower case, numbers without zeros in front (RFC 9460 §2.1). */
export function keyNumber(text: string): number | undefined {
  const known = SVCB_KEYS.indexOf(text)
  if (known >= 0) return known
  const number = /^key(0|[1-9][0-9]{0,4})$/.exec(text)?.[1]
  return number !== undefined && Number(number) <= 65535 ? Number(number) : undefined
}

/** Any bytes. */
export const UNKNOWN_VALUE: SvcbValue = {
  what: 'a value',
  encode: written => written,
  isValid: () => true,
  format: value => (value.length === 0 ? '' : quote(value)),
}

const nothing: SvcbValue = {
  what: 'alone; it has no value',
  encode: written => written,
  isValid: value => value.length === 0,
  format: () => '',
}

/** RFC 9460 §8: keys, itself not among them, none twice; by rising number on the wire, in any order in text. */
const mandatory: SvcbValue = {
  what: 'a list of other keys, none twice, such as alpn,port',
  encode(written) {
    const keys = latin1(written)
      .split(',')
      .map(text => keyNumber(text) ?? fail(`${shown(text)} is no key`))
    return Uint8Array.from(keys.sort((a, b) => a - b).flatMap(key => [key >> 8, key & 255]))
  },
  isValid(value) {
    const keys = words(value)
    return (
      value.length > 0 && value.length % 2 === 0 && keys.every((key, i) => key > (i === 0 ? MANDATORY : keys[i - 1]!))
    )
  },
  format: value => words(value).map(keyName).join(','),
}

/** RFC 9460 §7.1: protocol ids, each with a length byte on the wire. */
const alpn: SvcbValue = {
  what: 'a list of protocols such as h2,h3',
  encode: written =>
    Uint8Array.from(
      splitList(written).flatMap(id => {
        if (id.length === 0 || id.length > 255) fail('a protocol has 1 to 255 bytes')
        return [id.length, ...id]
      }),
    ),
  isValid(value) {
    let at = 0
    while (at < value.length && value[at]! > 0) at += 1 + value[at]!
    return value.length > 0 && at === value.length
  },
  format(value) {
    const ids: string[] = []
    for (let at = 0; at < value.length; at += 1 + value[at]!)
      ids.push(latin1(value.subarray(at + 1, at + 1 + value[at]!)).replace(/[\\,]/g, '\\$&'))
    return quote(Buffer.from(ids.join(','), 'latin1'))
  },
}

const port: SvcbValue = {
  what: 'a port from 0 to 65535',
  encode(written) {
    const text = latin1(written)
    if (!/^[0-9]{1,5}$/.test(text) || Number(text) > 65535) fail(`${shown(text)} is not a port from 0 to 65535`)
    return bigEndian(Number(text), 2)
  },
  isValid: value => value.length === 2,
  format: value => String(numberOf(value)),
}

/** RFC 9460 §7.3: addresses side by side, one at least. */
const hints = (size: number, what: string): SvcbValue => ({
  what,
  encode: written =>
    Uint8Array.from(
      latin1(written)
        .split(',')
        .flatMap(text => {
          const bytes = parseAddress(text)
          return bytes?.length === size ? [...bytes] : fail(`${shown(text)} is not ${what}`)
        }),
    ),
  isValid: value => value.length > 0 && value.length % size === 0,
  format(value) {
    const all: AddressBytes[] = []
    for (let at = 0; at < value.length; at += size) all.push(value.subarray(at, at + size))
    return all.map(formatAddress).join(',')
  },
})

/** RFC 9460 §9 and its successor: an ECHConfigList. */
const ech: SvcbValue = {
  what: 'a list of configurations in base64',
  encode(written) {
    const text = latin1(written)
    if (!/^[a-z0-9+/]+={0,2}$/i.test(text) || text.length % 4 !== 0) fail(`${shown(text)} is not base64`)
    return Uint8Array.from(Buffer.from(text, 'base64'))
  },
  isValid: value => value.length > 0,
  format: value => Buffer.from(value).toString('base64'),
}

/** RFC 9461 §5: a relative URI template with the variable `dns`. */
const dohpath: SvcbValue = {
  what: 'a path with the variable dns, such as /dns-query{?dns}',
  encode: written => written,
  isValid: value => /^\/.*\{[^}]*\bdns\b[^}]*\}/s.test(latin1(value)),
  format: quote,
}

/** By key. */
export const SVCB_VALUES: readonly SvcbValue[] = [
  mandatory,
  alpn,
  nothing,
  port,
  hints(4, 'an IPv4 address'),
  ech,
  hints(16, 'an IPv6 address'),
  dohpath,
  nothing,
]

/** RFC 9460 §A.1: commas part the items; `\,` and `\\` are a comma and a backslash within one. */
function splitList(written: Uint8Array): number[][] {
  const items: number[][] = [[]]
  for (let at = 0; at < written.length; at++) {
    const byte = written[at]!
    if (byte === COMMA) items.push([])
    else if (byte !== BACKSLASH) items.at(-1)!.push(byte)
    else {
      const next = written[++at]
      if (next !== COMMA && next !== BACKSLASH) fail('within a list a backslash stands before a comma or a backslash')
      else items.at(-1)!.push(next)
    }
  }
  return items
}

const COMMA = 44
const BACKSLASH = 92

const words = (value: Uint8Array): number[] =>
  Array.from({ length: value.length >> 1 }, (_, i) => (value[i * 2]! << 8) | value[i * 2 + 1]!)

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

function fail(message: string): never {
  throw new RdataError(message)
}
