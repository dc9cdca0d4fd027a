import { describe, expect, test } from 'vitest'
import { NOWHERE } from '../../../src/control-plane/operate/moves.js'
import { simulate as simulateAny, type Weighing } from '../../../src/control-plane/operate/simulate.js'
import type { RegionState } from '../../../src/control-plane/publish/ladder.js'
import { makeWorld, parse } from './world.js'

const DOCUMENT = `
regions:
  us: { location: [38.95, -77.45], addresses: [192.0.2.1], capacity: 100 }
  eu: { location: [50.11, 8.68], addresses: [192.0.2.3] }
  ap: { location: [35.68, 139.69], addresses: [192.0.2.4, "2001:db8::4"] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    records:
      api: { steer: nearest }
      alone: { steer: nearest, regions: [eu], when-all-down: servfail }
`

// Half of the v4 addresses are in Tokyo, a quarter in Berlin and in Ashburn; of v6, all are in Tokyo.
const at = (latitude: number, longitude: number) => ({ location: { latitude, longitude } })
const ENTRIES = [
  { prefix: '20.0.0.0/8', record: at(35.69, 139.69) },
  { prefix: '21.0.0.0/8', record: at(35.69, 139.69) },
  { prefix: '22.0.0.0/8', record: at(52.52, 13.41) },
  { prefix: '23.0.0.0/8', record: at(39.04, -77.49) },
  { prefix: '2400:4000::/22', record: at(35.69, 139.69) },
]

const without =
  (...ids: readonly string[]) =>
  (state: RegionState): RegionState =>
    ids.includes(state.id) ? { ...state, enabled: false } : state

async function world() {
  const { publisher } = await makeWorld(parse(DOCUMENT), ENTRIES)
  return publisher.current()!
}

const OVER_ADDRESSES: Weighing = { over: 'addresses', rates: {} }
const simulate = (
  published: Awaited<ReturnType<typeof world>>,
  regions: (state: RegionState) => RegionState,
  rates: Readonly<Record<string, number>> = {},
) => simulateAny(published, { regions }, { over: 'addresses', rates })

test('a change of nothing moves nobody', async () => {
  const { names } = await simulate(await world(), state => state)
  expect(names.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'api.example.com. A',
    'api.example.com. AAAA',
    'alone.example.com. A',
  ])
  for (const { moves, ladder } of names) expect([moves, ladder]).toEqual([[], {}])
  expect(names[0]!.before).toMatchObject({
    ap: expect.closeTo(0.75),
    eu: expect.closeTo(0.125),
    us: expect.closeTo(0.125),
  })
})

test('the clients of a region that would be taken out go to the next one', async () => {
  const [api] = (await simulate(await world(), without('eu'))).names
  expect(api!.moves).toEqual([{ from: 'eu', to: 'us', share: expect.closeTo(0.125) }])
  expect(api!.after['eu']).toBeUndefined()
})

test('names that would reach their ladder are told, with the share of their clients', async () => {
  const { names } = await simulate(await world(), without('eu'))
  const alone = names.find(({ name }) => name === 'alone.example.com.')!
  expect(alone.ladder).toEqual({ servfail: expect.closeTo(1) })
  expect(alone.moves).toEqual([{ from: 'eu', to: NOWHERE, share: expect.closeTo(1) }])
})

test('what a region is asked goes along with its clients', async () => {
  const { load } = await simulate(await world(), without('ap'), { ap: 60, us: 30, eu: 10 })
  expect(load['ap']).toEqual({ now: 60, expected: expect.closeTo(0) })
  expect(load['us']!.capacity).toBe(100)
  const all = Object.values(load).reduce((sum, { expected }) => sum + expected, 0)
  expect(all).toBeCloseTo(100)
})

test('shares before and after each add up to everybody', async () => {
  const published = await world()
  for (const ids of [[], ['us'], ['eu', 'ap'], ['us', 'eu', 'ap']])
    for (const { before, after } of (await simulate(published, without(...ids))).names)
      for (const shares of [before, after])
        expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
})

