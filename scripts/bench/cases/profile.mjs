// Where the time of an answer goes, at saturation, in every server that gives it: in the kernel, by what it was asked for, and outside.
import { jobFor } from '../generator.mjs'
import { KINDS } from '../kinds.mjs'
import { family } from '../measure.mjs'
import { perfUnavailable, profile, SHARES } from '../perf.mjs'
import { startServer } from '../start.mjs'
import { BASE } from '../world.mjs'

const NAME = 'geo-ecs'
/** Until what a start leaves to be done is done, and the compiler of who has one. */
const SETTLE_SECONDS = 12

export const profiles = {
  what: 'where the time of an answer of geo-ecs goes, in each server, by perf',

  async run({ servers, generator, database, seconds, note }) {
    const missing = perfUnavailable()
    if (missing !== undefined) {
      note(`no profile: ${missing}`)
      return { rows: [], measures: [] }
    }
    const { load, kind } = KINDS[NAME]
    const measures = []
    for (const server of servers.filter(({ answers }) => answers.includes(NAME))) {
      const one = await startServer(server, { database, zone: BASE, workers: 1 })
      try {
        const ask = forSeconds => generator.run(jobFor(one, load, kind, { seconds: forSeconds, warmSeconds: 0.3 }))
        await ask(SETTLE_SECONDS)
        // Looking costs time as well: it says where the time goes, and the run before how much it is.
        const { cpuUs } = await ask(seconds)
        const shares = await profile(family(one.pid), () => ask(seconds))
        for (const what of SHARES)
          measures.push({ case: 'profile', server: server.name, what, value: shares.get(what) * cpuUs, unit: 'µs' })
      } finally {
        await one.stop()
      }
    }
    return { rows: [], measures }
  },
}
