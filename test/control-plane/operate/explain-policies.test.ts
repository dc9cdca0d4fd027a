import { decode } from 'dns-packet'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { AddressHealth, Health } from '../../../src/control-plane/health/health.js'
import { type ExplainQuestion, explain } from '../../../src/control-plane/operate/explain.js'
import { asked, isLong, leaveFigures } from './explain-form.js'
import { health, makeWorld, parse, type TestWorld, widened, withRegions } from './world.js'

const LIMIT_MS = isLong ? 3_600_000 : 120_000
afterAll(leaveFigures)

const POLICIES = {
  chain: '[ { fence: { by: country } }, { avoid: us-east }, distance, { take: 2 } ]',
  trickled: '[ distance, { trickle: { share: 40%, to: reserve } } ]',
  ruled:
    '[ { geo: { rules: { 133.11.0.0/20: reserve, 10.0.0.0/8: eu-central, DE: [eu, us-east], "*": us-east }, others: drop } }, { trickle: 30% } ]',
  fenced: '[ { fence: { to: eu, clients: [DE, 8.0.0.0/8], mode: never-leave } }, { spread: { within: 100% } } ]',
  nested:
    '[ distance, { groups: [ { regions: [ap-northeast, ap-twin], min-healthy: 2, steps: [ { weight: { ap-twin: 7.5 } } ] }, { regions: eu } ] } ]',
  banded: '[ { latency: { within: 80ms } }, { sticky: { ipv4: 20, ipv6: 40 } }, { shed: { low: 50% } } ]',
  turns: '[ { spread: { within: 9000km } }, round-robin, { take: 2 } ]',
}
const BUILT_IN = ['nearest', 'latency', 'failover', 'weighted', 'geo', 'round-robin', 'sticky', 'all']
const LAST = [
  'serve-all',
  'last-good',
  'first-choice',
  'nodata',
  'servfail',
  '{ fixed: [198.51.100.1, "2001:db8:ff::1"] }',
]
const NAMES = [...BUILT_IN, ...Object.keys(POLICIES)]
  .flatMap(policy => LAST.map((last, i) => ({ policy, last, label: `${policy}-${i}` })))
  // The gate wants words on what a client gets that is left without any region.
  .filter(({ policy, label }) => policy !== 'fenced' || /[345]$/.test(label))

const DOCUMENT = parse(`
regions:
  us-east:      { location: [38.95, -77.45], country: US, addresses: [192.0.2.1, "2001:db8::1"] }
  eu-central:   { location: [50.11, 8.68], country: DE, tags: [eu], addresses: [192.0.2.3, 192.0.2.33, "2001:db8::3"] }
  eu-west:      { location: [48.86, 2.35], country: FR, tags: [eu], addresses: [192.0.2.6] }
  ap-northeast: { location: [35.68, 139.69], country: JP, addresses: [192.0.2.4] }
  ap-twin:      { location: [35.68, 139.69], country: JP, tier: 2, addresses: [192.0.2.5], weight: 300 }
  reserve:      { addresses: [192.0.2.9, "2001:db8::9"], tier: 3 }
policies:
${Object.entries(POLICIES)
  .map(([id, steps]) => `  ${id}: ${steps}`)
  .join('\n')}
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
${NAMES.map(({ policy, last, label }) => `      ${label}: { steer: ${policy}, when-all-down: ${last} }`).join('\n')}
`)
const regions = [...DOCUMENT.regions.values()]

const anyState = fc
  .tuple(
    fc.array(fc.record({ up: fc.boolean(), changeInMs: fc.nat(70_000), since: fc.nat(3) }), {
      minLength: 12,
      maxLength: 12,
    }),
    fc.subarray(regions.map(({ id }) => id)),
    fc.boolean(),
  )
  .map(([states, disabled, all]) => {
    let next = 0
    const rows = regions.map(({ id, addresses }): [string, readonly AddressHealth[]] => [
      id,
      addresses.map(({ text }) => {
        const { up, changeInMs, since } = states[next++ % states.length]!
        return { ...health(text, up && !all, changeInMs), since }
      }),
    ])
    return { state: new Map(rows) satisfies Health, disabled: new Set(disabled.slice(0, 3)) }
  })

const anyQuestion: fc.Arbitrary<ExplainQuestion> = fc.record({
  name: fc.constantFrom(...NAMES).map(({ label }) => `${label}.example.com`),
  type: fc.constantFrom('A', 'A', 'AAAA'),
  client: fc
    .tuple(
      fc.constantFrom('133.11', '130.149', '128.143', '9.1', '8.8', '10.20', '10.9', '192.168', '40.0'),
      fc.nat(255),
    )
    .map(([start, third]) => `${start}.${third}.0/24`),
})

/** The reasons hold: checks find nothing, and another decoder reads the same addresses. */
function agrees(world: TestWorld, question: ExplainQuestion): void {
  const sources = world.sources()
  let response = new Uint8Array()
  const explanation = explain(
    { ...sources, answer: (query, source) => (response = new Uint8Array(sources.answer(query, source))) },
    question,
  )
  expect(explanation.checks, JSON.stringify(question)).toEqual([])
  const real = (decode(Buffer.from(response)).answers ?? []).filter(({ type }) => type === question.type)
  asked.questions++
  if (real.length > 0) asked.answered++
  expect(explanation.answer.addresses).toHaveLength(real.length)
  expect(explanation.steps.length).toBeGreaterThan(0)
  const chosen = explanation.regions.filter(({ state }) => state === 'chosen').map(({ region }) => region)
  if (explanation.choice?.rung !== 'fixed')
    expect([...(explanation.choice?.regions ?? [])].sort()).toEqual([...chosen].sort())
}

test(
  'for every policy and every last rung reasons and real answers agree',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        anyState,
        fc.array(anyQuestion, isLong ? { minLength: 700, maxLength: 700 } : { minLength: 60, maxLength: 60 }),
        async ({ state, disabled }, questions) => {
          const world = await makeWorld(withRegions(DOCUMENT, id => ({ enabled: !disabled.has(id) })))
          world.publisher.setHealth(state)
          asked.worlds++
          for (const question of questions) agrees(world, question)
          await widened(world)
          for (const question of questions) agrees(world, question)
        },
      ),
      { numRuns: isLong ? 50 : 6 },
    )
  },
  LIMIT_MS,
)

test('each step is told: what it went by, what it left, and what it dropped', async () => {
  const world = await makeWorld(DOCUMENT)
  const ask = (label: string, client: string) =>
    explain(world.sources(), { name: `${label}.example.com`, client }).steps
  expect(ask('chain-0', '130.149.1.0/24').map(({ step, why }) => `${step}: ${why}`)).toEqual([
    'fence: inside the fence (country DE): eu-central',
    'avoid: last come us-east',
    'distance: nearest first: eu-central 424 km, eu-west 878 km, us-east 6732 km and 2 more',
    'take: an answer holds the addresses of 2 regions',
  ])
  expect(ask('chain-0', '130.149.1.0/24')[0]).toMatchObject({ inside: 1, dropped: [] })
  expect(ask('fenced-3', '130.149.1.0/24')[0]).toMatchObject({
    order: [['eu-central', 'eu-west']],
    dropped: ['us-east', 'ap-northeast', 'ap-twin', 'reserve'],
  })
  expect(ask('ruled-0', '133.11.1.0/24')[0]?.why).toBe('133.11.0.0/20: reserve; *: us-east')
  expect(ask('ruled-0', '10.9.1.0/24')[0]?.why).toBe('10.0.0.0/8: eu-central; *: us-east')
})
