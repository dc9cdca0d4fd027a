import { beforeAll, expect, test } from 'vitest'
import { explain } from '../../../src/control-plane/operate/explain.js'
import { lander } from '../../../src/control-plane/operate/landing.js'
import { balanceKey } from '../../../src/control-plane/publish/balanced.js'
import { parsePrefix } from '../../../src/dns/address.js'
import { makeWorld, parse, type TestWorld } from './world.js'

const DOCUMENT = `
regions:
  us-east:      { location: [38.95, -77.45], addresses: [192.0.2.1] }
  eu-central:   { location: [50.11, 8.68], addresses: [192.0.2.3] }
  ap-northeast: { location: [35.68, 139.69], addresses: [192.0.2.4] }
policies: { balanced: [distance, balance] }
zones:
  example.com: { nameservers: [ns.example.net], records: { api: { steer: balanced } } }
`
const SHARES = new Map([
  ['eu-central', 0.6],
  ['us-east', 0.3],
  ['ap-northeast', 0.1],
])
const seen = (third: number, queries = 1) => ({ bytes: parsePrefix(`130.149.${third}.0/24`)!.bytes, queries })
const SHARING = { by: 'network', take: 1, bits: { 4: 24, 6: 48 } } as const

let world: TestWorld
beforeAll(async () => {
  world = await makeWorld(parse(DOCUMENT))
  const [spec] = world.publisher.current()!.world.names.steerings
  const rankings = new Map([['3|eu-central|us-east|ap-northeast', SHARES]])
  world.publisher.setBalance(new Map([[balanceKey(spec!), rankings]]))
})

test('each network lands where the line sends it', () => {
  const land = lander(world.publisher.current()!, SHARING)
  const told = (third: number) =>
    explain(world.sources(), { name: 'api.example.com', client: `130.149.${third}.0/24` }).choice!.regions
  const landed = Array.from({ length: 128 }, (_, third) => [...land([seen(third)], SHARES).keys()])
  expect(landed).toEqual(Array.from({ length: 128 }, (_, third) => told(third)))
  expect(new Set(landed.flat())).toEqual(new Set(SHARES.keys()))
})

test('a network that asks more weighs more', () => {
  const land = lander(world.publisher.current()!, SHARING)
  const [[own] = []] = land([seen(1)], SHARES)
  const shares = land([seen(1, 999), ...Array.from({ length: 50 }, (_, i) => seen(i + 2))], SHARES)
  expect(shares.get(own!)).toBeGreaterThan(0.94)
  expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
})

test.each([
  ['each query is drawn anew', { ...SHARING, by: 'query' as const }],
  ['an answer holds several regions', { ...SHARING, take: 2 }],
])('shares come out as they are given where %s', (_, sharing) => {
  expect(lander(world.publisher.current()!, sharing)([seen(1)], SHARES)).toBe(SHARES)
})

test('a share that rounds to nothing gets nobody', () => {
  const shares = new Map([
    ['eu-central', 0.9999],
    ['us-east', 0.0001],
  ])
  const networks = Array.from({ length: 100 }, (_, i) => seen(i))
  expect(lander(world.publisher.current()!, SHARING)(networks, shares)).toEqual(new Map([['eu-central', 1]]))
})
