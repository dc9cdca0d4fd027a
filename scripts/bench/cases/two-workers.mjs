// Meridian with one worker and with two, in turns. With three cores the second worker has its own; else both share one.
import { coreCount } from '../cores.mjs'
import { jobFor, startGenerator } from '../generator.mjs'
import { KINDS } from '../kinds.mjs'
import { meridian } from '../servers/meridian.mjs'
import { summarize } from '../side-by-side.mjs'
import { startServer } from '../start.mjs'
import { BASE } from '../world.mjs'

export const hasThreeCores = coreCount >= 3

export const twoWorkers = {
  what: 'geo-ecs with one worker and with two',

  async run({ database, rounds, seconds, warmSeconds }) {
    const cores = hasThreeCores ? [0, 1] : [0]
    const generator = startGenerator(hasThreeCores ? 2 : 1)
    const running = []
    const results = [[], []]
    try {
      for (const workers of [1, 2]) running.push(await startServer(meridian, { database, zone: BASE, workers, cores }))
      for (let round = 0; round < rounds; round++) {
        for (const [i, one] of running.entries())
          results[i].push(await generator.run(jobFor(one, 'closed', KINDS['geo-ecs'].kind, { seconds, warmSeconds })))
      }
      const names = ['one-worker', 'two-workers']
      return { rows: results.map((rows, i) => summarize(names[i], 'meridian', rows)), measures: [] }
    } finally {
      for (const one of running) await one.stop()
      generator.stop()
    }
  },
}
