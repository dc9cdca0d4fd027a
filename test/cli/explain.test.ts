import { expect, test } from 'vitest'
import { formatExplanation } from '../../src/cli/explain.js'
import type { Explanation } from '../../src/control-plane/operate/explanation.js'

const EXPLANATION: Explanation = {
  question: { name: 'api.example.com.', type: 'A', client: '133.11.0.0/24', resolver: '127.0.0.1' },
  zone: 'example.com.',
  found: { kind: 'steered', at: 'api.example.com.', aliases: [] },
  steered: { policy: 'nearest', steps: ['distance'] },
  steps: [
    {
      step: 'distance',
      why: 'nearest first: ap-northeast 1.2 km',
      order: [['ap-northeast'], ['ap-southeast', 'us-west']],
      inside: 1,
      dropped: ['eu'],
    },
    {
      step: 'take',
      why: 'an answer holds the addresses of one region',
      order: [['ap-northeast'], ['ap-southeast', 'us-west']],
      inside: 2,
      dropped: [],
    },
  ],
  location: {
    source: 'client-subnet',
    address: '133.11.0.0',
    network: '133.11.0.0/16',
    place: { country: 'JP', subdivision: null, city: 'Tokyo', asn: null, latitude: 35.69, longitude: 139.69 },
    database: 'cities.mmdb',
    notes: [],
  },
  regions: [
    {
      region: 'ap-northeast',
      rank: 1,
      kilometres: 1,
      weight: 100,
      enabled: true,
      up: false,
      cause: 'api: connection refused',
      load: 0.85,
      override: null,
      state: 'down',
      why: 'nearer, but down: api: connection refused',
    },
    {
      region: 'ap-southeast',
      rank: 2,
      kilometres: 5312,
      weight: 100,
      enabled: true,
      up: true,
      cause: null,
      load: null,
      override: null,
      state: 'chosen',
      why: 'nearest region that is up',
    },
    {
      region: 'us-west',
      rank: 3,
      kilometres: 7830,
      weight: 0,
      enabled: false,
      up: true,
      cause: null,
      load: null,
      override: null,
      state: 'disabled',
      why: 'disabled by an operator',
    },
    {
      region: 'reserve',
      rank: null,
      kilometres: null,
      weight: 100,
      enabled: true,
      up: true,
      cause: null,
      load: null,
      override: null,
      state: 'not-needed',
      why: 'a fallback: used only when no candidate is up',
    },
  ],
  choice: { rung: 'healthy', ttl: 12, ttlReason: 'ap-northeast could come back in 12 s', regions: ['ap-southeast'] },
  answer: {
    rcode: 'NOERROR',
    authoritative: true,
    truncated: false,
    addresses: ['127.0.1.5'],
    records: ['api.example.com. 12 IN A 127.0.1.5'],
    wire: '12678500000100010000000003617069',
    authority: [],
    errors: [],
    ttl: 12,
    ttlReason: 'ap-northeast could come back in 12 s',
    scope: 15,
    scopeReason: 'the same answer for all of 133.10.0.0/15',
  },
  snapshot: { version: 7, publishedAt: Date.UTC(2026, 0, 2, 3, 4, 5), widened: true },
  checks: [],
}

test('an explanation reads from the question to the answer', () => {
  expect(formatExplanation(EXPLANATION)).toBe(`api.example.com. A
  asked by  resolver 127.0.0.1, client subnet 133.11.0.0/24
  zone      example.com.
  name      api.example.com. is steered: the answer depends on the client
  policy    nearest (distance)
  snapshot  7, published 2026-01-02T03:04:05.000Z

Client
  address   133.11.0.0, from the client subnet
  place     Tokyo, JP, 35.69 139.69
  database  cities.mmdb has it in 133.11.0.0/16

Policy
  distance  nearest first: ap-northeast 1.2 km → ap-northeast | ap-southeast = us-west; dropped: eu
  take      an answer holds the addresses of one region → ap-northeast, ap-southeast = us-west

Regions
   #  region        distance  weight  health           why
   1  ap-northeast      1 km     100  down, load 85 %  nearer, but down: api: connection refused
*  2  ap-southeast   5312 km     100  up               nearest region that is up
   3  us-west        7830 km       0  disabled         disabled by an operator
   -  reserve              -     100  up               a fallback: used only when no candidate is up

Answer
  api.example.com. 12 IN A 127.0.1.5
  status  NOERROR, authoritative
  TTL     12 s: ap-northeast could come back in 12 s
  size    16 bytes
  scope   /15: the same answer for all of 133.10.0.0/15`)
})

