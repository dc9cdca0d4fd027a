import { expect, test } from 'vitest'
import { formatSimulation } from '../../src/cli/simulation.js'
import { formatTop } from '../../src/cli/top.js'
import type { Simulation, TopView } from '../../src/control-plane/admin/api.js'

const topOf = (by: TopView['by'], queries: number, ...rows: readonly (readonly [string, number])[]): TopView => ({
  by,
  window: '1m',
  seconds: 60,
  queries,
  rows: rows.map(([key, own]) => ({ key, queries: own, error: 0, share: own / queries })),
})

test('what there is most of is told by the second, with its share', () => {
  const tops = [
    topOf('name', 12_000, ['api.example.com.', 11_000], ['odd\u001b.example.com.', 30]),
    topOf('region', 12_000),
    topOf('rcode', 12_000, ['NOERROR', 11_940]),
  ]
  expect(formatTop(tops).split('\n')).toEqual([
    'about 200 queries a second over the last 60 seconds',
    '',
    'A SECOND  SHARE  NAME',
    '     183    92%  api.example.com.',
    '     0.5   0.3%  odd?.example.com.',
    '',
    'A SECOND  SHARE  RCODE',
    '     199   100%  NOERROR',
  ])
})

test('where nobody asks, that is said', () => {
  expect(formatTop([topOf('name', 0)])).toBe('nothing was asked within the last 1m')
})

const SIMULATION: Simulation = {
  rules: [],
  over: 'traffic',
  names: [
    {
      name: 'api.example.com.',
      type: 'A',
      queries: 100,
      before: { us: 1 },
      after: { us: 0.5, eu: 0.4, nowhere: 0.1 },
      moves: [
        { from: 'us', to: 'eu', share: 0.4 },
        { from: 'us', to: 'nowhere', share: 0.1 },
        { from: 'eu', to: 'us', share: 0.0001 },
      ],
      ladder: { servfail: 0.1 },
    },
  ],
  load: { us: { now: 100, expected: 50, capacity: 40 }, eu: { now: 0, expected: 40 } },
  unseen: ['www.example.com. A'],
}

test('a simulation tells who moves, what regions carry, and which names reach their ladder', () => {
  expect(formatSimulation(SIMULATION).split('\n')).toEqual([
    'clients by what they asked of late:',
    '',
    'SHARE  FROM  TO       NAME',
    '40.0%  us    eu       api.example.com. A',
    '10.0%  us    nowhere  api.example.com. A',
    '',
    'api.example.com. A would reach its ladder: servfail for 10.0%',
    '',
    'REGION  NOW  EXPECTED  CAPACITY  ANSWERS A SECOND',
    'us      100      50.0      40.0  beyond its capacity',
    'eu      0.0      40.0         -',
    '',
    'nobody was seen asking for www.example.com. A',
  ])
})

test('over population the countries whose people are left out are named', () => {
  const { names, load, rules } = SIMULATION
  const lines = formatSimulation({ over: 'population', names, load, unseen: [], unplaced: ['EH', 'SH'], rules }).split(
    '\n',
  )
  expect(lines[0]).toBe('clients by the people of their countries:')
  expect(lines.at(-1)).toBe('no address is located in EH, SH: their people are left out')
})

test('a change that moves nobody says so', () => {
  expect(formatSimulation({ over: 'addresses', names: [], load: {}, unseen: [], rules: [] })).toBe(
    'no client would get another region',
  )
})
