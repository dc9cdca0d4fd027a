// Record data, presentation text ↔ wire (RFC 1035 §3.3, §5.1, RFC 3597): one row a type.
import { type Name, NameError } from './name.js'
import { TYPE, typeName } from './numbers.js'
import { RdataError, shown, type Word, words } from './presentation.js'
import { base64, type Field, hex, ipv4, ipv6, name, seconds, u8, u16, u32 } from './rdata-fields.js'
import { encodeGeneric, formatGeneric, isGeneric } from './rdata-generic.js'
import { string, strings, tag, value } from './rdata-strings.js'

export { RdataError } from './presentation.js'

const TEXT = [strings('text')]
const DIGEST = [u16('key-tag'), u8('algorithm'), u8('digest-type'), hex('digest')]
const KEY = [u16('flags'), u8('protocol'), u8('algorithm'), base64('public-key')]
const CERTIFICATE = [u8('usage'), u8('selector'), u8('matching-type'), hex('certificate-data')]

const FIELDS: ReadonlyMap<number, readonly Field[]> = new Map([
  [TYPE.A, [ipv4('address')]],
  [TYPE.AAAA, [ipv6('address')]],
  [TYPE.NS, [name('name-server')]],
  [TYPE.CNAME, [name('target')]],
  [TYPE.PTR, [name('target')]],
  [TYPE.DNAME, [name('target')]],
  [TYPE.MX, [u16('preference'), name('exchange')]],
  [TYPE.TXT, TEXT],
  [TYPE.SPF, TEXT],
  [TYPE.SRV, [u16('priority'), u16('weight'), u16('port'), name('target')]],
  [TYPE.CAA, [u8('flags'), tag('tag'), value('value')]],
  [TYPE.SOA, [name('mname'), name('rname'), u32('serial'), ...['refresh', 'retry', 'expire', 'minimum'].map(seconds)]],
  [TYPE.HINFO, [string('cpu'), string('os')]],
  [TYPE.RP, [name('mailbox'), name('text-name')]],
  [TYPE.NAPTR, [u16('order'), u16('preference'), ...['flags', 'services', 'regexp'].map(string), name('replacement')]],
  [TYPE.SSHFP, [u8('algorithm'), u8('fingerprint-type'), hex('fingerprint')]],
  [TYPE.DS, DIGEST],
  [TYPE.CDS, DIGEST],
  [TYPE.DNSKEY, KEY],
  [TYPE.CDNSKEY, KEY],
  [TYPE.TLSA, CERTIFICATE],
  [TYPE.SMIMEA, CERTIFICATE],
  [TYPE.OPENPGPKEY, [base64('public-key')]],
])

// RFC 3597 §4: names may be compressed in the types of RFC 1035 only; a resolver need not look for pointers in others.
const COMPRESSIBLE: ReadonlySet<number> = new Set([TYPE.NS, TYPE.CNAME, TYPE.SOA, TYPE.PTR, TYPE.MX])

const MAX_RDATA = 65535
// Four characters are the most that a byte takes, as \DDD; the rest is for quotes and spaces.
const MAX_TEXT = 5 * MAX_RDATA

/**
 * The wire form of record data, names uncompressed; relative names are completed with `origin`.
 * `\# LENGTH HEX` serves every type; where the type is known here, the bytes have to be such data.
 * @throws RdataError
 */
export function encodeRdata(type: number, text: string, origin: Name): Uint8Array {
  if (text.length > MAX_TEXT)
    throw new RdataError(`${typeName(type)}: a text of ${text.length} characters is too long for record data`)
  return encodeWords(
    type,
    explained(typeName(type), () => words(text)),
    origin,
  )
}

/**
 * The same for a text that has been split already.
 * @throws RdataError
 */
export function encodeWords(type: number, given: readonly Word[], origin: Name): Uint8Array {
  const fields = FIELDS.get(type)
  return explained(typeName(type), () => {
    const rdata = isGeneric(given) ? proven(fields, encodeGeneric(given)) : encodeFields(fields, given, origin)
    if (rdata.length > MAX_RDATA)
      throw new RdataError(`the data has ${rdata.length} bytes and ${MAX_RDATA} is the most`)
    return rdata
  })
}

/** Canonical presentation form. Total: data of an unknown type, or malformed data, is shown as `\# LENGTH HEX`. */
export function formatRdata(type: number, rdata: Uint8Array): string {
  const found = spans(FIELDS.get(type), rdata)
  if (found === undefined) return formatGeneric(rdata)
  return found.map(({ field, start, end }) => field.format(rdata.subarray(start, end))).join(' ')
}

/** A name within record data. */
export interface NameInRdata {
  /** Bytes from the first of the data. */
  readonly offset: number
  /** Bytes, root label included. */
  readonly length: number
  /** Whether a message may hold a compression pointer here. */
  readonly compressible: boolean
}

/** Where the names lie in uncompressed record data, in order; none where the type is unknown or the data malformed. */
export function namesIn(type: number, rdata: Uint8Array): readonly NameInRdata[] {
  const compressible = COMPRESSIBLE.has(type)
  return (spans(FIELDS.get(type), rdata) ?? [])
    .filter(({ field }) => field.isName)
    .map(({ start, end }) => ({ offset: start, length: end - start, compressible }))
}

function encodeFields(fields: readonly Field[] | undefined, given: readonly Word[], origin: Name): Uint8Array {
  if (fields === undefined) throw new RdataError('no text form is known; write the data as \\# LENGTH HEX (RFC 3597)')
  let next = 0
  const bytes = fields.flatMap(field => {
    const taken = given.slice(next, field.many ? given.length : next + 1)
    if (taken.length === 0) throw new RdataError(`${field.label} is missing; expected ${usage(fields)}`)
    next += taken.length
    return [...explained(field.label, () => field.encode(taken, origin))]
  })
  if (next < given.length) throw new RdataError(`${shown(given[next]!.text)} is too much; expected ${usage(fields)}`)
  return Uint8Array.from(bytes)
}

function proven(fields: readonly Field[] | undefined, rdata: Uint8Array): Uint8Array {
  if (fields !== undefined && spans(fields, rdata) === undefined)
    throw new RdataError(`the bytes after \\# are not ${usage(fields)}`)
  return rdata
}

interface Span {
  readonly field: Field
  readonly start: number
  readonly end: number
}

/** Where each field lies; undefined where the data is not exactly these fields. */
function spans(fields: readonly Field[] | undefined, rdata: Uint8Array): Span[] | undefined {
  if (fields === undefined) return undefined
  const found: Span[] = []
  let start = 0
  for (const field of fields) {
    const end = field.end(rdata, start)
    if (end === undefined) return undefined
    found.push({ field, start, end })
    start = end
  }
  return start === rdata.length ? found : undefined
}

/** `<preference> <exchange>` */
const usage = (fields: readonly Field[]): string =>
  fields.map(({ label, many }) => `<${label}>${many ? '…' : ''}`).join(' ')

/** Puts `where` before the message of what goes wrong inside. */
function explained<T>(where: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RdataError || error instanceof NameError) throw new RdataError(`${where}: ${error.message}`)
    throw error
  }
}
