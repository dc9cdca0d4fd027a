// A zone that is signed: what an answer with signatures costs beside one without, of the servers that sign what depends on the client;
// and how long it takes to sign a hundred thousand names.
import { jobFor } from '../generator.mjs'
import { summarize } from '../side-by-side.mjs'
import { startServer } from '../start.mjs'
import { BASE } from '../world.mjs'

const NAMES = 100_000
const LIMIT_MS = 120_000

const kind = { names: 'geo', ecs: true, zone: { ...BASE, signed: true } }
const KINDS = { 'geo-ecs-signed': kind, 'geo-ecs-do': { ...kind, dnssecOk: true } }

export const signed = {
  what: 'as geo-ecs, in a signed zone, without signatures and with them; 100,000 names that are signed',

  async run(context) {
    const { servers, database, note } = context
    const rows = []
    const measures = []
    for (const server of servers.filter(({ answers }) => answers.includes('signed'))) {
      try {
        const one = await startServer(server, { database, zone: kind.zone, workers: 1 })
        rows.push(...(await measured(one, context).finally(() => one.stop())))
      } catch (error) {
        if (server.name === 'meridian') throw error
        note(`left out: ${error.message}`)
      }
    }
    const meridian = servers.find(({ name }) => name === 'meridian')
    if (meridian !== undefined) measures.push(await signingTime(meridian, database))
    return { rows, measures }
  },
}

/** Round by round with and without signatures, so that a machine that gets slower gets slower for both. */
async function measured(one, { generator, rounds, seconds, warmSeconds }) {
  const results = new Map(Object.keys(KINDS).map(name => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, kind] of Object.entries(KINDS))
      results.get(name).push(await generator.run(jobFor(one, 'closed', kind, { seconds, warmSeconds })))
  return [...results].map(([name, list]) => summarize(name, one.server.name, list))
}

/** From the start with no signatures at all to the first answer, on two cores. */
async function signingTime(server, database) {
  const zone = { statics: NAMES, steered: 0, inFile: true, signed: true }
  const one = await startServer(server, { cores: [0, 1], database, zone, workers: 1, limitMs: LIMIT_MS })
  await one.stop()
  return {
    case: 'signed',
    server: server.name,
    what: '100,000 names signed, start to first answer',
    value: one.startMs,
    unit: 'ms',
  }
}
