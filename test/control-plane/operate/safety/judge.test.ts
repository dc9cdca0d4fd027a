import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Health } from '../../../../src/control-plane/health/health.js'
import { broken, judge } from '../../../../src/control-plane/operate/safety/judge.js'
import type { Circumstances, Situation } from '../../../../src/control-plane/operate/safety/scene.js'
import type { Forced, ForcedRegions } from '../../../../src/control-plane/publish/forced.js'
import { readDocument } from '../../../world.js'
import { makeWorld } from '../world.js'

const NOW = Date.parse('2026-03-04T12:00:00Z') // a Wednesday

const REGIONS = `
  us-east: { location: [38.95, -77.45], addresses: [192.0.2.1], capacity: 50, tags: [primary] }
  us-west: { location: [45.84, -119.70], addresses: [192.0.2.2, "2001:db8::2"], capacity: 30 }
  eu-central: { location: [50.11, 8.68], addresses: [192.0.2.3], capacity: 20 }
`
const RECORDS = `
      api: { steer: nearest, regions: [us-east, us-west, eu-central] }
      alone: { steer: nearest, regions: [eu-central], when-all-down: nodata }
`

interface Written {
  readonly rules?: string
  readonly regions?: string
  readonly records?: string
  readonly signed?: boolean
}
const documentWith = ({ rules = '', regions = REGIONS, records = RECORDS, signed = false }: Written = {}) =>
  readDocument(`regions:${regions}
zones:
  example.com:
    nameservers: [ns1.example.net]${signed ? '\n    dnssec: true' : ''}
    records:${records}
safety: { ${rules} }
`)

const word = (state: Forced['state'], drain = 0): Forced => ({
  ...{ id: '1', state, drain, until: Infinity, actor: 'alice', reason: 'why' },
})
const forced = (words: Readonly<Record<string, 'up' | 'down' | number>>): ForcedRegions =>
  new Map(
    Object.entries(words).map(
      ([id, said]) => [id, typeof said === 'number' ? word('drain', said) : word(said)] as const,
    ),
  )
const down = (...ids: readonly string[]): Health =>
  new Map(
    ids.flatMap(id => {
      const address = { 'us-east': '192.0.2.1', 'us-west': '192.0.2.2', 'eu-central': '192.0.2.3' }[id] ?? ''
      const known = (address: string) => ({ address, up: false, since: 0, changeInMs: 9e9, cause: 'x', checks: [] })
      return [[id, [known(address), ...(id === 'us-west' ? [known('2001:db8::2')] : [])]] as const]
    }),
  )

const situation = (
  document = documentWith(),
  words: Readonly<Record<string, 'up' | 'down' | number>> = {},
  health: Health = new Map(),
): Situation => ({ document, forced: forced(words), health })

const CALM: Circumstances = {
  maps: new Map(),
  tables: new Map(),
  facts: new Set(),
  moves: new Map(),
  isChained: () => false,
  now: NOW,
}

/** What operators would say, under some rules. */
function saying(
  rules: string,
  words: Readonly<Record<string, 'up' | 'down' | number>>,
  more: Partial<Circumstances> & { readonly health?: Health; readonly before?: Readonly<Record<string, 'down'>> } = {},
) {
  const { health = new Map(), before = {}, ...circumstances } = more
  const document = documentWith({ rules })
  const { refusals } = judge(situation(document, before, health), situation(document, words, health), {
    ...CALM,
    ...circumstances,
  })
  return refusals.map(({ rule, words, remedy }) => `${rule}: ${words}; ${remedy}`)
}

/** How the document would be edited. */
function editing(rules: string, edit: Written, more: Partial<Circumstances> = {}) {
  const { refusals } = judge(situation(documentWith({ rules })), situation(documentWith({ rules, ...edit })), {
    ...CALM,
    ...more,
  })
  return refusals.map(({ rule, words }) => `${rule}: ${words}`)
}

