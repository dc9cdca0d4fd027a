// Trees of aliases within a hosted zone: one policy where steps can say the same, and CNAMEs with a sentence where they cannot.
import { readFileSync } from 'node:fs'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { Migrated, Written } from '../../../src/control-plane/migrate/draft.js'
import { migrateRoute53 } from '../../../src/control-plane/migrate/route53.js'
import { readHostedZone } from '../../../src/control-plane/migrate/route53-records.js'
import { type Decoded, healthOf, World } from '../../world.js'
import { textOf } from './text.js'

const NETWORKS = [
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5, country: 'US' },
  { prefix: '130.149.0.0/16', latitude: 52.5, longitude: 13.4, country: 'DE' },
  { prefix: '193.1.0.0/16', latitude: 51.9, longitude: -1.5, country: 'GB' },
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7, country: 'JP' },
]
const US = '128.143.1.0/24'
const BERLIN = '130.149.7.0/24'
const OXFORD = '193.1.5.0/24'
const TOKYO = '133.11.2.0/24'
const [BLUE, GREEN, MAIN, SPARE, ASIA, SORRY] = [1, 2, 3, 4, 5, 99].map(last => `198.51.100.${last}`)

const name = 'route53-tree.json'
let migrated: Migrated
let world: World
beforeAll(async () => {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8')
  migrated = migrateRoute53(readHostedZone([{ name, text }]))
  world = await World.make(textOf(migrated), NETWORKS)
})
beforeEach(() => down())

const down = (...regions: readonly string[]): void =>
  world.publisher.setHealth(healthOf(world.document, regions, 60_000))
const answer = (owner: string, subnet: string): readonly string[] =>
  world.ask(`${owner}.example.org`, 'A', { subnet }).answers.map(({ data }: Decoded) => data)

/** How many of a thousand queries get each address. */
function shares(owner: string, subnet: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (let i = 0; i < 1000; i++) {
    const [address = ''] = answer(owner, subnet)
    counts[address] = (counts[address] ?? 0) + 1
  }
  return counts
}

test('latency over weighted sets: who is near gets them by weight, and the next region only when all of them are down', () => {
  const all = shares('app', US)
  expect(Object.keys(all).sort()).toEqual([BLUE, GREEN])
  expect(all[BLUE!]! / 1000).toBeCloseTo(0.75, 1)
  down('blue')
  expect(answer('app', US)).toEqual([GREEN])
  down('blue', 'green')
  expect(answer('app', US)).toEqual([MAIN])
})

test('latency over failover: the primary, then the secondary, then the next region', () => {
  expect(answer('app', BERLIN)).toEqual([MAIN])
  down('main')
  expect(answer('app', BERLIN)).toEqual([SPARE])
  down('main', 'spare')
  expect([BLUE, GREEN]).toContain(answer('app', BERLIN)[0])
  expect(answer('app', TOKYO)).toEqual([ASIA])
})

test('when all of a tree is down, a client gets the first choice of its nearest branch', () => {
  down('blue', 'green', 'main', 'spare', 'asia')
  expect(answer('app', BERLIN)).toEqual([MAIN])
  expect([BLUE, GREEN]).toContain(answer('app', US)[0])
})

test('failover over latency: the second comes when all below the first is down', () => {
  expect(answer('site', TOKYO)).toEqual([ASIA])
  down('asia', 'main')
  expect(answer('site', OXFORD)).toEqual([SPARE])
  down('blue', 'green', 'main', 'spare', 'asia')
  expect(answer('site', TOKYO)).toEqual([SORRY])
})

test('by country, over aliases that do not follow the health of what is below: nobody leaves what is for his country', () => {
  expect(answer('law', BERLIN)).toEqual([MAIN])
  expect([BLUE, GREEN]).toContain(answer('law', OXFORD)[0])
  down('main', 'spare')
  expect(answer('law', BERLIN)).toEqual([MAIN])
})

test('a name below is there by itself as well', () => {
  down('main')
  expect(answer('eu.app', US)).toEqual([SPARE])
})

test('the policy is groups within steps', () => {
  const { policies } = migrated.document as { readonly policies: Readonly<Record<string, unknown>> } // made by the migration
  expect(policies['app-tree']).toEqual([
    'latency',
    {
      groups: [
        { regions: ['blue', 'green'], steps: [{ tier: [['blue', 'green']] }] },
        { regions: ['main', 'spare'], steps: [{ tier: ['main', 'spare'] }] },
      ],
    },
    'round-robin',
    { weight: { blue: 3, green: 1 } },
  ])
})

test('checks that differ in the address of their set alone are one; calculated ones are their parts, or a check of these', () => {
  const { checks, regions } = migrated.document as Record<string, Record<string, Written>> // made by the migration
  expect(checks).toMatchObject({
    'tcp-hc-1': { type: 'tcp', port: 443 },
    'tcp-hc-one': { type: 'tcp', address: '203.0.113.1' },
    'calculated-hc-some': { type: 'calculated', of: ['tcp-hc-one', 'tcp-hc-two'], needs: 'any' },
  })
  expect(checks!['tcp-hc-1']).not.toHaveProperty('address')
  for (const id of ['blue', 'green', 'main', 'spare', 'asia']) expect(regions![id]!['checks']).toEqual(['tcp-hc-1'])
  expect(regions!['one']!['checks']).toEqual(['tcp-hc-one', 'tcp-hc-two'])
  expect(regions!['two']!['checks']).toEqual(['calculated-hc-some'])
})

test('what steps cannot say stays CNAMEs, and why is told', () => {
  const told = migrated.findings.map(({ where, what }) => `${where}: ${what}`)
  for (const fact of [
    'half.example.org.: what its aliases stand for is not part of its policy: "old" has a share of the clients, and is several regions',
    'half.example.org. CNAME "old": a CNAME to pair.example.org. in place of the alias',
    'round.example.org.: what its aliases stand for is not part of its policy: round.example.org. leads back to itself',
    'site.example.org.: its TTL is 60 s, and was that of the set that it came to',
    'app.example.org.: the latencies that Route 53 measures are its own: the nearest region answers until there is a table of yours',
    'health check hc-of-none: left out: some of the checks that it is made of are not here, or it does not depend on them',
  ])
    expect(told).toContain(fact)
  expect(told.filter(fact => /^(?:app|site|law)\..*CNAME/.test(fact))).toEqual([])
})
