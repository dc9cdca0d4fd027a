import { expect, test } from 'vitest'
import { solve } from '../../../src/control-plane/balance/highs.js'
import { openDatabase } from '../../../src/control-plane/geo/database.js'
import { BalanceDesk } from '../../../src/control-plane/operate/balance-desk.js'
import { explain } from '../../../src/control-plane/operate/explain.js'
import { Loads } from '../../../src/control-plane/operate/loads.js'
import type { Demand } from '../../../src/control-plane/operate/top.js'
import { NO_BALANCE } from '../../../src/control-plane/publish/balanced.js'
import { writeMmdb } from '../geo/mmdb-writer.js'
import { DATABASE, down, ENTRIES, makeWorld, parse } from './world.js'

const DOCUMENT = `
regions:
  us-east:      { location: [38.95, -77.45], addresses: [192.0.2.1] }
  eu-central:   { location: [50.11, 8.68], addresses: [192.0.2.3] }
  ap-northeast: { location: [35.68, 139.69], addresses: [192.0.2.4] }
policies:
  balanced: [distance, { balance: { target: 50% } }]
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      api: { steer: balanced }
      near: { steer: nearest }
`

/** Three networks of Berlin, one of Tokyo and one of Ashburn. */
const asks = (name: string): readonly Demand[] =>
  ['130.149.1.0/24', '130.149.2.0/24', '130.149.3.0/24', '133.11.1.0/24', '128.143.1.0/24'].map(client => ({
    client,
    type: 'A',
    name,
    queries: 100,
  }))

async function deskOf(text = DOCUMENT, name = 'api.example.com.') {
  const document = parse(text)
  const world = await makeWorld(document)
  const database = openDatabase(writeMmdb(ENTRIES, { ipVersion: 6 }), DATABASE)
  const loads = new Loads()
  const desk = new BalanceDesk({
    solve,
    published: () => world.publisher.current(),
    demand: () => ({ seconds: 1, of: asks(name) }),
    loads: now => loads.list(now),
    locate: async () => address => ({ ...database.lookup(address), database: DATABASE }),
    apply: balance => world.publisher.setBalance(balance),
  })
  const told = (client: string) => explain(world.sources(), { name: 'api.example.com', type: 'A', client })
  return { document, world, loads, desk, told }
}

const report = (loads: Loads, region: string, current: number, capacity: number, at = 0, target?: number) =>
  loads.report(region, { current, capacity, at, ...(target === undefined ? {} : { target }) })

async function overloaded() {
  const made = await deskOf()
  report(made.loads, 'eu-central', 900, 1000)
  report(made.loads, 'us-east', 300, 2000)
  report(made.loads, 'ap-northeast', 300, 2000)
  for (let i = 0; i < 40; i++) await made.desk.look(i * 1000)
  return made
}

test('a region above its target keeps what it should carry, and explain says where the others go', async () => {
  const { desk, world, told } = await overloaded()
  const [rankings] = [...world.publisher.current()!.balance.values()]
  const [[ranking, shares] = ['', new Map()]] = [...rankings!]
  expect(ranking).toBe('3|eu-central|us-east|ap-northeast')
  expect(shares.get('eu-central')).toBeLessThan(0.56)
  expect(shares.get('us-east')).toBeGreaterThan(0.44)
  expect(desk.facts()).toMatchObject({ groups: 3, moved: 1 })
  const answers = Array.from({ length: 64 }, (_, i) => told(`130.149.${i}.0/24`))
  expect(answers.flatMap(({ checks }) => checks)).toEqual([])
  const chosen = answers.map(({ regions }) => regions.find(({ state }) => state === 'chosen')!)
  expect(new Set(chosen.map(({ region }) => region))).toEqual(new Set(['eu-central', 'us-east']))
  expect(chosen[0]!.why).toMatch(/^to balance load, [0-9.]+ % of the clients that rank alike go here$/)
})

test('what balancing has decided holds for those who rank alike, and for nobody else', async () => {
  const { told } = await overloaded()
  expect(told('133.11.9.0/24').choice!.regions).toEqual(['ap-northeast'])
  expect(told('128.143.9.0/24').choice!.regions).toEqual(['us-east'])
})

test('a region that is lost gets nobody, whatever balancing had decided', async () => {
  const { document, world, told } = await overloaded()
  world.publisher.setHealth(down(document, 'us-east'))
  for (let i = 0; i < 64; i++) expect(told(`130.149.${i}.0/24`).choice!.regions).toEqual(['eu-central'])
})

test('a target that a region reports goes before that of the policy', async () => {
  const { desk, loads, world } = await deskOf()
  report(loads, 'eu-central', 900, 1000, 0, 950)
  await desk.look(0)
  expect(world.publisher.current()!.balance.size).toBe(0)
})

test('a report that has gone stale is not gone by; what the region can carry is', async () => {
  const { desk, loads, world } = await deskOf()
  report(loads, 'eu-central', 900, 1000)
  report(loads, 'us-east', 300, 2000, 100_000)
  report(loads, 'ap-northeast', 300, 2000, 100_000)
  for (let i = 0; i < 40; i++) await desk.look(100_000 + i * 1000)
  expect([...world.publisher.current()!.balance.values()]).toHaveLength(1)
})

test('nothing is balanced where no policy says so, and what was decided ends with the policy', async () => {
  const plain = await deskOf(DOCUMENT, 'near.example.com.')
  report(plain.loads, 'eu-central', 900, 1000)
  await plain.desk.look(0)
  expect(plain.world.publisher.current()!.balance.size).toBe(0)
  const { world, desk } = await overloaded()
  await world.publisher.setDocument(parse(DOCUMENT.replace('steer: balanced', 'steer: nearest')))
  await desk.look(50_000)
  expect(world.publisher.current()!.balance).toBe(NO_BALANCE)
  expect(desk.facts()).toBeUndefined()
})
