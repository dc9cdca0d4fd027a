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
  /** Absent: not known, as on a socket of all addresses. */
  readonly responseAddress?: Uint8Array
  readonly responsePort: number
  /** Epoch ms. */
  readonly at: number
  /** As it was sent. */
  readonly message: Uint8Array
}

/** Who tells it, and what is told besides. */
export interface Tapper {
  readonly identity: string
  readonly version: string
}

/** @param extra whatever a reader may want to know of this one */
export function encodeTap(tapped: Tapped, { identity, version }: Tapper, extra: string): Uint8Array {
  const message = encodeMessage(tapped)
  return join(
    bytesField(1, Buffer.from(identity)),
    bytesField(2, Buffer.from(version)),
    bytesField(3, Buffer.from(extra)),
    bytesField(14, message),
    numberField(15, 1),
  )
}

function encodeMessage(tapped: Tapped): Uint8Array {
  const { kind, protocol, queryAddress, queryPort, responseAddress, responsePort, at, message } = tapped
  const seconds = Math.floor(at / 1000)
  const nanoseconds = (at - seconds * 1000) * 1_000_000
  const isQuery = kind === 'query'
  return join(
    numberField(1, MESSAGE_TYPE[kind]),
    numberField(2, SOCKET_FAMILY[queryAddress.length === 4 ? 4 : 6]),
    numberField(3, SOCKET_PROTOCOL[protocol]),
    bytesField(4, queryAddress),
    responseAddress === undefined ? NOTHING : bytesField(5, responseAddress),
    numberField(6, queryPort),
    numberField(7, responsePort),
    numberField(8, seconds),
    fixedField(9, nanoseconds),
    isQuery ? bytesField(10, message) : NOTHING,
    isQuery ? NOTHING : join(numberField(12, seconds), fixedField(13, nanoseconds), bytesField(14, message)),
  )
}

const NOTHING = new Uint8Array(0)
const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)

/** Wire types of protocol buffers: varint 0, length-delimited 2, 32 bits 5. */
const tag = (field: number, wireType: number): Uint8Array => varint(field * 8 + wireType)
const numberField = (field: number, value: number): Uint8Array => join(tag(field, 0), varint(value))
const bytesField = (field: number, value: Uint8Array): Uint8Array => join(tag(field, 2), varint(value.length), value)

function fixedField(field: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return join(tag(field, 5), bytes)
}

/** Seven bits a byte, the least significant first; the value is a whole number from 0 on. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return Uint8Array.from([...bytes, rest])
}
