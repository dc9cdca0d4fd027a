import { expect, test } from 'vitest'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'

const read = (rule: string) =>
  readTraffic(
    `regions:
  us-east: { addresses: [192.0.2.1], capacity: 10 }
  us-west: { addresses: [192.0.2.2] }
zones:
  example.com: { nameservers: [ns.example.net], records: { api: { steer: nearest } } }
safety:
  rule: { ${rule} }
`,
    'traffic.yaml',
    { serial: 1 },
  )

test.each([
  // rule, what becomes of it
  ['at-least: 1', { kind: 'count', bound: 'at-least', count: 1, of: ['*'] }],
  ['exactly: 1, of: ["us-*"]', { kind: 'count', bound: 'exactly', count: 1, of: ['us-*'] }],
  ['at-most: 5, overridable-by: admin', { kind: 'count', bound: 'at-most', count: 5, overridableBy: 'admin' }],
  ['capacity: 60%, of: [us-east]', { kind: 'capacity', share: 0.6, of: ['us-east'] }],
  ['ladder: 5%', { kind: 'ladder', share: 0.05, names: ['*'] }],
  ['ladder: 0%, names: [API.example.com.]', { kind: 'ladder', share: 0, names: ['api.example.com'] }],
  ['facts: { a: true, b: false }', { kind: 'facts', facts: { a: true, b: false }, when: 'any' }],
  ['wait: 90s, description: slowly', { kind: 'wait', ms: 90_000, description: 'slowly', overridableBy: 'caller' }],
  [
    'blackout: [{ days: [sat, sun] }]',
    { windows: [{ kind: 'weekly', days: [6, 0], from: 0, to: 1440, timeZone: 'UTC' }] },
  ],
  [
    'blackout: [{ from: "22:30", to: "06:00", time-zone: Europe/Berlin }]',
    { windows: [{ days: [0, 1, 2, 3, 4, 5, 6], from: 1350, to: 360, timeZone: 'Europe/Berlin' }] },
  ],
  [
    'blackout: [{ start: 2026-12-24T00:00:00Z, end: 2026-12-27T00:00:00+01:00 }]',
    { windows: [{ kind: 'once', start: Date.UTC(2026, 11, 24), end: Date.UTC(2026, 11, 26, 23) }] },
  ],
])('%s is read with its defaults', (text, expected) => {
  const parsed = read(text)
  expect('problems' in parsed ? parsed.problems.map(formatProblem) : parsed.document.safety?.get('rule')).toMatchObject(
    {
      id: 'rule',
      ...expected,
    },
  )
})

test.each([
  // rule, problems without their place
  [
    'description: x',
    [
      'rule: says nothing that must hold: it needs one of at-least, at-most, exactly, capacity, ladder, facts, wait, blackout',
    ],
  ],
  [
    'at-least: 1, capacity: 5%, of: [us-east]',
    ['rule.capacity: a rule says one thing, and this one says at-least already'],
  ],
  ['at-least: 3', ['rule.at-least: 3 can never serve: it is about 2 regions']],
  ['exactly: 2, of: [us-west]', ['rule.exactly: 2 can never serve: it is about 1 region']],
  ['at-least: -1', ['rule.at-least: -1 is too small; 0 is the least']],
  [
    'at-least: 1, of: [us-wst]',
    [
      'rule.of[0]: no region is named "us-wst" (did you mean "us-west"?)',
      'rule.at-least: 1 can never serve: it is about 0 regions',
    ],
  ],
  ['wait: 5m, of: ["eu-*"]', ['rule.of[0]: "eu-*" means no region']],
  ['wait: 10ms', ['rule.wait: "10ms" is too short; 1s is the least']],
  ['capacity: 60%', ['rule.capacity: needs the capacity of every region it is about: us-west']],
  ['capacity: 0.6', ['rule.capacity: 0.6 is not a share such as 60%']],
  ['capacity: 101%', ['rule.capacity: "101%" is not a share such as 60%']],
  ['ladder: 0%, of: [us-east]', ['rule.of: ladder is about names: write them in "names"']],
  [
    'ladder: 0%, names: [apy.example.com]',
    ['rule.names[0]: no name "apy.example.com" is steered (did you mean "api.example.com"?)'],
  ],
  ['at-least: 1, names: [api.example.com]', ['rule.names: says nothing without ladder']],
  ['at-least: 1, when: gains', ['rule.when: says nothing without facts']],
  ['facts: {}', ['rule.facts: names no fact']],
  ['facts: { a: maybe }', ['rule.facts.a: "maybe" is not true or false', 'rule.facts: names no fact']],
  ['at-leest: 1', ['rule.at-leest: unknown key "at-leest" (did you mean "at-least"?)']],
  ['blackout: []', ['rule.blackout: needs at least one entry']],
  ['blackout: [{ days: [] }]', ['rule.blackout[0].days: needs at least one entry']],
  ['blackout: [{ days: [saturday] }]', ['rule.blackout[0].days[0]: "saturday" is not one of sun']],
  ['blackout: [{ from: "25:00" }]', ['rule.blackout[0].from: "25:00" is not a time of the day']],
  ['blackout: [{ time-zone: Mars/Olympus }]', ['rule.blackout[0].time-zone: "Mars/Olympus" is not a time zone']],
  ['blackout: [{ start: 2026-12-24T00:00:00Z }]', ['rule.blackout[0]: needs the key "end"']],
  [
    'blackout: [{ start: 2026-12-24T00:00:00Z, end: 2026-12-24T00:00:00Z }]',
    ['rule.blackout[0].end: is not after the start'],
  ],
  [
    'blackout: [{ start: 2026-13-24T00:00:00Z, end: 2026-12-24T00:00:00Z }]',
    ['rule.blackout[0].start: "2026-13-24T00:00:00Z" is no time'],
  ],
  [
    'blackout: [{ days: [sat], start: 2026-12-24T00:00:00Z, end: 2026-12-25T00:00:00Z }]',
    ['rule.blackout[0].days: a time is weekly, or once'],
  ],
  ['at-least: 1, overridable-by: me', ['rule.overridable-by: "me" is not one of caller, edit, admin, nobody']],
])('%s is refused with %j', (text, lines) => {
  const parsed = read(text)
  const told = 'problems' in parsed ? parsed.problems.map(formatProblem) : []
  expect(told).toHaveLength(lines.length)
  for (const line of lines) expect(told.join('\n')).toContain(`safety.${line}`)
})
