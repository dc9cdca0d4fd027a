// Chains of NS1 with an answer for each kind of client, and fences before health: every kind has an order of failover of its own.
import { beforeAll, expect, test } from 'vitest'
import type { Migrated } from '../../../src/control-plane/migrate/draft.js'
import { migrateNs1 } from '../../../src/control-plane/migrate/ns1.js'
import { readNs1 } from '../../../src/control-plane/migrate/ns1-records.js'
import { type Decoded, healthOf, World } from '../../world.js'
import { textOf } from './text.js'

const [EU, US, AP] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as const
const REGIONS: Readonly<Record<string, string>> = { [EU]: 'eu', [US]: 'us', [AP]: 'ap' }
const answer = (address: string, meta: object): object => ({
  answer: [address],
  region: REGIONS[address],
  meta: { ...meta, up: { feed: 'f1' } },
})
const record = (name: string, answers: readonly object[], ...filters: readonly (string | object)[]): object => ({
  zone: 'example.com',
  domain: `${name}.example.com`,
  type: 'A',
  ttl: 30,
  answers,
  filters: filters.map(filter => (typeof filter === 'string' ? { filter, config: {} } : filter)),
})
const FENCES = [
  { filter: 'netfence_prefix', config: { remove_no_ip_prefixes: true } },
  { filter: 'geofence_country', config: { remove_no_location: true } },
]
const FIRST = { filter: 'select_first_n', config: { N: 1 } }
const ANSWERS = [
  answer(EU, { country: ['DE', 'FR'], priority: 1 }),
  answer(US, { country: ['DE', 'FR'], priority: 2 }),
  answer(AP, { ip_prefixes: ['130.149.7.0/24'], priority: 1 }),
  answer(US, { priority: 1, weight: 3 }),
  answer(AP, { priority: 1, weight: 1 }),
  answer(EU, { priority: 2 }),
]
const SAID = [
  { zone: 'example.com', dns_servers: ['dns1.old.example'] },
  record('late', ANSWERS, ...FENCES, 'up', 'priority', 'weighted_shuffle', FIRST),
  record('early', ANSWERS, 'up', ...FENCES, 'priority', 'weighted_shuffle', FIRST),
  record('odd', ANSWERS, ...FENCES, 'up', 'priority', 'weighted_shuffle', 'pulsar_availability_threshold', FIRST),
  record(
    'plain',
    [answer(EU, { priority: 2 }), answer(US, { priority: 1 }), answer(AP, { priority: 1 })],
    'up',
    'priority',
    FIRST,
  ),
  { id: 'm1', name: 'web', job_type: 'tcp', frequency: 30, config: { port: 443 } },
  { id: 'f1', name: 'web', config: { jobid: 'm1' } },
]

const NETWORKS = [
  { prefix: '130.149.0.0/16', country: 'DE' },
  { prefix: '128.143.0.0/16', country: 'US' },
].map(one => ({ ...one, latitude: 50, longitude: 8 }))
const OFFICE = '130.149.7.0/24'
const BERLIN = '130.149.1.0/24'
const VIRGINIA = '128.143.1.0/24'

let migrated: Migrated
let world: World
beforeAll(async () => {
  migrated = migrateNs1(readNs1([{ name: 'ns1.json', text: JSON.stringify(SAID) }]))
  world = await World.make(textOf(migrated), NETWORKS)
})

/** All that a client gets while these are down, in a hundred queries. */
function got(name: string, subnet: string, ...gone: readonly string[]): readonly string[] {
  const ids = [...world.document.regions.values()].filter(({ addresses }) => gone.includes(addresses[0]!.text))
  world.publisher.setHealth(
    healthOf(
      world.document,
      ids.map(({ id }) => id),
      60_000,
    ),
  )
  const all = Array.from({ length: 100 }, () =>
    world.ask(`${name}.example.com`, 'A', { subnet }).answers.map(({ data }: Decoded) => String(data)),
  )
  return [...new Set(all.flat())].sort()
}

test.each([
  // name, subnet, down, answers
  ['late', BERLIN, [], [EU]],
  ['late', BERLIN, [EU], [US]],
  ['late', BERLIN, [EU, US], []],
  ['late', OFFICE, [], [AP]],
  ['late', OFFICE, [AP], []],
  ['late', VIRGINIA, [], [US, AP]],
  ['late', VIRGINIA, [US], [AP]],
  ['late', VIRGINIA, [US, AP], [EU]],
  ['early', BERLIN, [EU], [US]],
  ['early', BERLIN, [EU, US], [AP]],
  ['early', OFFICE, [AP], [EU]],
  ['plain', BERLIN, [], [US]],
  ['plain', BERLIN, [US], [AP]],
  ['plain', BERLIN, [US, AP], [EU]],
])('%s: %s gets what the filters leave while %j are down', (name, subnet, gone, expected) => {
  expect(got(name, subnet, ...gone)).toEqual(expected)
})

test('an address is one region, whatever answers it is in', () => {
  expect(Object.keys(migrated.document['regions'] as object)).toEqual(['eu-1', 'us-2', 'ap-3'])
})

test('a filter that has no place in an order of failover is told', () => {
  expect(migrated.findings.map(({ where, what }) => `${where}: ${what}`)).toContain(
    'odd.example.com A: the filter "pulsar_availability_threshold" is left out: beside answers of which each kind of client has its own, no step does what it does',
  )
})
