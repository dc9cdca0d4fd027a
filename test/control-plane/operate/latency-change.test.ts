import { expect, test } from 'vitest'
import { kilometres } from '../../../src/control-plane/geo/distance.js'
import { modelled } from '../../../src/control-plane/geo/latency-model.js'
import { simulate } from '../../../src/control-plane/operate/simulate.js'
import type { RegionState } from '../../../src/control-plane/publish/ladder.js'
import type { Location } from '../../../src/control-plane/traffic/document/region.js'
import { makeWorld, parse } from './world.js'

const DOCUMENT = `
regions:
  us: { location: [38.95, -77.45], addresses: [192.0.2.1] }
  eu: { location: [50.11, 8.68], addresses: [192.0.2.3] }
  far: { addresses: [192.0.2.9] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    records:
      api: { steer: nearest, regions: [us, eu] }
      twin: { steer: nearest, regions: [us, eu] }
      nowhere: { steer: nearest, regions: [far] }
`
const BERLIN: Location = { latitude: 52.52, longitude: 13.41 }
const TO = {
  us: modelled(kilometres(BERLIN, { latitude: 38.95, longitude: -77.45 })),
  eu: modelled(kilometres(BERLIN, { latitude: 50.11, longitude: 8.68 })),
}
const hundredth = (ms: number) => Math.round(ms * 100) / 100
const step = (ms: number) => Math.floor(ms / 0.5) * 0.5 + 0.5

const asked = (queries: number, client: string, name = 'api.example.com.') => ({ client, type: 'A', name, queries })
const without = (state: RegionState): RegionState => (state.id === 'eu' ? { ...state, enabled: false } : state)

async function made() {
  const { publisher, sources } = await makeWorld(parse(DOCUMENT))
  return { published: publisher.current()!, locate: sources().locate }
}

test('who asked waits longer for the region that is left, in the mean and for 95 of 100', async () => {
  const { published, locate } = await made()
  const demand = { seconds: 1, of: [asked(3, '130.149.1.0/24'), asked(1, '130.149.2.0/24')] }
  const { names, latency } = await simulate(published, { regions: without }, { over: 'traffic', demand }, locate)
  expect(names[0]!.latency).toEqual({
    before: { meanMs: hundredth(TO.eu), p95Ms: step(TO.eu) },
    after: { meanMs: hundredth(TO.us), p95Ms: step(TO.us) },
  })
  expect(latency).toEqual(names[0]!.latency)
})

test('those who are few raise the mean, and not what 95 of 100 wait', async () => {
  const { published, locate } = await made()
  const demand = { seconds: 1, of: [asked(96, '130.149.1.0/24'), asked(4, '133.11.1.0/24')] }
  const { names } = await simulate(published, {}, { over: 'traffic', demand }, locate)
  const { meanMs, p95Ms } = names[0]!.latency!.before!
  expect(meanMs).toBeGreaterThan(TO.eu + 2)
  expect(p95Ms).toBe(step(TO.eu))
})

test.each([
  // of a hundred queries those from Tokyo, and whether 95 of 100 wait as these do
  [4, false],
  [5, false],
  [6, true],
  [40, true],
])('where %d of 100 are far away, whether 95 of 100 wait as long as these is %s', async (far, isFar) => {
  const { published, locate } = await made()
  const demand = { seconds: 1, of: [asked(100 - far, '130.149.1.0/24'), asked(far, '133.11.1.0/24')] }
  const { names } = await simulate(published, {}, { over: 'traffic', demand }, locate)
  expect(names[0]!.latency!.before!.p95Ms > step(TO.eu)).toBe(isFar)
})

test('over addresses it is told of networks all over, and names that are steered alike wait alike', async () => {
  const { published, locate } = await made()
  const { names, latency } = await simulate(published, { regions: without }, { over: 'addresses', rates: {} }, locate)
  const [api, twin, nowhere] = ['api', 'twin', 'nowhere'].map(name => names.find(one => one.name.startsWith(name))!)
  expect(api!.latency!.after!.meanMs).toBeGreaterThan(api!.latency!.before!.meanMs)
  expect(twin!.latency).toEqual(api!.latency)
  expect(nowhere!.latency).toEqual({})
  expect(latency).toEqual(api!.latency)
})

test('nothing is said where nobody tells where clients are', async () => {
  const { published } = await made()
  expect((await simulate(published, {}, { over: 'addresses', rates: {} })).latency).toBeUndefined()
})
