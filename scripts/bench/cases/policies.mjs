// What an answer costs by the policy of its name: each that is built in, and a chain of steps that uses what there is.
import { jobFor } from '../generator.mjs'
import { meridian, policiesDocument } from '../servers/meridian.mjs'
import { summarize } from '../side-by-side.mjs'
import { startServer } from '../start.mjs'

/** Names of each policy. */
const NAMES = 100
const LIMIT_MS = 240_000
const WARM_SECONDS = 0.5

/** By policy, how many addresses an answer has. */
const POLICIES = {
  nearest: 1,
  latency: 1,
  failover: 1,
  weighted: 1,
  geo: 1,
  'round-robin': 1,
  sticky: 1,
  all: 20,
  chain: 1,
  two: 2,
}

export const policies = {
  what: 'as geo-ecs, by policy: those that are built in, a free chain, and two regions an answer',

  async run({ generator, database, rounds, seconds, warmSeconds }) {
    const names = Object.keys(POLICIES)
    const zone = { statics: 1, steered: NAMES }
    const document = policiesDocument(names, NAMES)
    const one = await startServer(meridian, { database, zone, document, workers: 1, limitMs: LIMIT_MS })
    try {
      const ask = async (name, timing) => {
        const kind = { names: 'geo', ecs: true, answers: POLICIES[name], zone: { ...zone, called: `${name}-` } }
        return generator.run(jobFor(one, 'closed', kind, timing))
      }
      const results = new Map(names.map(name => [name, []]))
      // The first round is for the machine to get warm, and for maps to become as wide as they can.
      for (const name of names) await ask(name, { seconds: WARM_SECONDS, warmSeconds: 0 })
      // Round by round, so that a machine that gets slower gets slower for all of them.
      for (let round = 0; round < rounds; round++)
        for (const [name, list] of results) list.push(await ask(name, { seconds, warmSeconds }))
      const rows = [...results].map(([name, list]) => summarize(`policy ${name}`, one.server.name, list))
      return { rows, measures: rows.slice(1).map((row, i) => against(names[i + 1], row, rows[0])) }
    } finally {
      await one.stop()
    }
  },
}

const against = (name, row, nearest) => ({
  case: 'policies',
  server: 'meridian',
  what: `CPU of ${name} against nearest`,
  value: row.cpu_us_per_answer / nearest.cpu_us_per_answer,
  unit: '×',
})
