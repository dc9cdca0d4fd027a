import { expect, test } from 'vitest'
import type { Locate } from '../../../src/control-plane/geo/library.js'
import { NetworksNear } from '../../../src/control-plane/operate/networks-near.js'
import type { Location } from '../../../src/control-plane/traffic/document/region.js'
import { parsePrefix } from '../../../src/dns/address.js'

const at = (latitude: number, longitude: number): Location => ({ latitude, longitude })
/** Of the first half of all addresses nothing is known; the others are west of the second half of them, and east. */
const locate: Locate = ([first]) =>
  first! < 128
    ? { place: undefined, prefix: 1, database: 'x' }
    : { place: { location: at(50, first! < 192 ? -100 : 10) }, prefix: 2, database: 'x' }

test('the network that is found is one of the nearest place', async () => {
  const near = new NetworksNear(async () => locate)
  const west = await near.find(at(45, -90))
  const east = await near.find(at(50, 10))
  expect(parsePrefix(west!.network)!.bytes[0]).toBeLessThan(192)
  expect(east).toEqual({ network: expect.stringMatching(/\.0\/24$/), kilometres: 0 })
  expect(parsePrefix(east!.network)!.bytes[0]).toBeGreaterThanOrEqual(192)
})

test('the database is gone through once, also for two who ask at once', async () => {
  let asked = 0
  const near = new NetworksNear(async () => {
    asked++
    return locate
  })
  await Promise.all([near.find(at(0, 0)), near.find(at(1, 1))])
  expect(asked).toBe(1)
})

test('nothing is found where nothing is placed', async () => {
  expect(await new NetworksNear(async () => () => undefined).find(at(0, 0))).toBeUndefined()
})
