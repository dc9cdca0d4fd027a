// A zone of a million static records: how long it takes to load, what a record takes of memory, and what an answer costs then.
import { jobFor } from '../generator.mjs'
import { family, residentMb } from '../measure.mjs'
import { summarize } from '../side-by-side.mjs'
import { startServer } from '../start.mjs'

const MILLION = 1_000_000
/** What is tried where a million cannot be loaded in time. */
const FEWER = 100_000
const LIMIT_MS = 120_000

export const million = {
  what: 'an A record among a million',

  async run({ servers, generator, database, rounds, seconds, warmSeconds, note }) {
    const rows = []
    const measures = []
    for (const server of servers.filter(({ answers }) => answers.includes('million'))) {
      const loaded = await loadMost(server, database, note)
      if (loaded === undefined) continue
      const { one, records, emptyMb, emptyMs } = loaded
      try {
        const name = records === MILLION ? 'million' : `${records}-records`
        const kind = { names: 'static', ecs: false, zone: { statics: records, steered: 0 } }
        const results = []
        for (let round = 0; round < rounds; round++)
          results.push(await generator.run(jobFor(one, 'closed', kind, { seconds, warmSeconds })))
        rows.push(summarize(name, server.name, results))
        const bytes = ((residentMb(family(one.pid)) - emptyMb) * 2 ** 20) / records
        measures.push({
          case: name,
          server: server.name,
          what: 'start to first answer',
          value: one.startMs,
          unit: 'ms',
        })
        measures.push({ case: name, server: server.name, what: 'memory a record', value: bytes, unit: 'bytes' })
        const load = (one.startMs - emptyMs) / 1000
        measures.push({
          case: name,
          server: server.name,
          what: 'of the start, for the records',
          value: load,
          unit: 's',
        })
      } finally {
        await one.stop()
      }
    }
    return { rows, measures }
  },
}

/** The server with as many records as it can load in time, and what it takes without them, MB. */
async function loadMost(server, database, note) {
  const empty = await startServer(server, { database, zone: { statics: 1, steered: 0 }, workers: 1 })
  const emptyMb = residentMb(family(empty.pid))
  const emptyMs = empty.startMs
  await empty.stop()
  for (const records of [MILLION, FEWER]) {
    try {
      const zone = { statics: records, steered: 0, inFile: true }
      const one = await startServer(server, { database, zone, workers: 1, limitMs: LIMIT_MS })
      return { one, records, emptyMb, emptyMs }
    } catch (error) {
      note(`${records} records: ${error.message.split('\n')[0]}`)
    }
  }
  return undefined
}
