// Names and data as Route 53 writes them: escapes are in octal, where those of a zone file are decimal.
import { formatName, type Name } from '../../dns/name.js'
import { typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'

/** The types that Route 53 has. */
const TYPES: readonly string[] = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DS',
  'HTTPS',
  'MX',
  'NAPTR',
  'NS',
  'PTR',
  'SOA',
  'SRV',
  'SSHFP',
  'SVCB',
  'TLSA',
  'TXT',
]

/** `*.a.example.com.` is `\052.a.example.com.`. */
export const route53Name = (name: Name): string => inOctal(formatName(name))

/** A name in text, with the escapes of a zone file. */
export const inOctal = (text: string): string =>
  text.replace(/\\(\d{3})|\\(.)|([^\w.-])/g, (_, digits?: string, escaped?: string, plain?: string) =>
    octal(digits === undefined ? (escaped ?? plain ?? '').charCodeAt(0) : Number(digits)),
  )

/** Undefined where Route 53 has no such type. */
export function route53Value(type: number, rdata: Uint8Array): string | undefined {
  if (!TYPES.includes(typeName(type))) return undefined
  return formatRdata(type, rdata).replace(/\\(\d{3})/g, (_, digits: string) => octal(Number(digits)))
}

const octal = (code: number): string => `\\${code.toString(8).padStart(3, '0')}`
