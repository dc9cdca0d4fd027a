// What a new document does to what is probed.
import { expect, test } from 'vitest'
import { EU, GRACE, keepTime, pass, scene, US } from './prober-scene.js'
import { documentOf, region, tcpSpec } from './specs.js'

keepTime()

test('a new document keeps what did not change, drops what is gone and probes what is new at once', async () => {
  const { prober, world, starts, state } = scene()
  world.set('192.0.2.1', 'refuses')
  prober.configure(documentOf([EU, US]))
  await pass(5000)
  const old = { eu: prober.health().get('eu'), us: starts('192.0.2.2').length, beats: starts('192.0.2.1').length }
  prober.configure(documentOf([EU, region('asia', ['192.0.2.3'])]))
  expect(prober.health().get('eu')).toEqual(old.eu)
  expect([...prober.health().keys()]).toEqual(['eu', 'asia'])
  expect(starts('192.0.2.1')).toHaveLength(old.beats)
  expect(starts('192.0.2.3')).toHaveLength(1)
  await prober.firstRound()
  expect(state('asia')).toEqual([true, 0, undefined])
  await pass(30_000)
  expect(starts('192.0.2.2')).toHaveLength(old.us)
  expect(starts('192.0.2.1')).toHaveLength(old.beats + 3)
})

test('an edited check is probed at once and holds its verdict until its own results say otherwise', async () => {
  const { prober, world, starts, state } = scene()
  prober.configure(documentOf([EU]))
  await pass(1000)
  world.set('192.0.2.1', 'refuses')
  prober.configure(documentOf([EU], [tcpSpec({ port: 81 })]))
  expect(state('eu')).toEqual([true, 0, undefined])
  expect(starts('192.0.2.1')).toHaveLength(2)
  await pass(0)
  expect(state('eu')).toEqual([true, 1, undefined])
  await pass(4000)
  expect(state('eu')).toEqual([false, 0, 'api: connection refused'])
})

test('a check that is added takes nothing out before it has a result', async () => {
  const { prober, world } = scene()
  prober.configure(documentOf([EU]))
  await pass(1000)
  world.set('192.0.2.1', 'hangs')
  prober.configure(documentOf([{ ...EU, checks: ['api', 'deep'] }], [tcpSpec(), tcpSpec({ id: 'deep', port: 81 })]))
  await pass(1000)
  expect(prober.health().get('eu')![0]).toMatchObject({ up: true, changeInMs: 0 })
  await pass(3000 + GRACE)
  expect(prober.health().get('eu')![0]).toMatchObject({ up: false, cause: 'deep: no answer within 4 s' })
})
