// The prober's own network is lost, whatever its checks are like: nobody goes down.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keepTime, pass, scene } from './prober-scene.js'
import { documentOf, region, tcpSpec } from './specs.js'

keepTime()

const check = fc.record({
  intervalMs: fc.constantFrom(1000, 2000, 10_000),
  /** Of the interval. */
  timeout: fc.double({ min: 0.05, max: 0.9, noNaN: true }),
  fall: fc.integer({ min: 1, max: 3 }),
  phase: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

test('where all fall silent at once, none goes down, however unlike their checks and whenever that is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(check, { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 0, max: 10_000 }),
      async (checks, at) => {
        let next = 0
        const { prober, world } = scene(() => checks[next++]!.phase)
        const regions = checks.map((_, i) => region(`r${i}`, [`192.0.2.${i}`], [`c${i}`]))
        const specs = checks.map(({ intervalMs, timeout, fall }, i) =>
          tcpSpec({ id: `c${i}`, intervalMs, timeoutMs: Math.ceil(intervalMs * timeout), fall, rise: 1 }),
        )
        prober.configure(documentOf(regions, specs))
        await pass(15_000 + at)
        for (const { addresses } of regions) world.set(addresses[0]!.text, 'hangs')
        await pass(40_000)
        expect([...prober.health().values()].map(([address]) => address?.up)).toEqual(checks.map(() => true))
        expect(prober.state().suspicions).toHaveLength(1)
        prober.stop()
      },
    ),
    { numRuns: 40 },
  )
})
