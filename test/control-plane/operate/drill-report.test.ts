import { expect, test } from 'vitest'
import type { Drill, DrillFacts } from '../../../src/control-plane/operate/drill.js'
import { advance } from '../../../src/control-plane/operate/drill-course.js'
import {
  compare,
  type DrillRecord,
  type Second,
  sharesBetween,
  timesOf,
  withSecond,
} from '../../../src/control-plane/operate/drill-record.js'
import { htmlReport, markdownReport } from '../../../src/control-plane/operate/drill-report.js'
import { trafficTable } from '../../../src/control-plane/operate/drill-traffic.js'

const START = Date.UTC(2026, 2, 1, 9, 30)
const facts = (broken?: string): DrillFacts => ({
  regions: ['eu', 'us', 'ap'].map(id => ({ id, up: id !== broken, taken: false })),
  objections: [],
  shortfalls: [],
  barred: () => [],
})

const PLANNED: Drill = {
  id: '7',
  plan: {
    kind: 'switch',
    targets: ['eu'],
    startsAt: START,
    steps: [
      { percent: 50, holdMs: 10_000 },
      { percent: 100, holdMs: 20_000 },
    ],
    back: [],
    windowMs: 0,
    weekly: false,
    guards: { minHealthy: 1, maxLoad: 1, maxErrors: 0.05 },
    reason: 'quarterly <test> | and more',
    actor: 'admin',
  },
  phase: { kind: 'planned' },
  timeline: [],
}

/** 100 answers a second: eu has 40 of them, 20 during the first step, 0 in the second but for two seconds of stragglers. */
const secondsOf = () =>
  Array.from({ length: 120 }, (_, i) => {
    const until = START - 60_000 + (i + 1) * 1000
    const since = (until - START) / 1000
    const eu = since <= 0 || since > 30 ? 40 : since <= 10 ? 20 : since <= 12 ? 1 : 0
    return { until, answers: { eu, us: 60 - eu / 2, ap: 40 - eu / 2 }, replies: 100, failed: 0 }
  })

const record = (drill: Drill, seconds = secondsOf()): DrillRecord => ({
  drill,
  foretold: {
    predicted: { us: 0.65, ap: 0.35 },
    moves: [
      { from: 'eu', to: 'us', share: 0.25 },
      { from: 'eu', to: 'ap', share: 0.15 },
    ],
    load: {},
    ttl: 60,
  },
  ttlAtCut: 30,
  ...(drill.timeline.some(({ step }) => step === 1) ? { cutAt: START + 10_000 } : {}),
  seconds,
})

const SUCCEEDED = record([0, 10, 30].reduce((drill, s) => advance(drill, START + s * 1000, facts()), PLANNED))
const ABORTED = record(advance(advance(PLANNED, START, facts()), START + 4000, facts('us')))

test('the times of a drill are those of its moves and of the answers that followed', () => {
  expect(timesOf(SUCCEEDED)).toEqual({
    decidedAt: START,
    firstNewAnswerAt: START + 1000,
    allOutAt: START + 10_000,
    lastOldAnswerAt: START + 12_000,
    clientsGoneBy: START + 42_000,
    endedAt: START + 30_000,
  })
})

test('where all followed at once, the last answer with a target is the last one before all were elsewhere', () => {
  const prompt = SUCCEEDED.seconds.map(second =>
    second.until > START + 10_000 && second.until <= START + 30_000
      ? { ...second, answers: { ...second.answers, eu: 0 } }
      : second,
  )
  const times = { lastOldAnswerAt: START + 10_000, allOutAt: START + 10_000, clientsGoneBy: START + 40_000 }
  expect(timesOf({ ...SUCCEEDED, seconds: prompt })).toMatchObject(times)
  // Nobody asked for a while before: what was answered before may be held for the TTL all the same.
  const quiet = prompt.filter(({ until }) => until <= START + 3000 || until > START + 10_000)
  expect(timesOf({ ...SUCCEEDED, seconds: quiet })).toMatchObject({ ...times, lastOldAnswerAt: START + 3000 })
})

test('of a drill that never takes all clients away, the report says why it has no last answer with a target', () => {
  const half: Drill = { ...PLANNED, plan: { ...PLANNED.plan, steps: PLANNED.plan.steps.slice(0, 1) } }
  const halved = record([0, 10].reduce((drill, s) => advance(drill, START + s * 1000, facts()), half))
  expect(timesOf(halved)).toEqual({ decidedAt: START, firstNewAnswerAt: START + 1000, endedAt: START + 10_000 })
  const why =
    'Its greatest step is 50 %: its targets are answered with all along, so that there is no last answer with one.'
  expect(markdownReport(halved)).toContain(why)
  expect(htmlReport(halved)).toContain(`<p>${why}</p>`)
  expect(markdownReport(SUCCEEDED)).not.toContain('Its greatest step')
})

