// Zones of NS1: what they become, and that it answers as the filters of NS1 say, for every client and whatever is down.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Migrated } from '../../../src/control-plane/migrate/draft.js'
import { migrateNs1 } from '../../../src/control-plane/migrate/ns1.js'
import { readNs1 } from '../../../src/control-plane/migrate/ns1-records.js'
import { type Decoded, healthOf, World } from '../../world.js'
import { textOf } from './text.js'

const file = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
const FEEDS = JSON.stringify([
  { id: 'feed-1', name: 'web', config: { jobid: 'job-1' } },
  { id: 'feed-2', name: 'port', config: { jobid: 'job-2' } },
])
const migrate = (...texts: readonly string[]): Migrated =>
  migrateNs1(readNs1(texts.map((text, i) => ({ name: `${i}.json`, text }))))

const CLIENTS = [
  { subnet: '130.149.0.1/32', country: 'DE', latitude: 52, longitude: 13 },
  { subnet: '128.143.0.1/32', country: 'US', latitude: 38, longitude: -78 },
  { subnet: '133.11.0.1/32', country: 'JP', latitude: 35, longitude: 139 },
] as const

let migrated: Migrated
let world: World
beforeAll(async () => {
  migrated = migrate(file('ns1.json'), file('ns1-monitors.json'), FEEDS)
  const networks = CLIENTS.map(({ subnet, ...client }) => ({
    ...client,
    prefix: subnet.replace(/\.\d+\/32$/, '.0/24'),
  }))
  world = await World.make(textOf(migrated), networks)
})

interface Answer {
  readonly address: string
  readonly countries: readonly string[]
  readonly priority?: number
}

const answers = (base: number, ...rest: readonly (readonly [countries: string, priority?: number])[]): Answer[] =>
  rest.map(([countries, priority], i) => ({
    address: `192.0.2.${base + i}`,
    countries: countries === '' ? [] : countries.split(','),
    ...(priority === undefined ? {} : { priority }),
  }))

/** What each chain leaves at its front, by the words of NS1: one of several where they are shuffled. */
const CHAINS: readonly (readonly [
  name: string,
  answers: readonly Answer[],
  (left: readonly Answer[], country: string) => readonly Answer[],
])[] = [
  [
    'geo',
    answers(1, [''], ['DE,FR'], ['US'], ['DE,FR']),
    (left, country) => {
      const [first] = [...left].sort(
        (a, b) => Number(b.countries.includes(country)) - Number(a.countries.includes(country)),
      )
      return first === undefined ? [] : [first]
    },
  ],
  [
    'tiers',
    answers(21, ['', 2], ['', 1], ['', 1]),
    left => left.filter(({ priority }) => priority === Math.min(...left.map(one => one.priority!))),
  ],
  [
    'fence',
    answers(31, ['DE'], ['US'], ['']),
    (left, country) => {
      const fitting = left.filter(({ countries }) => countries.includes(country))
      return fitting.length > 0 ? fitting : left.filter(({ countries }) => countries.length === 0)
    },
  ],
  ['undone', answers(41, ['DE'], ['US']), left => left],
]

function down(gone: readonly string[]): void {
  const regions = migrated.document['regions'] as Record<string, { addresses?: string[] }>
  const ids = Object.keys(regions).filter(id => regions[id]!.addresses?.some(address => gone.includes(address)))
  world.publisher.setHealth(healthOf(world.document, ids, 60_000))
}

const ask = (name: string, type: string, subnet: string): readonly string[] =>
  world.ask(`${name}.example.com`, type, { subnet }).answers.map(({ data }: Decoded) => data)

