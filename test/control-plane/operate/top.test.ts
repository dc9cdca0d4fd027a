import { describe, expect, test } from 'vitest'
import { RecentQueries } from '../../../src/control-plane/operate/recent.js'
import { tellSample } from '../../../src/control-plane/operate/sampled.js'
import { placeClients } from '../../../src/control-plane/operate/seen-clients.js'
import { TopQueries, type Window } from '../../../src/control-plane/operate/top.js'
import { parsePrefix } from '../../../src/dns/address.js'
import { sampled } from './sampled.js'

const START = 1_700_000_000_000
const at = (seconds: number): number => START + seconds * 1000
const rows = (top: TopQueries, window: Window, now: number) =>
  top.top('name', window, 10, now).rows.map(({ key, queries }) => `${key} ${queries}`)

describe('what there is most of', () => {
  test('queries are told apart by what they have in common, each as many as it stands for', () => {
    const top = new TopQueries(START)
    top.add(sampled({ at: at(1), weight: 100 }))
    top.add(
      sampled({
        at: at(2),
        weight: 50,
        name: 'www.example.com.',
        region: undefined,
        rung: undefined,
        rcode: 'NXDOMAIN',
      }),
    )
    top.add(
      sampled({ at: at(3), weight: 1, name: '', type: '', region: undefined, rung: undefined, bytes: 0, zone: '' }),
    )
    const of = (by: Parameters<TopQueries['top']>[0]) => top.top(by, '1m', 10, at(4))
    expect(of('name')).toEqual({
      seconds: 4,
      queries: 150,
      rows: [
        { key: 'api.example.com.', queries: 100, error: 0, share: 100 / 150 },
        { key: 'www.example.com.', queries: 50, error: 0, share: 50 / 150 },
      ],
    })
    expect(of('region')).toMatchObject({ queries: 100, rows: [{ key: 'us-east', share: 1 }] })
    expect(of('rcode').rows.map(({ key }) => key)).toEqual(['NOERROR', 'NXDOMAIN'])
    expect(of('client').queries).toBe(151)
    expect(of('reason').rows[0]).toMatchObject({ key: 'steered', queries: 151 })
    expect(of('zone').queries).toBe(150)
  })

  test('what is older than the window does not count', () => {
    const top = new TopQueries(START - 3600_000)
    top.add(sampled({ at: at(0), name: 'old.' }))
    top.add(sampled({ at: at(65), name: 'new.' }))
    expect(rows(top, '1m', at(70))).toEqual(['new. 1'])
    expect(rows(top, '15m', at(70))).toEqual(['new. 1', 'old. 1'])
    expect(rows(top, '1m', at(600))).toEqual([])
  })

  test('what a thread saw before another does is counted where it belongs', () => {
    const top = new TopQueries(START - 3600_000)
    top.add(sampled({ at: at(25), name: 'later.' }))
    top.add(sampled({ at: at(12), name: 'sooner.' }))
    expect(rows(top, '1m', at(30))).toEqual(['later. 1', 'sooner. 1'])
  })

  test('an hour of queries counts the same in every window that it lies in', () => {
    const hour = Math.ceil(START / 3600_000) * 3600_000
    const top = new TopQueries(hour)
    for (let second = 0; second < 3600; second++)
      top.add(sampled({ at: hour + second * 1000, name: `n${second % 7}.` }))
    const end = hour + 3599_000
    const total = (window: Window) => top.top('name', window, 10, end).queries
    expect([total('1m'), total('15m'), total('1h')]).toEqual([60, 900, 3600])
    expect(rows(top, '1h', end)).toEqual(Array.from({ length: 7 }, (_, i) => `n${i}. ${i < 2 ? 515 : 514}`))
  })

  test('a node that has just begun has seen no more than that time', () => {
    const top = new TopQueries(START)
    expect(top.top('name', '1h', 10, at(30))).toEqual({ seconds: 30, queries: 0, rows: [] })
    expect(top.top('name', '1m', 10, at(3600)).seconds).toBeGreaterThanOrEqual(50)
  })

  test('who is sent where, and what is asked of steered names', () => {
    const top = new TopQueries(START)
    top.add(sampled({ at: at(1), weight: 7 }))
    top.add(sampled({ at: at(1), reason: 'nxdomain', region: undefined, rung: undefined }))
    top.add(sampled({ at: at(1), weight: 3, rung: 'nodata', region: undefined, client: '2001:db8::/56' }))
    expect(top.sent('1m', at(10))).toEqual([{ client: '133.11.2.0/24', region: 'us-east', queries: 7 }])
    expect(top.demand('1m', at(10))).toEqual({
      seconds: 10,
      of: [
        { client: '133.11.2.0/24', type: 'A', name: 'api.example.com.', queries: 7 },
        { client: '2001:db8::/56', type: 'A', name: 'api.example.com.', queries: 3 },
      ],
    })
  })
})