test('a drill that was aborted half-way has no time at which all were elsewhere', () => {
  expect(timesOf(ABORTED)).toEqual({
    decidedAt: START,
    firstNewAnswerAt: START + 1000,
    endedAt: START + 4000,
  })
})

test('a drill that never began has no times', () => {
  expect(timesOf(record(PLANNED))).toEqual({})
})

test('what was foretold stands beside what came', () => {
  const rows = compare(SUCCEEDED)
  expect(rows.map(({ region }) => region)).toEqual(['us', 'ap', 'eu'])
  expect(rows[2]).toMatchObject({ before: 0.4, predicted: 0 })
  expect(rows[0]!.actual).toBeCloseTo(0.6, 2)
  expect(compare(ABORTED).every(({ actual }) => actual === undefined)).toBe(true)
})

test('shares are of what was answered in the time, and none where nothing was', () => {
  expect(sharesBetween(secondsOf(), START - 5000, START)).toEqual({ eu: 0.4, us: 0.4, ap: 0.2 })
  expect(sharesBetween([], 0, START)).toEqual({})
})

test('the Markdown tells outcome, timeline, times and shares', () => {
  const text = markdownReport(SUCCEEDED)
  for (const part of [
    '# Drill 7: eu',
    '**succeeded**',
    '- 2026-03-01 09:30:00 50 % of the clients go elsewhere',
    '| last answer with a target | 12 s | 2026-03-01 09:30:12 |',
    '| eu | 40.0 % | 0.0 % | ',
  ])
    expect(text).toContain(part)
  expect(markdownReport(ABORTED)).toContain('**aborted: us is down**')
})

test('what each region was asked over the time is told, in few enough rows', () => {
  const text = markdownReport(SUCCEEDED)
  expect(text).toContain('| until (UTC) | ap | eu | us |')
  expect(text).toContain('| 2026-03-01 09:29:05 | 20.0 | 40.0 | 40.0 |')
  expect(text).toContain('| 2026-03-01 09:30:20 | 40.0 | 0.0 | 60.0 |')
  const day = trafficTable({ ...SUCCEEDED, seconds: Array.from({ length: 7200 }, () => secondsOf()[0]!) })
  expect(day.rows.length).toBeLessThanOrEqual(24)
  expect(trafficTable(record(PLANNED, [])).rows).toEqual([])
})

test('clients that asked late are told with how late they were', () => {
  const asked = { name: 'api.example.com.', type: 'A', heldAt: START + 11_000, weight: 8 }
  const followed = [
    { ...asked, client: '192.0.2.0/24', againAt: START + 20_000 },
    { ...asked, client: '198.51.100.0/24', againAt: START + 49_500 },
    { ...asked, client: '203.0.113.0/24' },
  ]
  const text = markdownReport({ ...SUCCEEDED, followed })
  for (const part of [
    'Of 3 client networks (for one name and type each) that were answered with a target, 1 asked again by 09:30:42, ',
    'One query in 8 or fewer was looked at',
    '| 198.51.100.0/24 | api.example.com. A | 2026-03-01 09:30:11 | 2026-03-01 09:30:49 | 7.5 s |',
  ])
    expect(text).toContain(part)
  expect(htmlReport({ ...SUCCEEDED, followed })).toContain('<td>198.51.100.0/24</td>')
  expect(markdownReport({ ...SUCCEEDED, followed: [] })).toContain('Of no client it is known that it had a target.')
  expect(markdownReport(ABORTED)).toContain('It did not come to all clients being elsewhere.')
})

test('the page is whole in itself, and takes no word for markup', () => {
  const page = htmlReport(SUCCEEDED)
  expect(page).toContain('quarterly &lt;test&gt;')
  expect(page).not.toMatch(/<(script|link|img)|https?:\/\//)
  expect(page.match(/<polygon/g)).toHaveLength(3)
  // Before, foretold and counted, for each of the three; a style in an attribute would be refused by a browser.
  expect(page.match(/<rect/g)).toHaveLength(9)
  expect(page).not.toContain('style=')
  expect(htmlReport(record(PLANNED, []))).toContain('Nothing was counted')
})

test('of a drill that takes a day no more is kept than of one that takes two hours, and no answer is lost', () => {
  const day = Array.from({ length: 86_400 }, (_, i) => ({
    until: i * 1000,
    answers: { eu: 1, [i % 2 === 0 ? 'us' : 'ap']: 2 },
    replies: 3,
    failed: 1,
  }))
  const kept = day.reduce<readonly Second[]>((seconds, second) => withSecond(seconds, second), [])
  expect(kept.length).toBeLessThanOrEqual(7200)
  const sums = kept.reduce((all, { answers, replies }) => [all[0]! + (answers['eu'] ?? 0), all[1]! + replies], [0, 0])
  expect(sums).toEqual([86_400, 3 * 86_400])
  // The newest are still seconds.
  expect(kept.slice(-60).every(({ replies }) => replies === 3)).toBe(true)
})