describe('it answers as NS1 does', () => {
  test.each(CHAINS)('%s: every client gets what the filters leave, whatever is down', (name, all, front) => {
    for (let set = 0; set < 2 ** all.length; set++) {
      const left = all.filter((_, i) => ((set >> i) & 1) === 0)
      down(all.filter(one => !left.includes(one)).map(({ address }) => address))
      for (const { subnet, country } of CLIENTS) {
        const seen = new Set(Array.from({ length: 100 }, () => ask(name, 'A', subnet).join()))
        const expected = front(left, country).map(({ address }) => address)
        expect([...seen].sort(), `${subnet} of ${country}, ${left.length} left`).toEqual(
          expected.length === 0 ? [''] : expected.sort(),
        )
      }
    }
  })

  test('weights share the clients of a priority', () => {
    down([])
    const all = Array.from({ length: 4000 }, () => ask('tiers', 'A', CLIENTS[0].subnet)[0])
    const share = all.filter(answer => answer === '192.0.2.23').length / all.length
    expect([share > 0.7, share < 0.8]).toEqual([true, true])
  })

  test('the nearest answers, in both families, and they fall over together', () => {
    down([])
    const both = (subnet: string) => [ask('both', 'A', subnet), ask('both', 'AAAA', subnet)].flat()
    expect(both(CLIENTS[0].subnet)).toEqual(['192.0.2.51', '2001:db8::51'])
    expect(both(CLIENTS[1].subnet)).toEqual(['192.0.2.52', '2001:db8::52'])
    down(['192.0.2.52'])
    expect(both(CLIENTS[1].subnet)).toEqual(['192.0.2.51', '2001:db8::51'])
  })

  test('where nothing selects, all are given that are not set down', () => {
    down([])
    expect([...ask('all', 'A', CLIENTS[0].subnet)].sort()).toEqual(['192.0.2.61', '192.0.2.63'])
  })

  test('a linked record answers as the other one does', () => {
    down([])
    for (const { subnet } of CLIENTS) expect(ask('copy', 'A', subnet)).toEqual(ask('geo', 'A', subnet))
  })

  test('records without filters are as they were', () => {
    expect(ask('www', 'A', CLIENTS[0].subnet)).toEqual(['192.0.2.10'])
    expect([...ask('many', 'A', CLIENTS[0].subnet)].sort()).toEqual(['192.0.2.11', '192.0.2.12'])
    expect(world.ask('example.com', 'MX').answers.map(({ data }: Decoded) => data)).toEqual([
      { preference: 10, exchange: 'mail1.example.com' },
    ])
    expect(world.ask('example.com', 'NS').answers.map(({ data }: Decoded) => data)).toEqual([
      'dns1.old.example',
      'dns2.old.example',
    ])
  })
})

test('monitors become checks, which the answers of their feeds have', () => {
  expect(migrated.document['checks']).toEqual({
    'edge-web': {
      type: 'https',
      port: 443,
      path: '/healthz?deep=1',
      method: 'HEAD',
      host: 'edge.example.com',
      interval: '30s',
      confirm: '1s',
      fall: 2,
      rise: 1,
    },
    port: { type: 'tcp', port: 443, interval: '60s', fall: 1, rise: 1 },
  })
  expect(world.document.regions.get('eu-2')?.checks).toEqual(['edge-web'])
  expect(world.document.regions.get('both-1')?.checks).toEqual(['port'])
})

test('everything that is lost, or means something else now, is told', () => {
  expect(migrated.findings.map(({ where, what }) => `${where}: ${what}`).sort()).toEqual([
    'all.example.com A: 192.0.2.62 is set down: its region is disabled',
    'all.example.com A: the feed of 192.0.2.63 is of no monitor that is here: it is taken to be up',
    'all.example.com A: the filter "pulsar_performance_sort" is left out: no step does what it does',
    'copy.example.com A: it was linked to geo.example.com: a copy now, which does not follow when that one changes',
    'example.com: these are the name servers of NS1: put those of your own nodes in their place before you delegate',
    'lost.example.com A: left out: it is linked to nowhere.example.com, whose A is not here',
    'many.example.com A: all of its answers are given: if it has filters, add what the API tells of the record itself',
    'monitor Edge web: certificates are verified now; "verify: false" waives that',
    'monitor Edge web: it was made from 3 places, by the policy quorum; now each node checks for itself',
    'monitor Edge web: its rules are not read: what counts is that it is answered, and the status of HTTP',
    'monitor Names: left out: there is no check of the type dns here; a push check can be told its state',
  ])
})

test.each([
  ['{', /^0.json: /],
  ['{}', /^0.json: neither a zone of NS1, nor a record, a monitor or a feed of one$/],
])('%s is refused with a sentence', (said, sentence) => {
  expect(() => migrate(said)).toThrow(sentence)
})