test('a static name is told without client and regions', () => {
  const text = formatExplanation({
    ...EXPLANATION,
    found: { kind: 'nxdomain', at: null, aliases: ['www.example.com.'] },
    steered: null,
    location: { source: 'none', address: null, network: null, place: null, database: null, notes: [] },
    regions: [],
    choice: null,
    answer: {
      ...EXPLANATION.answer,
      rcode: 'NXDOMAIN',
      records: [],
      authority: ['example.com. 60 IN SOA a. b. 1 2 3 4 60'],
      ttl: null,
      ttlReason: 'there is nothing to keep',
      scope: null,
      scopeReason: 'the query had no client subnet',
    },
  })
  expect(text).not.toMatch(/^(Client|Regions)$/m)
  expect(text).toContain('  name      an alias leads to a name that does not exist\n  aliases   www.example.com.\n')
  expect(text).toContain(
    'Answer\n  example.com. 60 IN SOA a. b. 1 2 3 4 60\n  status  NXDOMAIN, authoritative\n  TTL     none: there is nothing to keep\n',
  )
})

test('a client of whom nothing is known is told with the notes', () => {
  const location = {
    ...EXPLANATION.location,
    source: 'resolver' as const,
    place: null,
    network: '64.0.0.0/2',
    notes: ["unknown to the database: regions are in the document's order"],
  }
  const text = formatExplanation({ ...EXPLANATION, location })
  expect(text).toContain("  address   133.11.0.0, from the resolver's address\n  place     unknown\n")
  expect(text).toContain('  database  cities.mmdb has nothing on 64.0.0.0/2\n')
  expect(text).toContain("  note      unknown to the database: regions are in the document's order\n")
})

test('an answer from further down the ladder says so, and what was said beside it', () => {
  const text = formatExplanation({
    ...EXPLANATION,
    choice: { rung: 'serve-all', ttl: 12, ttlReason: '', regions: [] },
    answer: { ...EXPLANATION.answer, errors: ['0: no region is up: all candidates'] },
  })
  expect(text).toContain('  ladder  serve-all: no candidate is up\n')
  expect(text).toContain('  error   extended error 0: no region is up: all candidates')
})

test('a disagreement is told last and loudly', () => {
  const text = formatExplanation({ ...EXPLANATION, checks: ['the TTL: expected 60, found 7'] })
  expect(text).toMatch(
    /\n\nThese reasons do not fit the answer\. Please report it as a bug:\n {2}the TTL: expected 60, found 7$/,
  )
})

test('lines are at most 100 columns wide, whatever a check has to say', () => {
  const why = `nearer, but down: ${'api: certificate is not signed by a trusted authority; '.repeat(6)}`
  const regions = EXPLANATION.regions.map(region => ({ ...region, why }))
  const text = formatExplanation({
    ...EXPLANATION,
    regions,
    location: { ...EXPLANATION.location, notes: [why] },
    checks: [why],
  })
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
const ESCAPES = /\x1b\[[0-9]*m/g

test('colours are there only when they are asked for, and change nothing else', () => {
  const broken = { ...EXPLANATION, checks: ['odd'] }
  const plain = formatExplanation(broken)
  const coloured = formatExplanation(broken, true)
  expect(plain).not.toMatch(ESCAPES)
  expect(coloured).toMatch(ESCAPES)
  expect(coloured.replace(ESCAPES, '')).toBe(plain)
})

test('what a far server or a database wrote cannot steer the terminal', () => {
  const place = { ...EXPLANATION.location.place!, city: 'To\x1b[2Jkyo' }
  const regions = EXPLANATION.regions.map(region => ({ ...region, why: 'down: \x1b]0;owned\x07\r\n' }))
  const text = formatExplanation({ ...EXPLANATION, regions, location: { ...EXPLANATION.location, place } })
  expect(text).not.toMatch(/[^\P{Cc}\n]/u)
})
