// The question of explain, read from the words of a person.
import {
  type AddressBytes,
  formatAddress,
  formatPrefix,
  type Prefix,
  parseAddress,
  parsePrefix,
  truncate,
} from '../../dns/address.js'
import { formatName, type Name, NameError, parseName } from '../../dns/name.js'
import { TYPE, typeName, typeNumber } from '../../dns/numbers.js'
import type { ExplainQuestion, ToldQuestion } from './explanation.js'

/** A question that cannot be asked; the message is a sentence for the person who asked. */
export class ExplainError extends Error {
  override readonly name = 'ExplainError'
}

export interface Asked {
  readonly name: Name
  readonly type: number
  readonly client: Prefix | undefined
  readonly resolver: AddressBytes
}

/** They ask for a transfer, or belong to the message itself. */
const NO_RECORDS: readonly number[] = [
  TYPE.OPT,
  TYPE.TSIG,
  TYPE.TKEY,
  TYPE.IXFR,
  TYPE.AXFR,
  TYPE.MAILA,
  TYPE.MAILB,
  TYPE.NXNAME,
]

/** @throws ExplainError */
export function readAsked({ name, type = 'A', client, resolver = '127.0.0.1' }: ExplainQuestion): Asked {
  return {
    name: readName(name),
    type: readType(type),
    client: client === undefined ? undefined : readClient(client),
    resolver: readResolver(resolver),
  }
}

export const tellAsked = ({ name, type, client, resolver }: Asked): ToldQuestion => ({
  name: formatName(name),
  type: typeName(type),
  client: client === undefined ? null : formatPrefix(client),
  resolver: formatAddress(resolver),
})

function readName(text: string): Name {
  try {
    // Without an origin `@` stands for nothing.
    if (text === '@') throw new NameError('"@" is the name of a zone only in that zone; write it in full')
    return parseName(text)
  } catch (error) {
    if (error instanceof NameError) throw new ExplainError(error.message)
    throw error
  }
}

function readType(text: string): number {
  const type = typeNumber(text)
  if (type === undefined) throw new ExplainError(`"${text}" is no record type such as A, AAAA or MX`)
  if (NO_RECORDS.includes(type)) throw new ExplainError(`${typeName(type)} is no type of record that a name can have`)
  return type
}

function readClient(text: string): Prefix {
  const prefix = parsePrefix(text)
  if (prefix !== undefined) return prefix
  const [address = '', bits = ''] = text.split('/')
  const bytes = parseAddress(address)
  const isLength = bytes !== undefined && /^[0-9]{1,3}$/.test(bits) && Number(bits) <= bytes.length * 8
  const rounded = isLength && formatPrefix({ bytes: truncate(bytes, Number(bits)), length: Number(bits) })
  throw new ExplainError(
    rounded !== false && text.split('/').length === 2
      ? `the client "${text}" has bits beyond its length; the network is ${rounded}`
      : `the client "${text}" is no address and no network such as 192.0.2.0/24`,
  )
}

/** A v4 address mapped into v6 is the v4 address that it stands for, as it is to the line. */
function readResolver(text: string): AddressBytes {
  const bytes = parseAddress(text)
  if (bytes === undefined) throw new ExplainError(`the resolver "${text}" is no IP address`)
  const mapped = bytes.length === 16 && bytes.subarray(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 255))
  return mapped ? bytes.slice(12) : bytes
}