describe('the last queries', () => {
  const recent = new RecentQueries(3)
  for (const name of ['a.example.com.', 'b.example.com.', 'c.example.org.', 'd.example.com.'])
    recent.add(sampled({ name, region: name.startsWith('d') ? 'eu-central' : 'us-east' }))
  const names = (filter: Parameters<RecentQueries['list']>[0], limit = 10) =>
    recent.list(filter, limit).map(({ name }) => name[0])

  test('are kept up to a number, newest first', () => {
    expect(names({})).toEqual(['d', 'c', 'b'])
    expect(names({}, 1)).toEqual(['d'])
  })

  test.each([
    [{ name: 'b.example.com.' }, ['b']],
    [{ name: '*.example.com.' }, ['d', 'b']],
    [{ name: '*.' }, ['d', 'c', 'b']],
    [{ region: 'eu-central' }, ['d']],
    [{ client: parsePrefix('133.11.0.0/16')! }, ['d', 'c', 'b']],
    [{ client: parsePrefix('133.12.0.0/16')! }, []],
    [{ client: parsePrefix('133.11.2.0/25')! }, []],
    [{ rcode: 'NXDOMAIN' }, []],
    [{ type: 'A', reason: 'steered' }, ['d', 'c', 'b']],
  ])('can be looked for by %j', (filter, found) => {
    expect(names(filter)).toEqual(found)
  })

  test('are told with who told where the client is, and without what there is none of', () => {
    expect(tellSample(sampled({ at: START, region: undefined, rung: undefined, bySubnet: false }))).toEqual({
      time: '2023-11-14T22:13:20.000Z',
      oneIn: 1,
      transport: 'udp',
      name: 'api.example.com.',
      type: 'A',
      client: '133.11.2.0/24',
      clientFrom: 'resolver',
      zone: 'example.com.',
      rcode: 'NOERROR',
      reason: 'steered',
      scope: 16,
      bytes: 75,
    })
  })
})

test('clients that are near each other are one place, with the regions that they get', () => {
  const locate = (bytes: Uint8Array) =>
    bytes[0] === 9
      ? undefined
      : {
          place: { country: 'JP', location: { latitude: 35.1 + bytes[2]! / 10, longitude: 139.2 } },
          prefix: 16,
          database: 'x',
        }
  const sent = [
    { client: '133.11.1.0/24', region: 'tokyo', queries: 5 },
    { client: '133.11.2.0/24', region: 'tokyo', queries: 4 },
    { client: '133.11.3.0/24', region: 'osaka', queries: 10 },
    { client: '133.11.20.0/24', region: 'tokyo', queries: 1 },
    { client: '9.0.0.0/24', region: 'tokyo', queries: 2 },
  ]
  expect(placeClients(sent, locate)).toEqual({
    places: [
      {
        latitude: 35.5,
        longitude: 139.5,
        country: 'JP',
        regions: [
          { region: 'osaka', queries: 10 },
          { region: 'tokyo', queries: 9 },
        ],
      },
      { latitude: 37.5, longitude: 139.5, country: 'JP', regions: [{ region: 'tokyo', queries: 1 }] },
    ],
    unplaced: 2,
  })
})
