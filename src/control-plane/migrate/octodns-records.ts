// Zones as octoDNS keeps them in YAML, a file a zone: what its records say, as data of a zone file.
import { isMap } from '../traffic/edit-value.js'
import { readYaml } from '../traffic/yaml.js'
import type { Written } from './draft.js'
import { withDot, withoutDot } from './names.js'

/** One record set, as it is written. */
export interface OctoRecord {
  readonly owner: string
  readonly type: string
  /** Seconds. */
  readonly ttl: number
  readonly written: Written
}

export interface OctoZone {
  readonly name: string
  readonly records: readonly OctoRecord[]
}

/** What a record has that says nothing. */
const DEFAULT_TTL = 3600

/** @param name `example.com.yaml`, which is how octoDNS knows the zone  @throws Error with a sentence where it is no zone */
export function readOctoZone(name: string, text: string, wanted?: string): OctoZone {
  const zone = wanted ?? /([^/]+?)\.?(?:\.ya?ml)?$/.exec(name)?.[1]
  const { value, problems } = readYaml(text, name)
  const [problem] = problems
  if (problem !== undefined) throw new Error(`${name}: ${problem.message}`)
  if (value !== null && !isMap(value)) throw new Error(`${name}: a map of names is expected`)
  const records = Object.entries(value ?? {}).flatMap(([owner, entry]) =>
    (Array.isArray(entry) ? entry : [entry]).map(written => readRecord(name, owner, written)),
  )
  return { name: withoutDot(zone ?? '').toLowerCase(), records }
}

function readRecord(file: string, owner: string, written: unknown): OctoRecord {
  if (!isMap(written) || typeof written['type'] !== 'string')
    throw new Error(`${file}: ${owner === '' ? 'the zone itself' : owner} has a record without a type`)
  const ttl = Number(written['ttl'] ?? DEFAULT_TTL)
  return { owner: owner === '' ? '@' : owner, type: written['type'].toUpperCase(), ttl, written }
}

export const valuesOf = ({ written }: Pick<OctoRecord, 'written'>): readonly unknown[] => {
  const { value, values = value } = written
  return values === undefined || values === null ? [] : Array.isArray(values) ? values : [values]
}

type Field = readonly [name: string, ...others: string[]]

/** The fields of types whose values are maps, in the order of the zone file, with the names that they had before. */
const FIELDS: Readonly<Record<string, readonly Field[]>> = {
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
const NAMES: readonly string[] = ['ALIAS', 'CNAME', 'DNAME', 'NS', 'PTR']
/** Fields that are texts of their own in a zone file. */
const QUOTED: Readonly<Record<string, readonly string[]>> = { CAA: ['value'], NAPTR: ['flags', 'service', 'regexp'] }
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