test.each([
  // rules, words, refusals
  ['two: { at-least: 2 }', { 'us-east': 'down' }, []],
  [
    'two: { at-least: 2 }',
    { 'us-east': 'down', 'us-west': 'down' },
    ['two: 1 of 3 regions serve (*), and it must be at least 2; bring back 1 of us-east, us-west first'],
  ],
  [
    'two: { at-least: 2 }',
    { 'us-east': 'down', 'us-west': 100 },
    ['two: 1 of 3 regions serve (*), and it must be at least 2; bring back 1 of us-east, us-west first'],
  ],
  ['two: { at-least: 2 }', { 'us-east': 99, 'us-west': 99 }, []],
  [
    'america: { at-least: 1, of: ["us-*"] }',
    { 'us-east': 'down', 'us-west': 'down' },
    ['america: 0 of 2 regions serve (us-*), and it must be at least 1; bring back 1 of us-east, us-west first'],
  ],
  [
    'first: { exactly: 1, of: ["tag:primary"] }',
    { 'us-east': 'down' },
    ['first: 0 of 1 regions serve (tag:primary), and it must be exactly 1; bring back us-east first'],
  ],
  [
    'half: { capacity: 51% }',
    { 'us-east': 'down' },
    [
      'half: 50 % of the capacity serves (50 of 100; *), and it must be 51 %; bring back 1 of capacity first, or drain less',
    ],
  ],
  ['half: { capacity: 50% }', { 'us-east': 'down' }, []],
  ['half: { capacity: 75% }', { 'us-east': 50 }, []],
  [
    'half: { capacity: 76% }',
    { 'us-east': 50 },
    [
      'half: 75 % of the capacity serves (75 of 100; *), and it must be 76 %; bring back 1 of capacity first, or drain less',
    ],
  ],
] as const)('under %s, the words %j meet %j', (rules, words, refusals) => {
  expect(saying(rules, words)).toEqual(refusals)
})

test('every broken rule is told of at once, in the order of the document', () => {
  const rules = 'two: { at-least: 3 }, half: { capacity: 60% }, calm: { wait: 5m }, gate: { facts: { go: true } }'
  const told = saying(rules, { 'us-east': 'down' }, { moves: new Map([['us-west', NOW - 1000]]) })
  expect(told.map(line => line.split(':')[0])).toEqual(['two', 'half', 'calm', 'gate'])
})

test('what is broken already refuses what makes it worse, and nothing else', () => {
  const rules = 'two: { at-least: 2 }'
  const health = down('us-east', 'us-west')
  expect(saying(rules, {}, { health })).toEqual([])
  expect(saying(rules, { 'us-west': 'up' }, { health })).toEqual([])
  expect(saying(rules, { 'us-east': 'down' }, { health })).toEqual([])
  expect(saying(rules, { 'eu-central': 'down' }, { health })).toHaveLength(1)
})

test('what recovers is judged by what it breaks anew', () => {
  const rules = 'one: { at-most: 1, of: ["us-*"] }'
  expect(saying(rules, {}, { before: { 'us-west': 'down' } })).toEqual([
    'one: 2 of 2 regions serve (us-*), and it must be at most 1; take out 1 of us-east, us-west first',
  ])
})

test('a region that is taken out of the document is missed', () => {
  const regions = REGIONS.replace(/ {2}us-east.*\n/, '')
  const records = RECORDS.replace('us-east, ', '')
  expect(editing('half: { capacity: 60% }', { regions, records })).toEqual([
    'half: 50 % of the capacity serves (50 of 100; *), and it must be 60 %',
  ])
})

test('no edit takes a rule away and breaks it at once', () => {
  const before = situation(documentWith({ rules: 'three: { at-least: 3 }' }))
  const after = situation(documentWith({ regions: REGIONS.replace('tags: [primary]', 'enabled: false') }))
  expect(judge(before, after, CALM).refusals).toMatchObject([{ rule: 'three' }])
  expect(judge(before, situation(documentWith()), CALM).refusals).toEqual([])
})

test('a rule that comes with an edit judges it as well', () => {
  const regions = REGIONS.replace('tags: [primary]', 'enabled: false')
  const after = situation(documentWith({ regions, rules: 'three: { at-least: 3 }' }))
  expect(judge(situation(), after, CALM).refusals).toMatchObject([{ rule: 'three' }])
})

