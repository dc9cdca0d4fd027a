// Record data, presentation text ↔ wire (RFC 1035 §3.3, §5.1, RFC 3597), by the table of types.
import { lower, type Name, NameError } from './name.js'
import { typeName } from './numbers.js'
import { RdataError, shown, type Word, words } from './presentation.js'
import type { Field } from './rdata-fields.js'
import { encodeGeneric, formatGeneric, isGeneric } from './rdata-generic.js'
import { RECORD_TYPES, type RecordType } from './rdata-types.js'

export { RdataError } from './presentation.js'

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
  const known = RECORD_TYPES.get(type)
  return explained(typeName(type), () => {
    const generic = isGeneric(given)
    const rdata = generic ? encodeGeneric(given) : encodeFields(known?.fields, given, origin)
    if (rdata.length > MAX_RDATA)
      throw new RdataError(`the data has ${rdata.length} bytes and ${MAX_RDATA} is the most`)
    if (known !== undefined && (generic || known.fault !== undefined)) prove(known, rdata)
    return rdata
  })
}

/** Canonical presentation form. Total: data of an unknown type, or malformed data, is shown as `\# LENGTH HEX`. */
export function formatRdata(type: number, rdata: Uint8Array): string {
  const found = layout(RECORD_TYPES.get(type), rdata)
  if (found === undefined) return formatGeneric(rdata)
  const texts = found.map(({ field, start, end }) => field.format(rdata.subarray(start, end)))
  return texts.every(text => text === '') ? formatGeneric(rdata) : texts.filter(text => text !== '').join(' ')
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
  const known = RECORD_TYPES.get(type)
  if (!known?.fields.some(({ isName }) => isName)) return []
  const compressible = known.compression === 'compressed'
  return (layout(known, rdata) ?? [])
    .filter(({ field }) => field.isName)
    .map(({ start, end }) => ({ offset: start, length: end - start, compressible }))
}

/** Canonical form (RFC 4034 §6.2): names in lower case, in the types that this holds for. */
export function canonicalRdata(type: number, rdata: Uint8Array): Uint8Array {
  if (RECORD_TYPES.get(type)?.lowers !== true) return rdata
  const out = Uint8Array.from(rdata)
  for (const { offset, length } of namesIn(type, rdata))
    for (let at = offset; at < offset + length; at++) out[at] = lower(out[at]!)
  return out
}

/** Which words of a type's data, as it is written, are names; none where the type is unknown. */
export function nameWords(type: number): readonly number[] {
  const fields = RECORD_TYPES.get(type)?.fields ?? []
  return fields.flatMap(({ isName }, i) => (isName ? [i] : []))
}

function encodeFields(fields: readonly Field[] | undefined, given: readonly Word[], origin: Name): Uint8Array {
  if (fields === undefined) throw new RdataError('no text form is known; write the data as \\# LENGTH HEX (RFC 3597)')
  let next = 0
  const bytes = fields.flatMap(field => {
    const taken = given.slice(next, field.many ? given.length : next + 1)
    if (taken.length === 0 && field.optional !== true)
      throw new RdataError(`${field.label} is missing; expected ${usage(fields)}`)
    next += taken.length
    return [...explained(field.label, () => field.encode(taken, origin))]
  })
  if (next < given.length) throw new RdataError(`${shown(given[next]!.text)} is too much; expected ${usage(fields)}`)
  return Uint8Array.from(bytes)
}

/** @throws RdataError where the bytes are no data of the type */
function prove({ fields, fault }: RecordType, rdata: Uint8Array): void {
  const found = spans(fields, rdata)
  if (found === undefined) throw new RdataError(`the bytes after \\# are not ${usage(fields)}`)
  const message = fault?.(rdata, startsOf(found))
  if (message !== undefined) throw new RdataError(message)
}

interface Span {
  readonly field: Field
  readonly start: number
  readonly end: number
}

const startsOf = (found: readonly Span[]): number[] => found.map(({ start }) => start)

/** Where each field lies; undefined where the type is unknown, or the data is no data of it. */
function layout(known: RecordType | undefined, rdata: Uint8Array): Span[] | undefined {
  const found = known && spans(known.fields, rdata)
  return found === undefined || known?.fault?.(rdata, startsOf(found)) !== undefined ? undefined : found
}

/** Where each field lies; undefined where the data is not exactly these fields. */
function spans(fields: readonly Field[], rdata: Uint8Array): Span[] | undefined {
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
  fields
    .map(({ label, many, optional }) => {
      const word = `<${label}>${many ? '…' : ''}`
      return optional ? `[${word}]` : word
    })
    .join(' ')

/** Puts `where` before the message of what goes wrong inside. */
function explained<T>(where: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RdataError || error instanceof NameError) throw new RdataError(`${where}: ${error.message}`)
    throw error
  }
}
