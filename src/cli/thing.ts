// Things of the traffic document by the words of a command line, and how they are written for people.
import { SECTIONS } from '../control-plane/admin/sections.js'
import { rewrite } from '../control-plane/traffic/yaml.js'
import { UsageError } from './verb.js'

/** The sections of the document, and the records of its zones. */
export const KINDS = [...SECTIONS, 'records'] as const

/** As a usage has them: `get checks|regions|… [NAME] | get records ZONE [NAME]`. */
export const kindsUsage = (verb: string, name: string, more = ''): string =>
  `${verb} ${SECTIONS.join('|')} ${name}${more} | ${verb} records ZONE ${name}${more}`

export interface Thing {
  /** Of the API; that of the list where no name is given. */
  readonly path: string
  readonly name: string | undefined
  /** What stands behind it on the command line. */
  readonly rest: readonly string[]
}

/** @throws UsageError where the words name none */
export function thingIn([kind = '', ...words]: readonly string[]): Thing {
  if (!KINDS.some(known => known === kind)) throw new UsageError(`"${kind}" is not ${KINDS.join(', ')}`)
  const [zone, ...inZone] = words
  if (kind === 'records' && zone === undefined) throw new UsageError('records needs a zone')
  const above = kind === 'records' ? `zones/${encodeURIComponent(zone!)}/records` : kind
  const [name, ...rest] = kind === 'records' ? inZone : words
  return {
    path: `/v1/traffic/${above}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`,
    name,
    rest,
  }
}

/** As the document could have it. */
export const yamlOf = (value: unknown): string => rewrite('', [], value).replace(/\n$/, '')
