// Client keys beside each other: how many clients each takes in, one client that stands for it, and which key is the next broader one.
import { contains, parsePrefix } from '../../dns/address.js'
import type { ClientClass } from './client-class.js'
import { type ClientKey, EVERYBODY, namesAs, namesNetwork } from './client-key.js'
import { countryOf } from './countries.js'

/** How many clients a key takes in, roughly: the order in which rules are tried. */
export function breadth(key: ClientKey): number {
  if (namesNetwork(key)) return 128 - parsePrefix(key)!.length // the gate has read it
  if (namesAs(key)) return 200
  if (key === EVERYBODY) return 300
  return key.startsWith('continent:') ? 230 : key.includes('-') ? 210 : 220
}

/** A client that falls under the key, and under no narrower one. @param all the keys of the policy */
export function clientFor(key: ClientKey, all: readonly ClientKey[]): ClientClass {
  if (key === EVERYBODY) return {}
  if (namesNetwork(key)) return { networks: [key, ...around(key, all)] }
  if (namesAs(key)) return { asn: Number(key.slice(2)) }
  if (key.startsWith('continent:')) return { continent: key.slice('continent:'.length) }
  const [country = '', ...subdivision] = key.split('-')
  const known = countryOf(country)
  return {
    country,
    ...(known === undefined ? {} : { continent: known.continent, location: known.location }),
    ...(subdivision.length === 0 ? {} : { subdivision: subdivision.join('-') }),
  }
}

/** The networks in which a network lies, the smallest first. */
function around(key: ClientKey, all: readonly ClientKey[]): readonly ClientKey[] {
  const { bytes, length } = parsePrefix(key)! // the gate has read it
  return all
    .filter(namesNetwork)
    .map(text => ({ text, prefix: parsePrefix(text)! }))
    .filter(({ prefix }) => prefix.bytes.length === bytes.length && prefix.length < length && contains(prefix, bytes))
    .sort((a, b) => b.prefix.length - a.prefix.length)
    .map(({ text }) => text)
}

/** The next broader key among those that are there: of whom a client is, where its own key were not. */
export function broader(key: ClientKey, all: readonly ClientKey[]): ClientKey {
  if (namesNetwork(key)) return around(key, all)[0] ?? EVERYBODY
  if (namesAs(key) || key.startsWith('continent:')) return EVERYBODY
  const [country = ''] = key.split('-')
  const continent = `continent:${countryOf(country)?.continent}`
  const wider = [...(key.includes('-') ? [country] : []), continent]
  return wider.find(other => all.includes(other)) ?? EVERYBODY
}
