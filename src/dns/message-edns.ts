// The OPT record of a message as a value (RFC 6891 §6.1), with client subnet (RFC 7871 §6) and extended errors (RFC 8914 §2).
import { type Prefix, truncate } from './address.js'
import { MessageError } from './message-name.js'
import { OPTION } from './numbers.js'

export interface MessageEdns {
  /** Bytes that the sender takes by UDP. */
  readonly udpSize: number
  readonly version: number
  readonly dnssecOk: boolean
  readonly subnet: MessageSubnet | undefined
  readonly errors: readonly ExtendedError[]
  /** Every option, also those above. */
  readonly options: readonly EdnsOption[]
}

export interface EdnsOption {
  readonly code: number
  readonly data: Uint8Array
}

export interface MessageSubnet {
  /** SOURCE PREFIX-LENGTH bits of ADDRESS. */
  readonly prefix: Prefix
  /** SCOPE PREFIX-LENGTH. */
  readonly scope: number
}

export interface ExtendedError {
  readonly code: number
  readonly text: string
}

/** What an OPT record says; its class, the four bytes of its TTL, and its data. @throws MessageError */
export function readEdns(udpSize: number, ttl: number, data: Uint8Array): MessageEdns {
  const options = readOptions(data)
  const of = (code: number): Uint8Array[] => options.filter(option => option.code === code).map(({ data }) => data)
  const subnets = of(OPTION.CLIENT_SUBNET)
  if (subnets.length > 1) throw new MessageError('there is more than one client subnet')
  return {
    udpSize,
    version: (ttl >>> 16) & 255,
    dnssecOk: (ttl & 0x8000) !== 0,
    subnet: subnets[0] && readSubnet(subnets[0]),
    errors: of(OPTION.EDE).map(readError),
    options,
  }
}

function readOptions(data: Uint8Array): readonly EdnsOption[] {
  const options: EdnsOption[] = []
  for (let p = 0; p < data.length; ) {
    const end = p + 4 + word(data, p + 2)
    if (!(end <= data.length)) throw new MessageError('an EDNS option is cut short')
    options.push({ code: word(data, p), data: data.subarray(p + 4, end) })
    p = end
  }
  return options
}

/** Undefined where the address family is none that we know. */
function readSubnet(data: Uint8Array): MessageSubnet | undefined {
  if (data.length < 4) throw new MessageError('the client subnet is cut short')
  const family = word(data, 0)
  if (family !== 1 && family !== 2) return undefined
  const bytes = new Uint8Array(family === 1 ? 4 : 16)
  const [length, scope] = [data[2]!, data[3]!]
  if (length > bytes.length * 8 || scope > bytes.length * 8 || data.length !== 4 + Math.ceil(length / 8))
    throw new MessageError('the client subnet has a length that does not fit its family or its address')
  bytes.set(data.subarray(4))
  if (truncate(bytes, length).some((byte, i) => byte !== bytes[i]))
    throw new MessageError('the client subnet has bits beyond its length')
  return { prefix: { bytes, length }, scope }
}

function readError(data: Uint8Array): ExtendedError {
  if (data.length < 2) throw new MessageError('the extended error is cut short')
  // RFC 8914 §2: the text may end in a null, which is no part of it.
  return { code: word(data, 0), text: Buffer.from(data.subarray(2)).toString('utf8').replace(/\0$/, '') }
}

/** NaN where the data has ended. */
const word = (data: Uint8Array, at: number): number => (data[at] ?? NaN) * 256 + (data[at + 1] ?? NaN)
