import { expect, test } from 'vitest'
import { rehearsal } from '../../../src/control-plane/publish/rehearsal.js'
import { type Decoded, healthOf, World } from '../../world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.3] }
zones:
  example.com: { nameservers: [ns.example.net], records: { api: { steer: nearest } } }`
const NETWORKS = [{ prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 }]
const answer = (world: World): readonly string[] =>
  world.ask('api.example.com', 'A', { subnet: '133.11.0.0/24' }).answers.map(({ data }: Decoded) => data)

function rehearsed(regions: readonly string[]): readonly string[] {
  const lost: string[] = []
  const steps = rehearsal(regions, forced => {
    for (const { id, state } of forced.values()) lost.push(`${id} ${state}`)
  })
  while (steps.next().done !== true);
  return lost
}

test('each region is lost in turn, one at a time, often enough for the runtime to know the way', () => {
  expect(rehearsed(['a', 'b', 'c']).slice(0, 4)).toEqual(['a down', 'b down', 'c down', 'a down'])
  expect(rehearsed(['a', 'b', 'c'])).toHaveLength(10)
})

test('without regions there is nothing to rehearse', () => {
  expect(rehearsed([])).toEqual([])
})

test('a rehearsal publishes nothing and changes no answer, and the loss after it is a loss', async () => {
  const world = await World.make(DOCUMENT, NETWORKS)
  await world.widened()
  const before = world.publisher.current()
  await world.publisher.rehearse()
  expect(world.publisher.current()).toBe(before)
  expect(answer(world)).toEqual(['192.0.2.3'])
  world.publisher.setHealth(healthOf(world.document, ['tokyo']))
  expect(answer(world)).toEqual(['192.0.2.1'])
})

test('a rehearsal ends where the publisher is closed', async () => {
  const world = await World.make(DOCUMENT, NETWORKS)
  await world.publisher.close()
  await expect(world.publisher.rehearse()).resolves.toBeUndefined()
})
