// Where the time of an answer goes, at saturation, in every server that gives it: in the kernel, by what it was asked for, and outside.
import { jobFor } from '../generator.mjs'
import { KINDS } from '../kinds.mjs'
import { cpu, family } from '../measure.mjs'
import { perfUnavailable, profile, SHARES } from '../perf.mjs'
import { startServer } from '../start.mjs'
import { BASE } from '../world.mjs'

const NAME = 'geo-ecs'
/** What a start leaves to be done is done when one thread has nearly all of the time; where several answer, after so many. */
const SETTLED = 0.95
const SETTLE_TIMES = 6
const SETTLE_SECONDS = 2
/** Until perf looks, at the most. */
const PERF_SECONDS = 2

export const profiles = {
  what: 'where the time of an answer of geo-ecs goes, in each server, by perf',

  async run({ servers, generator, database, seconds, note }) {
    const missing = perfUnavailable()
    if (missing !== undefined) {
      note(`no profile: ${missing}`)
      return { rows: [], measures: [] }
    }
    const { load: way, kind } = KINDS[NAME]
    const measures = []
    for (const server of servers.filter(({ answers }) => answers.includes(NAME))) {
      const one = await startServer(server, { database, zone: BASE, workers: 1 })
      try {
        const ask = forSeconds => generator.run(jobFor(one, way, kind, { seconds: forSeconds, warmSeconds: 0.3 }))
        await settle(one.pid, () => ask(SETTLE_SECONDS))
        // Looking costs time as well: it says where the time goes, and the run before how much it is.
        const { cpuUs } = await ask(seconds)
        const load = ask(seconds + PERF_SECONDS)
        const shares = await profile(family(one.pid), seconds)
        await load
        for (const what of SHARES)
          measures.push({ case: 'profile', server: server.name, what, value: shares.get(what) * cpuUs, unit: 'µs' })
      } finally {
        await one.stop()
      }
    }
    return { rows: [], measures }
  },
}

async function settle(pid, ask) {
  for (let i = 0; i < SETTLE_TIMES; i++) {
    const before = cpu(family(pid))
    await ask()
    const used = [...cpu(family(pid))].map(([tid, ns]) => ns - (before.get(tid) ?? 0))
    if (Math.max(...used) > SETTLED * used.reduce((sum, ns) => sum + ns, 0)) return
  }
}
