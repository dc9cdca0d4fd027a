// The parameters of SVCB and HTTPS records (RFC 9460 §2.1, §2.2): `alpn=h2,h3 port=8443`; on the wire a key, a length and a value each.
import type { Name } from './name.js'
import { RdataError, shown, type Word, wordBytes } from './presentation.js'
import type { Field } from './rdata-fields.js'
import { keyName, keyNumber, MANDATORY, SVCB_KEYS, SVCB_VALUES, UNKNOWN_VALUE } from './svcb-values.js'

/** Key → value, by rising key. */
type Params = ReadonlyMap<number, Uint8Array>

/** The parameters up to the end of the data; there may be none. */
export const params = (label: string): Field => ({
  label,
  many: true,
  optional: true,
  isName: false,
  encode(words) {
    const given = new Map<number, Uint8Array>()
    for (const word of words) {
      const { key, value } = readParam(word)
      if (given.has(key)) throw new RdataError(`${keyName(key)} is there twice`)
      given.set(key, value)
    }
    const sorted = new Map([...given].sort(([a], [b]) => a - b))
    const fault = faultOf(sorted)
    if (fault !== undefined) throw new RdataError(fault)
    return Uint8Array.from(
      [...sorted].flatMap(([key, value]) => [key >> 8, key & 255, value.length >> 8, value.length & 255, ...value]),
    )
  },
  end(rdata, at) {
    const found = split(rdata, at)
    return found === undefined || faultOf(found) !== undefined ? undefined : rdata.length
  },
  format: bytes => [...(split(bytes, 0) ?? [])].map(([key, value]) => formatParam(key, value)).join(' '),
})

/** What is wrong with the data of a whole record, each of whose fields is sound. */
export const aliasFault = (rdata: Uint8Array, paramsAt: number): string | undefined =>
  // §2.4.2: they "SHOULD NOT" be there, and all clients ignore them: whoever writes them means something else.
  rdata[0] === 0 && rdata[1] === 0 && paramsAt < rdata.length
    ? 'an alias (priority 0) has no parameters; nobody would read them'
    : undefined

function readParam({ text, quoted }: Word): { readonly key: number; readonly value: Uint8Array } {
  const equals = text.indexOf('=')
  const name = equals < 0 ? text : text.slice(0, equals)
  const key = quoted ? undefined : keyNumber(name)
  if (key === undefined)
    throw new RdataError(
      `${shown(text)} is no parameter such as alpn=h2; known are ${SVCB_KEYS.join(', ')}, and key667`,
    )
  const written = equals < 0 ? '' : unquoted(text.slice(equals + 1))
  try {
    const bytes = wordBytes(written)
    const value = isGeneric(name) ? bytes : (SVCB_VALUES[key] ?? UNKNOWN_VALUE).encode(bytes)
    if (value.length > 65535) throw new RdataError('the value has more than 65535 bytes')
    return { key, value }
  } catch (error) {
    throw error instanceof RdataError ? new RdataError(`${name}: ${error.message}`) : error
  }
}

const unquoted = (text: string): string => (text.startsWith('"') ? text.slice(1, -1) : text)

/** §2.1: written as a number, a known key has the bytes of its value too. */
const isGeneric = (name: string): boolean => /^key[0-9]/.test(name)

function formatParam(key: number, value: Uint8Array): string {
  const text = (SVCB_VALUES[key] ?? UNKNOWN_VALUE).format(value)
  return text === '' ? keyName(key) : `${keyName(key)}=${text}`
}

/** Undefined where the bytes are not parameters by rising key. */
function split(rdata: Uint8Array, start: number): Params | undefined {
  const found = new Map<number, Uint8Array>()
  let last = -1
  for (let at = start; at < rdata.length; ) {
    if (at + 4 > rdata.length) return undefined
    const key = (rdata[at]! << 8) | rdata[at + 1]!
    const end = at + 4 + ((rdata[at + 2]! << 8) | rdata[at + 3]!)
    if (key <= last || end > rdata.length) return undefined
    found.set(key, rdata.subarray(at + 4, end))
    last = key
    at = end
  }
  return found
}

/** What makes the set of parameters one that clients must not use (§2.2, §7, §8). */
function faultOf(given: Params): string | undefined {
  for (const [key, value] of given) {
    // §14.3.2: reserved, "Invalid key".
    if (key === 65535) return 'key65535 is no key'
    const kind = SVCB_VALUES[key]
    if (kind !== undefined && !kind.isValid(value)) return `${keyName(key)} is not ${kind.what}`
  }
  if (given.has(SVCB_KEYS.indexOf('no-default-alpn')) && !given.has(SVCB_KEYS.indexOf('alpn')))
    return 'no-default-alpn leaves nothing without alpn'
  const mandatory = given.get(MANDATORY) ?? new Uint8Array()
  for (let at = 0; at < mandatory.length; at += 2) {
    const key = (mandatory[at]! << 8) | mandatory[at + 1]!
    if (!given.has(key)) return `${keyName(key)} is mandatory, and is missing`
  }
  return undefined
}

/** The keys of address hints (RFC 9460 §7.3). */
export const HINT = { v4: SVCB_KEYS.indexOf('ipv4hint'), v6: SVCB_KEYS.indexOf('ipv6hint') } as const

/** Where the parameters begin: after the priority and the target. */
function paramsAt(rdata: Uint8Array): number {
  let at = 2
  while (rdata[at]! > 0) at += rdata[at]! + 1
  return at + 1
}

/** Who the addresses are asked of: the target, or, where that is the root, the owner (§2.5.2). */
export function effectiveTarget(owner: Name, rdata: Uint8Array): Name {
  const target = rdata.subarray(2, paramsAt(rdata))
  return target.length === 1 ? owner : target
}

/** §2.4.2: priority 0, an alias, which has no parameters. */
export const isAliasForm = (rdata: Uint8Array): boolean => rdata[0] === 0 && rdata[1] === 0

/** Where in sound data the parameters of a key are, or would be: they lie by rising key (§2.2). */
function placeOf(rdata: Uint8Array, key: number): number {
  let at = paramsAt(rdata)
  while (at < rdata.length && ((rdata[at]! << 8) | rdata[at + 1]!) < key)
    at += 4 + ((rdata[at + 2]! << 8) | rdata[at + 3]!)
  return at
}

/** Where the hints of each family go in data that have none. */
export const cutsOf = (rdata: Uint8Array): { readonly v4At: number; readonly v6At: number } => ({
  v4At: placeOf(rdata, HINT.v4),
  v6At: placeOf(rdata, HINT.v6),
})

/** The value of a parameter; undefined where it is not there. */
export function paramOf(rdata: Uint8Array, key: number): Uint8Array | undefined {
  return split(rdata, paramsAt(rdata))?.get(key)
}

/** The data with a parameter more. */
export function withParam(rdata: Uint8Array, key: number, value: Uint8Array): Uint8Array {
  const at = placeOf(rdata, key)
  const head = [key >> 8, key & 255, value.length >> 8, value.length & 255]
  return Uint8Array.from([...rdata.subarray(0, at), ...head, ...value, ...rdata.subarray(at)])
}