test('a name that would reach its ladder is told with the share of its clients', async () => {
  const rules = 'steady: { ladder: 0%, names: ["*.example.com"] }'
  expect(saying(rules, { 'eu-central': 'down' })).toEqual([
    'steady: alone.example.com (100 % of its clients) would be answered from a lower rung of the ladder; 0 % of the clients may be; leave the regions in that these names need, or bring others of theirs back first',
  ])
  expect(saying('steady: { ladder: 0%, names: [api.example.com] }', { 'eu-central': 'down' })).toEqual([])
})

test('clients behind a fence reach the ladder alone, as far as a map knows where they are', async () => {
  const document = readDocument(`regions:
  us: { addresses: [192.0.2.1], country: US }
  de: { addresses: [192.0.2.3], country: DE }
policies: { local: [{ fence: { by: country, mode: never-leave } }, distance] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    records: { api: { steer: local, when-all-down: nodata } }
safety: { most: { ladder: 40% }, few: { ladder: 60% } }
`)
  const { publisher } = await makeWorld(document, [
    { prefix: '20.0.0.0/8', record: { country: { iso_code: 'DE' } } },
    { prefix: '22.0.0.0/8', record: { country: { iso_code: 'US' } } },
  ])
  const { maps } = publisher.current()!.world
  const { refusals } = judge(situation(document), situation(document, { de: 'down' }), { ...CALM, maps })
  expect(refusals).toMatchObject([{ rule: 'most', words: expect.stringContaining('api.example.com (50 % of its') }])
})

test.each([
  // when, words, refused
  ['any', { 'us-west': 'down' }, true],
  ['loses', { 'us-west': 'down' }, true],
  ['gains', { 'us-west': 'down' }, false],
  ['any', { 'us-east': 'down' }, false],
  ['any', {}, false],
] as const)('a gate that is asked when a region %s has with %j: refused %s', (when, words, refused) => {
  const rules = `gate: { facts: { db-promoted: true }, of: [us-west], when: ${when} }`
  expect(saying(rules, words)).toHaveLength(refused ? 1 : 0)
  expect(saying(rules, words, { facts: new Set(['db-promoted']) })).toEqual([])
})

test('a gate is asked of the way back too, and says what would open it', () => {
  const rules = 'gate: { facts: { db-promoted: true, frozen: false }, of: [us-west], when: gains }'
  const before = { 'us-west': 'down' } as const
  expect(saying(rules, {}, { before, facts: new Set(['frozen']) })).toEqual([
    'gate: db-promoted does not hold and frozen holds, on which us-west depends; make it so, and say so: meridian fact set db-promoted; meridian fact clear frozen',
  ])
})

test.each([
  // seconds since us-west was moved, words, before, refused
  [299, { 'us-east': 'down' }, {}, true],
  [300, { 'us-east': 'down' }, {}, false],
  [1, { 'us-east': 10 }, {}, true],
  [1, {}, { 'us-east': 'down' }, false],
  [1, {}, {}, false],
] as const)('%d s after a change of five minutes, %j after %j is refused: %s', (seconds, words, before, refused) => {
  const moves = new Map([['us-west', NOW - seconds * 1000]])
  expect(saying('calm: { wait: 5m }', words, { moves, before })).toHaveLength(refused ? 1 : 0)
})

test('who waits as long as is said has waited long enough', () => {
  const moves = new Map([['us-west', NOW - 60_400]])
  expect(saying('calm: { wait: 5m, of: ["us-*"] }', { 'us-east': 'down' }, { moves })).toEqual([
    'calm: us-west was changed 61s ago, and 5m have to pass between changes; wait 4m',
  ])
})

