// Zones as octoDNS keeps them in YAML, a file a zone: what its records say, as data of a zone file.
import { isMap } from '../traffic/edit-value.js'
import { readYaml } from '../traffic/yaml.js'
import type { Written } from './draft.js'
import { withoutDot } from './names.js'

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
