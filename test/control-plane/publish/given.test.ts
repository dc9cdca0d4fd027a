import { expect, test } from 'vitest'
import { regionsGiven } from '../../../src/control-plane/publish/given.js'
import { healthOf, World } from '../../world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1] }
  west: { location: [45.8, -119.7], addresses: [192.0.2.2, 192.0.2.3] }
  spare: { addresses: [192.0.2.9], enabled: false }
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
      a: { steer: nearest, ttl: 60s, when-all-down: nodata }
      b: { steer: nearest, ttl: 30s, when-all-down: nodata, regions: [west] }`

const given = async (down: readonly string[]): Promise<Record<string, number>> => {
  const world = await World.make(DOCUMENT)
  world.publisher.setHealth(healthOf(world.publisher.current()!.world.document, down))
  const { snapshot, world: served } = world.publisher.current()!
  return Object.fromEntries(regionsGiven(snapshot, served.document))
}

test.each([
  // No client map without a database: everybody gets the first.
  [[], { east: 60, west: 30 }],
  [['east'], { west: 60 }],
  [['west'], { east: 60 }],
  [['east', 'west'], {}],
])('with %j down, regions are given with the longest of their TTLs: %j', async (down, expected) => {
  expect(await given(down)).toEqual(expected)
})
