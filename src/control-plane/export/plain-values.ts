// Record data in fields, as octoDNS writes it and NS1 nearly: the way back from migrate/record-words.ts.
import { TYPE, typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import { FIELDS, NAMES, QUOTED } from '../migrate/record-words.js'

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** A text, or a map of fields; undefined, which is told, where there are no words for it. */
export function plainValue(type: number, rdata: Uint8Array, lose: (what: string) => void): unknown {
  const name = typeName(type)
  if (type === TYPE.TXT) return textOf(rdata, lose)
  const data = formatRdata(type, rdata)
  if (type === TYPE.A || type === TYPE.AAAA || NAMES.includes(name)) return data
  const fields = FIELDS[name]
  if (fields !== undefined) {
    const words = (data.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map(unquoted)
    // What is behind the last field belongs to it: digests may be written in parts.
    const last = words.slice(fields.length - 1).join('')
    const values = [...words.slice(0, fields.length - 1), last]
    return Object.fromEntries(
      fields.map(([field], i) => [field, isNumber(name, field) ? Number(values[i]) : values[i]]),
    )
  }
  lose(`left out: ${data} has no words there`)
  return undefined
}

/** Fields of these names are numbers, but for those that a zone file quotes. */
const NUMBERS: readonly string[] = [
  'algorithm',
  'certificate_usage',
  'digest_type',
  'fingerprint_type',
  'flags',
  'key_tag',
  'matching_type',
  'order',
  'port',
  'preference',
  'priority',
  'selector',
  'weight',
]
const isNumber = (type: string, field: string): boolean =>
  NUMBERS.includes(field) && QUOTED[type]?.includes(field) !== true

/** One text of all strings: octoDNS divides it every 255 bytes. */
function textOf(rdata: Uint8Array, lose: (what: string) => void): string | undefined {
  const strings: Uint8Array[] = []
  for (let at = 0; at < rdata.length; at += 1 + rdata[at]!) strings.push(rdata.subarray(at + 1, at + 1 + rdata[at]!))
  if (strings.slice(0, -1).some(({ length }) => length < 255)) lose('its strings are one now, divided every 255 bytes')
  try {
    return UTF8.decode(Buffer.concat(strings)).replaceAll(';', '\\;')
  } catch {
    lose('left out: it is no text')
    return undefined
  }
}

const unquoted = (word: string): string =>
  word
    .replace(/^"([\s\S]*)"$/, '$1')
    .replace(/\\(\d{3})|\\(.)/g, (_, digits: string | undefined, character: string) =>
      digits === undefined ? character : String.fromCharCode(Number(digits)),
    )
