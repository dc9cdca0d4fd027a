// Transaction signatures (RFC 8945): the TSIG record at the end of a message, its keys and its algorithms.
import { MessageError, readName } from './message-name.js'
import { type Name, nameKey, parseName } from './name.js'
import { CLASS, TYPE } from './numbers.js'
import { HEADER_LENGTH } from './question.js'

/** RFC 8945 §6; HMAC-MD5 is not among them: a new implementation need not have it, and nobody should use it. */
export const TSIG_ALGORITHMS = ['hmac-sha1', 'hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const
export type TsigAlgorithm = (typeof TSIG_ALGORITHMS)[number]

/** A secret that two servers share. Key and algorithm go together: a key is never used with another one. */
export interface TsigKey {
  readonly name: Name
  readonly algorithm: TsigAlgorithm
  readonly secret: Uint8Array
}

/** Keys by `nameKey(name)`. */
export type TsigKeys = ReadonlyMap<string, TsigKey>

export const tsigKeys = (keys: Iterable<TsigKey>): TsigKeys => new Map([...keys].map(key => [nameKey(key.name), key]))

/** TSIG error codes (RFC 8945 §3); those up to 15 are rcodes. */
export const TSIG_ERROR = { none: 0, badSignature: 16, badKey: 17, badTime: 18, badTruncation: 22 } as const

/** Seconds by which the clocks of both sides may differ (RFC 8945 §10: recommended). */
export const FUDGE = 300

/** What the record says (RFC 8945 §4.2). */
export interface Tsig {
  /** The name of the key, as it was sent. */
  readonly key: Name
  readonly algorithm: Name
  /** Seconds since 1970. */
  readonly timeSigned: number
  /** Seconds. */
  readonly fudge: number
  readonly mac: Uint8Array
  readonly originalId: number
  readonly error: number
  readonly other: Uint8Array
}

export type FoundTsig =
  | { readonly kind: 'none' }
  /** `at`: where the record begins; it ends with the message. */
  | { readonly kind: 'tsig'; readonly tsig: Tsig; readonly at: number }
  | { readonly kind: 'malformed' }

/** Finds the TSIG record of a message, which must be the last one, and the only one (RFC 8945 §5.1). Never throws. */
export function findTsig(m: Uint8Array): FoundTsig {
  try {
    return find(m)
  } catch (error) {
    if (error instanceof MessageError || error instanceof RangeError) return { kind: 'malformed' }
    throw error
  }
}

function find(m: Uint8Array): FoundTsig {
  const view = new DataView(m.buffer, m.byteOffset, m.byteLength)
  let at = HEADER_LENGTH
  const [questions, ...others] = [4, 6, 8, 10].map(count => view.getUint16(count)) as [number, ...number[]] // four counts
  for (let i = 0; i < questions; i++) at = readName(m, at).end + 4
  const count = others.reduce((sum, more) => sum + more, 0)
  const additionals = view.getUint16(10)
  for (let i = 0; i < count; i++) {
    const start = at
    const owner = readName(m, at)
    const type = view.getUint16(owner.end)
    const length = view.getUint16(owner.end + 8)
    at = owner.end + 10 + length
    if (at > m.length) return { kind: 'malformed' }
    if (type !== TYPE.TSIG) continue
    const last = i === count - 1 && additionals > 0 && at === m.length
    const asItMustBe = view.getUint16(owner.end + 2) === CLASS.ANY && view.getUint32(owner.end + 4) === 0
    if (!last || !asItMustBe) return { kind: 'malformed' }
    return { kind: 'tsig', tsig: readTsig(m, view, owner.name, owner.end + 10, at), at: start }
  }
  return at === m.length ? { kind: 'none' } : { kind: 'malformed' }
}

/** @throws MessageError, RangeError */
function readTsig(m: Uint8Array, view: DataView, key: Name, from: number, end: number): Tsig {
  const { name: algorithm, end: at } = readName(m, from)
  const macLength = view.getUint16(at + 8)
  const after = at + 10 + macLength
  const otherLength = view.getUint16(after + 4)
  if (after + 6 + otherLength !== end) throw new MessageError('the TSIG record has another length than its fields')
  return {
    key,
    algorithm,
    timeSigned: view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2),
    fudge: view.getUint16(at + 6),
    mac: m.slice(at + 10, after),
    originalId: view.getUint16(after),
    error: view.getUint16(after + 2),
    other: m.slice(after + 6, end),
  }
}

/** The message as it was before the record was put behind it (RFC 8945 §4.3.2). */
export function withoutTsig(m: Uint8Array, at: number, originalId: number): Uint8Array {
  const bytes = m.slice(0, at)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, originalId)
  view.setUint16(10, view.getUint16(10) - 1)
  return bytes
}

/** The message with the record behind it. */
export function withTsig(
  m: Uint8Array,
  { key, algorithm, timeSigned, fudge, mac, originalId, error, other }: Tsig,
): Uint8Array {
  const data = [
    ...algorithm,
    ...time48(timeSigned),
    ...word(fudge),
    ...word(mac.length),
    ...mac,
    ...word(originalId),
    ...word(error),
    ...word(other.length),
    ...other,
  ]
  const record = [...key, ...word(TYPE.TSIG), ...word(CLASS.ANY), 0, 0, 0, 0, ...word(data.length), ...data]
  const bytes = new Uint8Array(m.length + record.length)
  bytes.set(m)
  bytes.set(record, m.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(10, view.getUint16(10) + 1)
  return bytes
}

export const algorithmName = (algorithm: TsigAlgorithm): Name => parseName(`${algorithm}.`)

/** 48 bits, most significant first. */
export const time48 = (seconds: number): number[] => [
  ...word(Math.floor(seconds / 2 ** 32)),
  ...word(seconds / 2 ** 16),
  ...word(seconds),
]

export const word = (value: number): number[] => [Math.floor(value / 256) & 255, Math.floor(value) & 255]
