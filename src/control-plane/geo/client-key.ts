// Names for sets of clients, as people write them in rules and in latency tables: a network, an autonomous system, a
// subdivision, a country, a continent, or everybody. One canonical text each, so that rules are found by look-up.
import { formatPrefix, type Prefix, parsePrefix } from '../../dns/address.js'
import type { ClientClass } from './client-class.js'
import { countryOf } from './countries.js'

/** `192.0.2.0/24`, `AS64500`, `US-CA`, `DE`, `continent:EU`, `*`. */
export type ClientKey = string

export const EVERYBODY: ClientKey = '*'

const CONTINENTS: readonly string[] = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA']

/** The canonical text, or in words why it is none. */
export function readClientKey(text: string): { readonly key: ClientKey } | { readonly fault: string } {
  if (text === EVERYBODY) return { key: text }
  if (text.includes('/') || text.includes(':') || /^[0-9.]+$/.test(text)) return readNumbered(text)
  const upper = text.toUpperCase()
  const asn = /^AS([0-9]+)$/.exec(upper)?.[1]
  if (asn !== undefined)
    return Number(asn) < 2 ** 32 ? { key: `AS${Number(asn)}` } : { fault: `no AS has the number ${asn}` }
  const country = /^([A-Z]{2})(-.+)?$/.exec(upper)?.[1]
  if (country === undefined) return { fault: `"${text}" is no ${KINDS}` }
  return countryOf(country) === undefined ? { fault: `no country has the code "${country}"` } : { key: upper }
}

const KINDS = 'network (192.0.2.0/24), AS (AS64500), subdivision (US-CA), country (DE), continent (continent:EU) or "*"'

function readNumbered(text: string): { readonly key: ClientKey } | { readonly fault: string } {
  const continent = /^continent:([a-z]{2})$/i.exec(text)?.[1]?.toUpperCase()
  if (continent !== undefined)
    return CONTINENTS.includes(continent)
      ? { key: `continent:${continent}` }
      : { fault: `no continent has the code "${continent}"; they are ${CONTINENTS.join(', ')}` }
  const prefix = parsePrefix(text)
  return prefix === undefined
    ? { fault: `"${text}" is no network such as 192.0.2.0/24 with zeros after its length` }
    : { key: formatPrefix(prefix) }
}

/** The network that a key names, if it names one. */
export const networkOf = (key: ClientKey): Prefix | undefined => (namesNetwork(key) ? parsePrefix(key) : undefined)

export const namesNetwork = (key: ClientKey): boolean => key.includes('/')

export const namesAs = (key: ClientKey): boolean => /^AS[0-9]/.test(key)

/** All keys that name sets to which a client belongs, the most specific first. */
export function clientKeys({ networks = [], asn, country, subdivision, continent }: ClientClass): readonly ClientKey[] {
  const keys = [...networks]
  if (asn !== undefined) keys.push(`AS${asn}`)
  if (country !== undefined && subdivision !== undefined) keys.push(`${country}-${subdivision.toUpperCase()}`)
  if (country !== undefined) keys.push(country)
  if (continent !== undefined) keys.push(`continent:${continent}`)
  keys.push(EVERYBODY)
  return keys
}
