// The kinds of clients that a policy tells apart, each by one that stands for it: what a policy is asked, to be told as rules.
import { contains, parsePrefix } from '../../dns/address.js'
import type { ClientClass } from '../geo/client-class.js'
import { type ClientKey, EVERYBODY, namesAs, namesNetwork } from '../geo/client-key.js'
import { COUNTRIES, countryOf } from '../geo/countries.js'
import { keysIn, type MapSpec } from '../publish/steerings.js'
import type { StepSpec } from '../traffic/document/policy.js'

/** Steps by which two clients of one country can have different orders. */
export const BY_PLACE: readonly StepSpec['step'][] = ['distance', 'latency', 'spread']

/** Whether clients of one country can have different orders, also within a group. */
export const goesByPlace = (steps: readonly StepSpec[]): boolean =>
  steps.some(step =>
    step.step === 'groups' ? step.groups.some(group => goesByPlace(group.steps)) : BY_PLACE.includes(step.step),
  )

/** The most specific first, everybody last. Where nearness counts, every country is told apart, as a whole. */
export function clientsOf({ policy, candidates }: MapSpec): readonly ClientKey[] {
  const isNear = goesByPlace(policy.steps)
  const own = policy.steps.some(hasOwnPlaces)
    ? candidates.flatMap(({ country, continent }) => [
        ...(country === undefined ? [] : [country]),
        ...(continent === undefined ? [] : [`continent:${continent}`]),
      ])
    : []
  const keys = new Set([...keysIn({ policy, candidates }), ...own, ...(isNear ? COUNTRIES.keys() : []), EVERYBODY])
  return [...keys].sort((a, b) => breadth(a) - breadth(b) || (a < b ? -1 : 1))
}

/** Without rules `geo` and fences go by where the regions are. */
const hasOwnPlaces = (step: StepSpec): boolean =>
  (step.step === 'geo' && step.rules === undefined) || (step.step === 'fence' && typeof step.to === 'string')

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
