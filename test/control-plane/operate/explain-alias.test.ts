// Names that lead elsewhere, explained: by DNAME, by ALIAS, and to the targets of regions.
import { beforeAll, expect, test } from 'vitest'
import { type Explanation, explain } from '../../../src/control-plane/operate/explain.js'
import { health, makeWorld, parse, type TestWorld, widened } from './world.js'

const DOCUMENT = `
regions:
  frankfurt: { location: [50.11, 8.68], target: lb.frankfurt.example.org }
  tokyo: { location: [35.7, 139.7], target: lb.example.com }
zones:
  example.com:
    nameservers: [ns.other.test]
    records:
      lb: { type: A, data: 192.0.2.4 }
      api: { steer: nearest, ttl: 40s }
      www: { type: CNAME, data: api }
      apex-like: { type: ALIAS, data: lb }
      old: { type: DNAME, data: new }
      www.new: { type: CNAME, data: api }
      here.new: { type: TXT, data: here }
      out: { type: DNAME, data: example.org. }
      self: { type: DNAME, data: self }
      long: { type: DNAME, data: ${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)} }
  child.example.com:
    nameservers: [ns.other.test]
`

let world: TestWorld
beforeAll(async () => {
  world = await makeWorld(parse(DOCUMENT))
  await widened(world)
})

function told(name: string, type = 'A', client = '133.11.0.0/24'): Explanation {
  const explanation = explain(world.sources(), { name: `${name}.example.com`, type, client })
  expect(explanation.checks).toEqual([])
  return explanation
}

test.each([
  // name, type, found
  ['x.old', 'A', { kind: 'nxdomain', at: null, aliases: ['old.example.com.'] }],
  ['here.old', 'TXT', { kind: 'static', at: 'here.new.example.com.', aliases: ['old.example.com.'] }],
  ['here.old', 'A', { kind: 'nodata', at: 'here.new.example.com.', aliases: ['old.example.com.'] }],
  ['old', 'DNAME', { kind: 'static', at: 'old.example.com.', aliases: [] }],
  ['x.out', 'A', { kind: 'alias', at: 'out.example.com.', aliases: ['out.example.com.'] }],
  ['x.self', 'A', { kind: 'endless', at: 'self.example.com.', aliases: ['self.example.com.'] }],
  [`${'d'.repeat(60)}.long`, 'A', { kind: 'too-long', at: 'long.example.com.', aliases: ['long.example.com.'] }],
  ['apex-like', 'A', { kind: 'static', at: 'apex-like.example.com.', aliases: [] }],
  ['child', 'DS', { kind: 'nodata', at: 'child.example.com.', aliases: [] }],
  ['www.old', 'A', { kind: 'steered', at: 'api.example.com.', aliases: ['old.example.com.', 'www.new.example.com.'] }],
])('%s %s', (name, type, found) => {
  expect(told(name, type).found).toEqual(found)
})

test.each([
  // name, type, client, region, records
  ['api', 'A', '133.11.0.0/24', 'tokyo', ['CNAME lb.example.com.', 'A 192.0.2.4']],
  ['api', 'A', '130.149.7.0/24', 'frankfurt', ['CNAME lb.frankfurt.example.org.']],
  ['api', 'CNAME', '130.149.7.0/24', 'frankfurt', ['CNAME lb.frankfurt.example.org.']],
  ['www', 'AAAA', '133.11.0.0/24', 'tokyo', ['CNAME api.example.com.', 'CNAME lb.example.com.']],
])('%s %s for %s leads to the target of %s', (name, type, client, region, records) => {
  const { choice, regions, answer } = told(name, type, client)
  expect(choice?.regions).toEqual([region])
  expect(regions.find(({ state }) => state === 'chosen')).toMatchObject({ region, rank: 1 })
  expect(answer.records.map(record => record.replace(/^.* IN /, ''))).toEqual(records)
})

test('a target that is down is told of with its cause', async () => {
  const world = await makeWorld(parse(DOCUMENT))
  world.publisher.setHealth(new Map([['tokyo', [health('lb.example.com.', false)]]]))
  await widened(world)
  const { choice, regions, checks } = explain(world.sources(), { name: 'api.example.com', client: '133.11.0.0/24' })
  expect(checks).toEqual([])
  expect(choice?.regions).toEqual(['frankfurt'])
  expect(regions.map(({ region, state, why }) => [region, state, why])).toEqual([
    ['tokyo', 'down', 'nearer, but down: api: connection refused'],
    ['frankfurt', 'chosen', 'nearest region that is up'],
  ])
})
