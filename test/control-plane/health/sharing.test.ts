// Checks that come to the same are probed once, whatever they are called, and each is judged and shown by itself.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { questionOf } from '../../../src/control-plane/health/sharing.js'
import type { ProbedCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { keepTime, pass, type Scene, scene } from './prober-scene.js'
import { documentOf, httpSpec, region, tcpSpec } from './specs.js'

keepTime()

const A = tcpSpec({ id: 'a' })
const B = tcpSpec({ id: 'b' })
const EU = region('eu', ['192.0.2.1'], ['a', 'b'])
const shown = ({ prober }: Pick<Scene, 'prober'>) =>
  prober
    .health()
    .get('eu')![0]!
    .checks.map(({ check, up }) => [check, up])

test('two names for the same are probed once, and both are shown', async () => {
  const made = scene()
  made.prober.configure(documentOf([EU], [A, B]))
  await made.prober.firstRound()
  made.world.set('192.0.2.1', 'refuses')
  await pass(30_000)
  expect(shown(made)).toEqual([
    ['a', false],
    ['b', false],
  ])
  const probes = made.starts('192.0.2.1').length
  const { targets, passed, failed } = made.prober.state()
  expect([targets, passed + failed]).toEqual([1, probes])
  for (const check of ['a', 'b']) expect(made.prober.recent(check, '192.0.2.1')).toHaveLength(Math.min(10, probes))
})

test('one that only observes shares the probe, and decides nothing', async () => {
  const made = scene()
  made.prober.configure(documentOf([EU, region('us', ['192.0.2.2'], ['b'])], [A, { ...B, observe: true }]))
  await made.prober.firstRound()
  expect(made.prober.state().targets).toBe(2)
  made.world.set('192.0.2.2', 'refuses')
  await pass(30_000)
  expect(made.prober.health().get('us')![0]).toMatchObject({ up: true, checks: [{ up: false, observe: true }] })
})

test.each<[string, ProbedCheckSpec]>([
  ['another port', { ...B, port: 81 }],
  ['another rhythm', { ...B, intervalMs: 5000 }],
  ['another judgement', { ...B, fall: 2 }],
  ['the opposite', { ...B, inverted: true }],
  ['another type', httpSpec({ id: 'b' })],
])('a check that wants %s has a probe of its own', async (_, other) => {
  const { prober } = scene()
  prober.configure(documentOf([EU], [A, other]))
  expect(prober.state().targets).toBe(2)
})

test.each(['push', 'passive', 'exec'] as const)('a %s check is told of by its name, and shares nothing', type => {
  const of = (id: string) => questionOf({ ...tcpSpec({ id }), type } as ProbedCheckSpec) // what else it has means nothing here
  expect(of('a')).not.toBe(of('b'))
})

test('when one of the two goes, the other goes on as if nothing had been; when both have, nothing is probed', async () => {
  const made = scene()
  const { prober, world, starts } = made
  prober.configure(documentOf([EU], [A, B]))
  await pass(15_000)
  world.set('192.0.2.1', 'refuses')
  await pass(30_000)
  prober.configure(documentOf([{ ...EU, checks: ['b'] }], [B]))
  expect(shown(made)).toEqual([['b', false]])
  const before = starts('192.0.2.1').length
  await pass(20_000)
  expect(starts('192.0.2.1').length).toBe(before + 2)
  world.set('192.0.2.1', 'passes')
  await pass(30_000)
  expect(shown(made)).toEqual([['b', true]])
  prober.configure(documentOf([{ ...EU, checks: [] }], []))
  expect(prober.state().targets).toBe(0)
})

test('a check that is renamed keeps its beat and what is known of it', async () => {
  const made = scene()
  made.prober.configure(documentOf([{ ...EU, checks: ['a'] }], [A]))
  await pass(15_000)
  const before = made.starts('192.0.2.1').length
  made.prober.configure(documentOf([{ ...EU, checks: ['b'] }], [B]))
  expect(shown(made)).toEqual([['b', true]])
  await pass(20_000)
  expect(made.starts('192.0.2.1').length).toBe(before + 2)
})

test('an edit that makes a check the same as one that is down takes nothing out until its own results do', async () => {
  const made = scene()
  made.world.set('192.0.2.70', 'refuses')
  const of = (id: string, inverted: boolean) =>
    tcpSpec({ id, address: '192.0.2.70', ...(inverted ? { inverted } : {}) })
  const regions = [region('eu', ['192.0.2.1'], ['b']), region('us', ['192.0.2.2'], ['a'])]
  made.prober.configure(documentOf(regions, [of('a', false), of('b', true)]))
  await pass(15_000)
  made.prober.configure(documentOf(regions, [of('a', false), of('b', false)]))
  await pass(1000)
  expect(made.prober.health().get('us')![0]!.up).toBe(false)
  expect(shown(made)).toEqual([['b', true]])
  await pass(20_000)
  expect(shown(made)).toEqual([['b', false]])
})

test('a fault that would hit another region by a check of another name is not injected', () => {
  const { prober } = scene()
  const at = { address: '192.0.2.70' }
  const regions = [region('eu', ['192.0.2.1'], ['a']), region('us', ['192.0.2.2'], ['b'])]
  prober.configure(documentOf(regions, [tcpSpec({ id: 'a', ...at }), tcpSpec({ id: 'b', ...at })]))
  expect(prober.state().targets).toBe(1)
  expect(prober.whyNoFault('eu')).toBe('a at 192.0.2.70 is probed for us too, and would fail for all')
})

test('whatever documents come one after another, as many are probed as differ, and all are judged', async () => {
  const spec = fc.record({ port: fc.integer({ min: 1, max: 3 }), observe: fc.boolean() })
  const checks = fc.array(spec, { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(fc.array(checks, { minLength: 1, maxLength: 5 }), async documents => {
      const { prober } = scene()
      for (const document of documents) {
        const specs = document.map((more, i) => tcpSpec({ id: `c${i}`, ...more }))
        const ids = specs.map(({ id }) => id)
        prober.configure(documentOf([region('eu', ['192.0.2.1'], ids)], specs))
        await prober.firstRound()
        await pass(11_000)
        expect(prober.state().targets).toBe(new Set(document.map(({ port }) => port)).size)
        expect(shown({ prober }).map(([, up]) => up)).toEqual(document.map(() => true))
      }
      prober.stop()
    }),
    { numRuns: 60 },
  )
})
