// A doubt of the prober about itself is one alarm from its beginning to its end, and nobody goes down while it lasts or when it ends.
import { expect, test } from 'vitest'
import { keepTime, pass, scene } from './prober-scene.js'
import { documentOf, region, tcpSpec } from './specs.js'

keepTime()

const SELF = ['203.0.113.1', '203.0.113.2']
const TENTH = 100

test.each([
  // regions, of which fall silent, self-checks that do, timeout in ms
  [10, 10, [], 4000],
  [10, 7, [], 4000],
  [10, 8, [], 9000],
  [60, 48, [], 4000],
  [4, 2, SELF, 4000],
  [60, 45, SELF, 4000],
])(
  'of %d regions %d are silent for a minute, and %j: one alarm, and nobody is moved',
  async (count, silent, self, timeoutMs) => {
    const addresses = Array.from({ length: count }, (_, i) => `192.0.2.${i}`)
    let next = 0
    const { prober, world, told } = scene(() => (next++ * 0.37) % 1, self)
    const regions = addresses.map((address, i) => region(`r${i}`, [address]))
    prober.configure(documentOf(regions, [tcpSpec({ timeoutMs })]))
    await pass(25_000)
    told.length = 0
    const meets = (what: 'hangs' | 'passes'): void => {
      for (const address of [...self, ...addresses.slice(count - silent)]) world.set(address, what)
    }
    const seen: number[] = []
    meets('hangs')
    for (let i = 0; i < 1200; i++) {
      if (i === 600) meets('passes')
      await pass(TENTH)
      const now = prober.state().suspicions.length
      if (now !== seen.at(-1)) seen.push(now)
    }
    expect(seen).toEqual([0, 1, 0])
    expect(told.flat()).toEqual([])
  },
)
