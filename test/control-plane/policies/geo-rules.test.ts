import { expect, test } from 'vitest'
import type { ClientClass } from '../../../src/control-plane/geo/client-class.js'
import type { Candidate } from '../../../src/control-plane/policies/policy.js'
import { ranked } from './run.js'

/** Most specific first, each with a region of its own. */
const KEYS = ['192.0.2.0/24', '192.0.0.0/16', 'AS64500', 'DE-BY', 'DE', 'continent:EU', '*'] as const
const REGIONS = KEYS.map((_, i): Candidate => ({ id: `r${i}`, weight: 100 }))
// Written from the broadest on, so that the order of the document is no help.
const RULES = KEYS.map((clients, i) => ({ clients, regions: [`r${i}`] })).reverse()
const CLIENT: ClientClass = {
  networks: ['192.0.2.0/24', '192.0.0.0/16'],
  asn: 64500,
  country: 'DE',
  subdivision: 'BY',
  continent: 'EU',
}
const order = (rules: typeof RULES, client: ClientClass, others: 'keep' | 'drop' | 'drop-broader' = 'keep') =>
  ranked([{ step: 'geo', rules, others }], REGIONS, client).tiers

test('rules hold from the most specific to the least: network, system, subdivision, country, continent, everybody', () => {
  expect(order(RULES, CLIENT)).toEqual(REGIONS.map(({ id }) => [id]))
})

test.each(KEYS.map((key, i) => [key, i] as const))(
  'the rule of %s is the first where those above it are gone',
  (_, i) => {
    const left = RULES.filter(({ clients }) => KEYS.indexOf(clients) >= i)
    expect(order(left, CLIENT, 'drop-broader')).toEqual([[`r${i}`]])
    expect(order(left, CLIENT, 'drop')).toEqual(REGIONS.slice(i).map(({ id }) => [id]))
  },
)

test.each<[string, ClientClass, string]>([
  ['nothing', {}, 'r6'],
  ['the continent alone', { continent: 'EU' }, 'r5'],
  ['the country alone', { country: 'DE' }, 'r4'],
  ['a subdivision without its country', { subdivision: 'BY', continent: 'EU' }, 'r5'],
  ['the system alone', { asn: 64500 }, 'r2'],
  ['another country of the continent', { country: 'FR', subdivision: 'BY', continent: 'EU' }, 'r5'],
])('a client of whom %o is known falls to the rule that it is under', (_, client, first) => {
  expect(order(RULES, client, 'drop-broader')).toEqual([[first]])
})

test('whatever is not known of a client or a region, no region is dropped', () => {
  for (const client of [{}, { country: 'ZZ' }, CLIENT])
    expect(order(RULES.slice(0, 3), client).flat().sort()).toEqual(REGIONS.map(({ id }) => id))
})
