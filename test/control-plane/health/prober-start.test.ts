// How the prober begins: with a first round, or with what was known before.
import { expect, test } from 'vitest'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber } from '../../../src/control-plane/health/prober.js'
import { EU, GRACE, keepTime, pass, scene, US } from './prober-scene.js'
import { documentOf } from './specs.js'

keepTime()

test('before the first result an address is not up and says so; one round later it is known', async () => {
  const { prober, world, state, logged } = scene()
  world.set('192.0.2.2', 'refuses')
  prober.configure(documentOf([EU, US]))
  expect(state('eu')).toEqual([false, 0, 'not checked yet'])
  await prober.firstRound()
  expect(state('eu')).toEqual([true, 0, undefined])
  expect(state('us')).toEqual([false, 0, 'api: connection refused'])
  const since = '2023-11-14T22:13:20.000Z'
  expect(logged).toEqual([
    ['eu 192.0.2.1 is up', { region: 'eu', address: '192.0.2.1', up: true, check: 'api', since }],
    [
      'us 192.0.2.2 is down: api: connection refused',
      { region: 'us', address: '192.0.2.2', up: false, cause: 'api: connection refused', check: 'api', since },
    ],
  ])
})

test('the first round waits for a target that hangs as long as its timeout, and no longer', async () => {
  const { prober, world, state } = scene()
  world.set('192.0.2.1', 'hangs')
  prober.configure(documentOf([EU, US]))
  let done = false
  void prober.firstRound().then(() => {
    done = true
  })
  await pass(3999)
  expect(done).toBe(false)
  await pass(GRACE + 1)
  expect(done).toBe(true)
  expect(state('eu')).toEqual([false, 0, 'api: no answer within 4 s'])
})

test('a probe that ignores its signal is over at its timeout all the same', async () => {
  const log = { info: () => {}, warn: () => {} }
  const prober = createProber({ crew: localCrew({ probe: () => new Promise(() => {}) }), log })
  prober.configure(documentOf([EU]))
  await pass(4000 + GRACE)
  expect(prober.health().get('eu')![0]!.cause).toBe('api: no answer within 4 s')
  prober.stop()
})

test('a restart takes over young health, waits for nothing, and probes at once all the same', async () => {
  const before = scene()
  before.world.set('192.0.2.1', 'refuses')
  before.prober.configure(documentOf([EU, US]))
  await pass(5000)
  const saved = JSON.parse(JSON.stringify(before.prober.saved()))
  before.prober.stop()
  for (const order of ['restore first', 'configure first']) {
    const after = scene()
    after.world.set('192.0.2.1', 'hangs').set('192.0.2.2', 'hangs')
    if (order === 'restore first') after.prober.restore(saved, 60_000, Date.now())
    after.prober.configure(documentOf([EU, US]))
    if (order === 'configure first') after.prober.restore(saved, 60_000, Date.now())
    await after.prober.firstRound()
    expect(after.state('eu')).toEqual([false, 0, 'api: connection refused'])
    expect(after.state('us')).toEqual([true, 0, undefined])
    expect(after.starts('192.0.2.1')).toEqual([0])
    const since = before.prober.health().get('us')![0]!.since
    expect(after.prober.health().get('us')![0]!.since).toBe(since)
  }
})

test('health that is too old is forgotten', async () => {
  const before = scene()
  before.prober.configure(documentOf([EU]))
  await pass(0)
  const saved = before.prober.saved()
  before.prober.stop()
  await pass(60_001)
  const after = scene()
  after.prober.restore(saved, 60_000, Date.now())
  after.prober.configure(documentOf([EU]))
  expect(after.state('eu')).toEqual([false, 0, 'not checked yet'])
})