describe('a document that is proposed', () => {
  async function considered(text: string) {
    const { publisher } = await makeWorld(parse(DOCUMENT), ENTRIES)
    const proposed = await publisher.compileAside(parse(text))
    return { published: publisher.current()!, proposed }
  }

  test('that says the same moves nobody', async () => {
    const { published, proposed } = await considered(DOCUMENT)
    for (const { moves } of (await simulateAny(published, { world: proposed }, OVER_ADDRESSES)).names)
      expect(moves).toEqual([])
    expect(proposed.maps.get(proposed.names.steerings[0]!.mapKey)).toBe(
      published.world.maps.get(published.world.names.steerings[0]!.mapKey),
    )
  })

  test('with a region nearer to some moves those to it, and serves nothing of it', async () => {
    const text = DOCUMENT.replace('zones:', '  jp: { location: [35.69, 139.69], addresses: [192.0.2.9] }\nzones:')
    const { published, proposed } = await considered(text)
    const { names, load } = await simulateAny(published, { world: proposed }, { over: 'addresses', rates: { ap: 60 } })
    const api = names.find(({ name, type }) => name === 'api.example.com.' && type === 'A')!
    expect(api.moves).toEqual([{ from: 'ap', to: 'jp', share: expect.closeTo(0.75) }])
    expect(load['jp']!.expected).toBeGreaterThan(0)
    expect(published.world.document.regions.has('jp')).toBe(false)
  })

  test('without a name sends its clients nowhere, and with a new one they come from there', async () => {
    const { published, proposed } = await considered(DOCUMENT.replace('api: {', 'fresh: {'))
    const { names } = await simulateAny(published, { world: proposed }, OVER_ADDRESSES)
    const told = new Map(names.map(one => [`${one.name} ${one.type}`, one]))
    expect(told.get('api.example.com. A')!.after).toEqual({ [NOWHERE]: expect.closeTo(1) })
    expect(told.get('fresh.example.com. A')!.before).toEqual({ [NOWHERE]: expect.closeTo(1) })
  })

  test('is laid over the one that is there exactly, whatever their maps', async () => {
    const { published, proposed } = await considered(DOCUMENT.replace('[35.68, 139.69]', '[52.5, 13.4]'))
    const [api] = (await simulateAny(published, { world: proposed }, OVER_ADDRESSES)).names
    const total = (shares: Readonly<Record<string, number>>) => Object.values(shares).reduce((a, b) => a + b, 0)
    expect([total(api!.before), total(api!.after)]).toEqual([expect.closeTo(1), expect.closeTo(1)])
    const direct = await makeWorld(parse(DOCUMENT.replace('[35.68, 139.69]', '[52.5, 13.4]')), ENTRIES)
    const [itself] = (await simulate(direct.publisher.current()!, state => state)).names
    for (const [id, share] of Object.entries(itself!.before)) expect(api!.after[id]).toBeCloseTo(share)
  })
})

describe('over traffic', () => {
  const demand = (
    ...of: readonly (readonly [client: string, type: string, name: string, queries: number])[]
  ): Weighing => ({
    over: 'traffic',
    demand: { seconds: 10, of: of.map(([client, type, name, queries]) => ({ client, type, name, queries })) },
  })

  test('clients weigh what they ask, and regions carry that', async () => {
    const asked = demand(['20.1.2.0/24', 'A', 'api.example.com.', 300], ['22.1.2.0/24', 'A', 'api.example.com.', 100])
    const { names, load, unseen } = await simulateAny(await world(), { regions: without('ap') }, asked)
    expect(names).toMatchObject([{ name: 'api.example.com.', type: 'A', queries: 40 }])
    expect(names[0]!.before).toEqual({ ap: 0.75, eu: 0.25 })
    expect(names[0]!.moves).toEqual([{ from: 'ap', to: 'eu', share: 0.75 }])
    expect(load).toMatchObject({ ap: { now: 30, expected: 0 }, eu: { now: 10, expected: 40 } })
    expect(unseen).toEqual(['api.example.com. AAAA', 'alone.example.com. A'])
  })

  test('what leads to a steered name is asked of it', async () => {
    const text = DOCUMENT.replace(
      'alone:',
      'www: { type: CNAME, data: api }\n      other: { type: ALIAS, data: api }\n      "*.wild": { steer: nearest, regions: [us] }\n      alone:',
    )
    const { publisher } = await makeWorld(parse(text), ENTRIES)
    const asked = demand(
      ['20.1.2.0/24', 'A', 'www.example.com.', 10],
      ['20.1.2.0/24', 'A', 'other.example.com.', 20],
      ['20.1.2.0/24', 'A', 'x.wild.example.com.', 30],
      ['20.1.2.0/24', 'A', 'gone.example.com.', 40],
    )
    const { names } = await simulateAny(publisher.current()!, {}, asked)
    expect(names.map(({ name, type, queries }) => [name, type, queries])).toEqual([
      ['api.example.com.', 'A', 3],
      ['*.wild.example.com.', 'A', 3],
    ])
  })

  test('clients whose place is not known count too', async () => {
    const asked = demand(['10.1.2.0/24', 'A', 'api.example.com.', 50], ['99.1.2.0/24', 'A', 'api.example.com.', 50])
    const { names } = await simulateAny(await world(), {}, asked)
    expect(names[0]!.before).toEqual({ us: 1 })
  })
})
