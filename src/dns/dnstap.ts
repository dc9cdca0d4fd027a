// dnstap (https://dnstap.info): queries and responses as a server saw them, in protocol buffers. The fields are those of
// dnstap.proto, and written by hand: they are a dozen.

export const DNSTAP_CONTENT_TYPE = 'protobuf:dnstap.Dnstap'

const MESSAGE_TYPE = { query: 1, response: 2 } as const
const SOCKET_FAMILY = { 4: 1, 6: 2 } as const
const SOCKET_PROTOCOL = { udp: 1, tcp: 2, tls: 3 } as const

/** A query that an authoritative server got, or the response that it gave. */
export interface Tapped {
  readonly kind: 'query' | 'response'
  readonly protocol: keyof typeof SOCKET_PROTOCOL
  /** 4 or 16 bytes each. */
  readonly queryAddress: Uint8Array
  readonly queryPort: number
  /** Undefined: not known, as on a socket of all addresses. */
  readonly responseAddress: Uint8Array | undefined
  readonly responsePort: number
  /** Epoch ms. */
  readonly at: number
  /** As it was sent. */
  readonly message: Uint8Array
}

/** Wire types. A field begins with its number and its type: one byte, as no number here is above 15. */
const VARINT = 0
const BYTES = 2
const FIXED = 5
const tag = (field: number, wireType: number): number => (field << 3) | wireType

/** The most that the fields of a message take but for the packet; and what a field takes before its bytes. */
const MESSAGE_ROOM = 128
const FIELD_ROOM = 8

export class Tapper {
  /** Who tells it: the same for each. */
  private readonly head: Uint8Array
  private scratch = new Uint8Array(2048)

  constructor(identity: string, version: string) {
    const [who, what] = [Buffer.from(identity), Buffer.from(version)]
    const head = new Uint8Array(who.length + what.length + 4 * FIELD_ROOM)
    this.head = head.subarray(0, putBytes(head, putBytes(head, 0, 1, who), 2, what))
  }

  /** @param extra whatever a reader may want to know of this one */
  encode(tapped: Tapped, extra: Uint8Array): Uint8Array {
    const { head } = this
    const room = tapped.message.length + MESSAGE_ROOM
    if (this.scratch.length < room) this.scratch = new Uint8Array(room)
    const message = this.scratch.subarray(0, putMessage(this.scratch, tapped))
    const all = Buffer.allocUnsafe(head.length + extra.length + message.length + 4 * FIELD_ROOM)
    all.set(head)
    const at = putBytes(all, putBytes(all, head.length, 3, extra), 14, message)
    return all.subarray(0, putNumber(all, at, 15, 1))
  }
}

/** @returns its length */
function putMessage(to: Uint8Array, tapped: Tapped): number {
  const { kind, protocol, queryAddress, queryPort, responseAddress, responsePort, message } = tapped
  const seconds = Math.floor(tapped.at / 1000)
  const nanoseconds = (tapped.at - seconds * 1000) * 1_000_000
  let at = putNumber(to, 0, 1, MESSAGE_TYPE[kind])
  at = putNumber(to, at, 2, SOCKET_FAMILY[queryAddress.length === 4 ? 4 : 6])
  at = putNumber(to, at, 3, SOCKET_PROTOCOL[protocol])
  at = putBytes(to, at, 4, queryAddress)
  if (responseAddress !== undefined) at = putBytes(to, at, 5, responseAddress)
  at = putNumber(to, at, 6, queryPort)
  at = putNumber(to, at, 7, responsePort)
  at = putNumber(to, at, 8, seconds)
  at = putFixed(to, at, 9, nanoseconds)
  if (kind === 'query') return putBytes(to, at, 10, message)
  at = putNumber(to, at, 12, seconds)
  at = putFixed(to, at, 13, nanoseconds)
  return putBytes(to, at, 14, message)
}

// Each writes a field at `at`, and returns where the next one begins.

function putNumber(to: Uint8Array, at: number, field: number, value: number): number {
  to[at] = tag(field, VARINT)
  return putVarint(to, at + 1, value)
}

function putBytes(to: Uint8Array, at: number, field: number, value: Uint8Array): number {
  to[at] = tag(field, BYTES)
  const from = putVarint(to, at + 1, value.length)
  to.set(value, from)
  return from + value.length
}

function putFixed(to: Uint8Array, at: number, field: number, value: number): number {
  to[at] = tag(field, FIXED)
  for (let i = 0; i < 4; i++) to[at + 1 + i] = value >>> (8 * i)
  return at + 5
}

/** Seven bits a byte, the least significant first; the value is a whole number from 0 on. */
function putVarint(to: Uint8Array, at: number, value: number): number {
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) to[at++] = (rest % 128) | 128
  to[at] = rest
  return at + 1
}
