// Queries in wire form (RFC 1035 §4.1, RFC 6891 §6.1, RFC 7871 §6), for tools and tests.
import { type Prefix, truncate } from './address.js'
import type { EdnsOption } from './message-edns.js'
import type { Name } from './name.js'
import { CLASS, OPTION, TYPE } from './numbers.js'

export interface Query {
  readonly name: Name
  readonly type: number
  /** IN unless told. */
  readonly qclass?: number
  /** Sent with the numbers of DNS flag day 2020 where it is true. */
  readonly edns?: boolean | { readonly udpSize?: number; readonly dnssecOk?: boolean }
  /** The client subnet to tell of; EDNS goes with it. Bits beyond its length are sent as zero. */
  readonly subnet?: Prefix
  /** Options to send as they are, behind the client subnet; EDNS goes with them. */
  readonly options?: readonly EdnsOption[]
  /** 0 unless told: chance comes from the caller. */
  readonly id?: number
  readonly recursionDesired?: boolean
}

const UDP_SIZE = 1232

/** The bytes of a query. */
export function encodeQuery(query: Query): Uint8Array {
  const { name, type, qclass = CLASS.IN, edns = false, subnet, options = [], id = 0, recursionDesired = false } = query
  const withOpt = edns !== false || subnet !== undefined || options.length > 0
  const opt = withOpt ? optRecord(edns, subnet, options) : []
  const counts = [...word(1), ...word(0), ...word(0), ...word(opt.length > 0 ? 1 : 0)]
  const header = [...word(id), recursionDesired ? 1 : 0, 0, ...counts]
  return Uint8Array.from([...header, ...name, ...word(type), ...word(qclass), ...opt])
}

function optRecord(edns: Query['edns'], subnet: Prefix | undefined, more: readonly EdnsOption[]): number[] {
  const { udpSize = UDP_SIZE, dnssecOk = false } = typeof edns === 'object' ? edns : {}
  const options = [
    ...(subnet === undefined ? [] : subnetOption(subnet)),
    ...more.flatMap(({ code, data }) => [...word(code), ...word(data.length), ...data]),
  ]
  return [0, ...word(TYPE.OPT), ...word(udpSize), 0, 0, dnssecOk ? 0x80 : 0, 0, ...word(options.length), ...options]
}

function subnetOption({ bytes, length }: Prefix): number[] {
  const address = truncate(bytes, length).subarray(0, Math.ceil(length / 8))
  const data = [...word(bytes.length === 4 ? 1 : 2), length, 0, ...address]
  return [...word(OPTION.CLIENT_SUBNET), ...word(data.length), ...data]
}

const word = (value: number): number[] => [(value >> 8) & 255, value & 255]
