// The data of records as other systems keep them, in fields or words, as a zone file has them (RFC 1035 §5.1).
import { isMap } from '../traffic/edit-value.js'
import type { Written } from './draft.js'
import { withDot } from './names.js'

type Field = readonly [name: string, ...others: string[]]

/** The fields of types whose values are maps, in the order of the zone file, with the names that they had before. */
export const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  CAA: [['flags'], ['tag'], ['value']],
  DS: [['key_tag', 'flags'], ['algorithm', 'protocol'], ['digest_type'], ['digest', 'public_key']],
  MX: [
    ['preference', 'priority'],
    ['exchange', 'value'],
  ],
  NAPTR: [['order'], ['preference'], ['flags'], ['service'], ['regexp'], ['replacement']],
  SRV: [['priority'], ['weight'], ['port'], ['target']],
  SSHFP: [['algorithm'], ['fingerprint_type'], ['fingerprint']],
  TLSA: [['certificate_usage'], ['selector'], ['matching_type'], ['certificate_association_data']],
}

/** Types with lone names, which are always full. */
export const NAMES: readonly string[] = ['ALIAS', 'CNAME', 'DNAME', 'NS', 'PTR']
/** Fields that are texts of their own in a zone file. */
export const QUOTED: Readonly<Record<string, readonly string[]>> = {
  CAA: ['value'],
  NAPTR: ['flags', 'service', 'regexp'],
}
const FULL: readonly string[] = ['exchange', 'replacement', 'target']

/** The data of a value as a zone file has them; undefined where the type has no words for it here. */
export function dataOf(type: string, value: unknown): string | undefined {
  const fields = FIELDS[type]
  if (fields !== undefined) return isMap(value) ? fieldsOf(type, fields, value) : undefined
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  if (NAMES.includes(type)) return withDot(text)
  if (type === 'TXT' || type === 'SPF') return quoted(text.replaceAll('\\;', ';'))
  return type === 'A' || type === 'AAAA' ? text : undefined
}

/** The same where the other system has the words of the data one by one, in the order of the zone file. */
export function dataOfWords(type: string, words: readonly unknown[]): string | undefined {
  const fields = FIELDS[type]
  if (type === 'TXT' || type === 'SPF') return words.map(word => quoted(String(word))).join(' ')
  if (fields === undefined) return words.length === 1 ? dataOf(type, words[0]) : undefined
  return dataOf(type, Object.fromEntries(fields.map(([name], i) => [name, words[i]])))
}

function fieldsOf(type: string, fields: readonly Field[], value: Written): string | undefined {
  const words = fields.map(names => {
    const given = names.map(name => value[name]).find(found => found !== undefined)
    if (given === undefined) return undefined
    const [name] = names
    if (QUOTED[type]?.includes(name) === true) return quoted(String(given))
    return FULL.includes(name) ? withDot(String(given)) : String(given)
  })
  return words.includes(undefined) ? undefined : words.join(' ')
}

/** A character string has 255 bytes at most (RFC 1035 §3.3). */
const LONGEST = 255

function quoted(text: string): string {
  const bytes = Buffer.from(text)
  const parts = Array.from({ length: Math.max(1, Math.ceil(bytes.length / LONGEST)) }, (_, i) =>
    bytes.subarray(i * LONGEST, (i + 1) * LONGEST),
  )
  return parts.map(part => `"${[...part].map(escaped).join('')}"`).join(' ')
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte)
  if (byte < 32 || byte > 126) return `\\${String(byte).padStart(3, '0')}`
  return character === '"' || character === '\\' ? `\\${character}` : character
}
