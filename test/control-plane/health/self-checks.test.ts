// Servers that answer whenever the node has a network: they tell an outage of everything from one of the prober's own.
import { expect, test } from 'vitest'
import { keepTime, pass, scene } from './prober-scene.js'
import { documentOf, region } from './specs.js'

keepTime()

const SELF = ['203.0.113.1', '203.0.113.2']
const ALL = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4']

function world() {
  const made = scene(() => 0.3, SELF)
  made.prober.configure(documentOf(ALL.map((address, i) => region(`r${i}`, [address]))))
  const silence = (addresses: readonly string[]): void => {
    for (const address of addresses) made.world.set(address, 'hangs')
  }
  const ups = (): number => ALL.filter((_, i) => made.state(`r${i}`)[0]).length
  return { ...made, silence, ups }
}

test.each([
  // self-checks and regions that fall silent, regions that are up then, suspected
  ['all regions while a self-check answers: the outage is believed', SELF.slice(1), ALL, 0, 0],
  ['all regions and all self-checks: what was known is held', SELF, ALL, 4, 1],
  ['half of the regions and all self-checks: that is enough', SELF, ALL.slice(2), 4, 1],
  ['fewer than half of the regions: they are believed', SELF, ALL.slice(3), 3, 0],
  ['self-checks alone: nothing comes of it', SELF, [], 4, 0],
])('silent are %s', async (_, self, regions, up, suspected) => {
  const { prober, silence, ups } = world()
  await pass(25_000)
  silence([...self, ...regions])
  await pass(60_000)
  expect([ups(), prober.state().suspicions.length]).toEqual([up, suspected])
})

test('a self-check that answers again clears the prober, and what is silent still is then believed', async () => {
  const { prober, world: meets, silence, ups } = world()
  await pass(25_000)
  silence([...SELF, ...ALL])
  await pass(60_000)
  expect([ups(), prober.state().suspicions.length]).toEqual([4, 1])
  meets.set(SELF[0]!, 'passes')
  await pass(60_000)
  expect([ups(), prober.state().suspicions.length]).toEqual([0, 0])
})

test('self-checks are no targets of a region, and are not shown', async () => {
  const { prober, starts } = world()
  await pass(25_000)
  for (const address of SELF) expect(starts(address).length).toBeGreaterThanOrEqual(2)
  expect(JSON.stringify([...prober.health()])).not.toMatch(/203\.0\.113|self:check/)
})