test('in a blackout clients are taken from no region, and may come back to any', () => {
  const rules = 'sale: { blackout: [{ days: [wed], from: "11:00", to: "13:00" }] }'
  expect(saying(rules, { 'us-east': 'down' })).toEqual([
    'sale: this is a time in which traffic stays where it is: Wed from 11:00 to 13:00 (UTC); wait until 13:00 (UTC)',
  ])
  expect(saying(rules, {}, { before: { 'us-east': 'down' } })).toEqual([])
  expect(saying(rules, { 'us-east': 'down' }, { now: NOW + 3600_000 })).toEqual([])
})

test.each([
  ['a TTL', { records: RECORDS.replace('api: {', 'api: { ttl: 20s,') }, false],
  ['a static record', { records: `${RECORDS}      www: { type: A, data: 192.0.2.80 }\n` }, false],
  ['a description', { regions: REGIONS.replace('tags:', 'description: Virginia, tags:') }, false],
  ['a weight', { regions: REGIONS.replace('tags:', 'weight: 7, tags:') }, true],
  ['an address', { regions: REGIONS.replace('192.0.2.1]', '192.0.2.9]') }, true],
  ['the regions of a name', { records: RECORDS.replace('us-east, ', '') }, true],
  [
    'the policy of a name',
    { records: RECORDS.replace('steer: nearest, regions: [us', 'steer: all, regions: [us') },
    true,
  ],
  ['a place', { regions: REGIONS.replace('38.95', '48.95') }, true],
  ['a name that goes', { records: RECORDS.replace(/ +api.*\n/, '') }, true],
])('an edit of %s moves traffic or does not', (_, edit, moves) => {
  expect(editing('sale: { blackout: [{ days: [wed] }] }', edit)).toHaveLength(moves ? 1 : 0)
})

test('rules that are broken as things are can be told without any change', () => {
  const document = documentWith({ rules: 'two: { at-least: 2 }, calm: { wait: 5m }' })
  expect(broken(situation(document), CALM)).toEqual([])
  const found = broken(situation(document, { 'us-east': 'down' }, down('us-west')), CALM)
  expect(found).toMatchObject([{ rule: 'two', overridableBy: 'caller' }])
})

const anyWords = fc.dictionary(
  fc.constantFrom('us-east', 'us-west', 'eu-central'),
  fc.oneof(fc.constantFrom('up' as const, 'down' as const), fc.integer({ min: 1, max: 100 })),
)
const anyHealth = fc.subarray(['us-east', 'us-west', 'eu-central']).map(ids => down(...ids))
const anyRule = fc.oneof(
  fc
    .tuple(fc.constantFrom('at-least', 'at-most', 'exactly'), fc.integer({ min: 0, max: 3 }))
    .map(([b, n]) => `${b}: ${n}`),
  fc.integer({ min: 0, max: 100 }).map(share => `capacity: ${share}%`),
  fc.integer({ min: 0, max: 100 }).map(share => `ladder: ${share}%`),
)

test('whatever is let pass leaves no rule broken that was not broken before, and no change can always be made', () => {
  fc.assert(
    fc.property(anyRule, anyWords, anyWords, anyHealth, (rule, before, after, health) => {
      const document = documentWith({ rules: `rule: { ${rule} }` })
      const [from, to] = [situation(document, before, health), situation(document, after, health)]
      expect(judge(from, from, CALM).refusals).toEqual([])
      if (judge(from, to, CALM).refusals.length === 0 && broken(to, CALM).length > 0)
        expect(broken(from, CALM)).toHaveLength(1)
    }),
  )
})

test.each([
  ['no rules of its own', ''],
  ['rules that the change breaks as well', 'two: { at-least: 1 }'],
])('under a document with %s, a zone that leaves DNSSEC too early is refused first of all', (_, rules) => {
  const records = '\n      www: { steer: nearest }'
  const signed = documentWith({ rules, records, signed: true })
  const after = documentWith({ rules, records, regions: '\n  us-east: { enabled: false, addresses: [192.0.2.1] }' })
  const { refusals } = judge(situation(signed), situation(after), { ...CALM, isChained: () => true })
  expect(refusals.map(({ rule }) => rule)).toEqual(rules === '' ? ['parent-ds'] : ['parent-ds', 'two'])
  expect(refusals[0]).toMatchObject({ overridableBy: 'edit' })
})
