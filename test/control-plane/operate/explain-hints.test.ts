// Explaining records whose hints follow a steered name: what is told of the region is what the hints are.
import { describe, expect, test } from 'vitest'
import { explain } from '../../../src/control-plane/operate/explain.js'
import { down, makeWorld, parse, widened } from './world.js'

const document = parse(`
regions:
  near: { location: [52.5, 13.4], addresses: [192.0.2.1, "2001:db8::1"] }
  far: { location: [38.9, -77], addresses: [192.0.2.2] }
  six: { addresses: ["2001:db8::6"] }
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
      api: [ { steer: nearest, regions: [near, far], ttl: 30s, when-all-down: nodata }, { type: HTTPS, data: 1 . alpn=h2, hints: steer } ]
      _443._https.api: { type: SVCB, data: 1 api, ttl: 10s, hints: steer }
      six: [ { steer: nearest, regions: [six] }, { type: HTTPS, data: 1 ., hints: steer } ]
`)
const BERLIN = '130.149.7.0/24'

describe.each([
  ['all is well', [], '192.0.2.1', 30],
  ['the nearest is down', ['near'], '192.0.2.2', 30],
] as const)('where %s', (_, gone, hint, ttl) => {
  test('the region, the hints and the answer are one', async () => {
    const world = await makeWorld(document)
    world.publisher.setHealth(down(document, ...gone))
    await widened(world)
    const told = explain(world.sources(), { name: 'api.example.com', type: 'HTTPS', client: BERLIN })
    expect(told.checks).toEqual([])
    expect(told).toMatchObject({
      found: { kind: 'steered' },
      choice: { rung: 'healthy' },
      answer: { addresses: [hint], ttl },
    })
  })
})

test('a set with a lower TTL of its own has that', async () => {
  const world = await makeWorld(document)
  await widened(world)
  const told = explain(world.sources(), { name: '_443._https.api.example.com', type: 'SVCB', client: BERLIN })
  expect(told.checks).toEqual([])
  expect(told.answer).toMatchObject({ addresses: ['192.0.2.1'], ttl: 10 })
})

test('of a name that has AAAA only the hints are those', async () => {
  const world = await makeWorld(document)
  await widened(world)
  const told = explain(world.sources(), { name: 'six.example.com', type: 'HTTPS' })
  expect([told.checks, told.answer.addresses]).toEqual([[], ['2001:db8::6']])
})

test('where no region can be given there is a record without hints, and no denial', async () => {
  const world = await makeWorld(document)
  world.publisher.setHealth(down(document, 'near', 'far'))
  await widened(world)
  const told = explain(world.sources(), { name: 'api.example.com', type: 'HTTPS', client: BERLIN })
  expect(told.checks).toEqual([])
  expect(told).toMatchObject({ found: { kind: 'steered' }, answer: { rcode: 'NOERROR', addresses: [], authority: [] } })
  expect(told.answer.records).toHaveLength(1)
})
