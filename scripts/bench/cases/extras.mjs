// What an answer costs with each thing that watches or limits the answers, and with all of them, beside one with none.
import { readFileSync, writeFileSync } from 'node:fs'
import { jobFor } from '../generator.mjs'
import { KINDS } from '../kinds.mjs'
import { meridian, TOKEN, untilAdmin } from '../servers/meridian.mjs'
import { summarize } from '../side-by-side.mjs'
import { startServer } from '../start.mjs'
import { BASE } from '../world.mjs'

/** Oftener than Prometheus does, which is every 15 s or so. */
const SCRAPE_MS = 1000

const NOTHING = { samples: 'none' }
const SAMPLES = { samples: '1 in 1000' }
const LOG = { ...SAMPLES, 'query-log': { file: 'queries.jsonl' } }
const DNSTAP = { ...SAMPLES, dnstap: { file: 'queries.fstrm' } }
/** More than can be read: what is not is counted as skipped. */
const DNSTAP_WHOLE = { ...DNSTAP, samples: '1 in 1' }
/** A limit that is looked at for each answer, and that the load does not come to. */
const LIMIT = { 'rate-limit': { 'per-second': 10_000_000, burst: 10_000_000, exempt: [] } }

/** Case, what it is called, settings, and whether metrics are read meanwhile. */
const EXTRAS = [
  ['extras-off', undefined, NOTHING],
  ['extras-samples', 'samples, one in a thousand', SAMPLES],
  ['extras-log', 'samples and the query log', LOG],
  ['extras-dnstap', 'samples and dnstap', DNSTAP],
  ['extras-limit', 'rate limiting', { ...NOTHING, ...LIMIT }],
  ['extras-metrics', 'metrics, read every second', NOTHING, true],
  ['extras-all', 'all of them', { ...LOG, ...DNSTAP, ...LIMIT }, true],
  ['extras-dnstap-whole', 'dnstap of each query, as far as it can be read in time', DNSTAP_WHOLE],
]

/** What runs seldom is slow until it has been compiled, and a server that runs for days has it so. */
const SETTLE_ROUNDS = 4

/**
 * The order in which they are asked. A process may be a tenth faster than its twin, for as long as it lives: so there are three each
 * of the two that a budget hangs on.
 */
const TURNS = [
  'off',
  'samples',
  'all',
  'log',
  'off',
  'dnstap',
  'all',
  'limit',
  'off',
  'metrics',
  'all',
  'dnstap-whole',
].map(name => EXTRAS.findIndex(([extra]) => extra === `extras-${name}`))

export const extras = {
  what: 'geo-ecs with samples, query log, dnstap, rate limiting and metrics: each, all of them, and none',

  async run({ servers, generator, database, rounds, seconds, warmSeconds }) {
    if (!servers.some(({ name }) => name === 'meridian')) return { rows: [], measures: [] }
    const running = []
    const results = EXTRAS.map(() => [])
    try {
      for (const extra of TURNS) {
        const [, , settings] = EXTRAS[extra]
        running.push(await startServer(withSettings(settings), { database, zone: BASE, workers: 1 }))
      }
      for (const one of running) await untilAdmin(one)
      const ask = async turn => {
        const job = jobFor(running[turn], 'closed', KINDS['geo-ecs'].kind, { seconds, warmSeconds })
        const stop = EXTRAS[TURNS[turn]][3] ? scrape(running[turn]) : () => {}
        return generator.run(job).finally(stop)
      }
      for (let round = 0; round < SETTLE_ROUNDS; round++) for (const turn of running.keys()) await ask(turn)
      // Round by round, so that a machine that gets slower gets slower for all; each begins with another one, so that none is always
      // asked after the same.
      for (let round = 0; round < rounds; round++) {
        for (const place of running.keys()) {
          const turn = (place + round) % running.length
          results[TURNS[turn]].push(await ask(turn))
        }
      }
    } finally {
      for (const one of running) await one.stop()
    }
    const rows = results.map((list, i) => summarize(EXTRAS[i][0], 'meridian', list))
    return { rows, measures: EXTRAS.slice(1).map(([, what], i) => measureOf(what, rows[i + 1], rows[0])) }
  },
}

const measureOf = (what, row, off) => ({
  case: 'extras',
  server: 'meridian',
  what: `CPU per answer with ${what}, against none`,
  value: row.cpu_us_per_answer / off.cpu_us_per_answer,
  unit: '×',
})

const withSettings = settings => ({
  ...meridian,
  configure(folder, options) {
    const started = meridian.configure(folder, options)
    const file = started.words.at(-1)
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...settings }))
    return started
  },
})

/** Reads the metrics again and again; returns what ends that. */
function scrape({ adminPort }) {
  const read = async () => {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`, { headers })
    if (!response.ok) throw new Error(`GET /metrics: ${response.status}`)
    await response.text()
  }
  void read()
  const timer = setInterval(read, SCRAPE_MS)
  return () => clearInterval(timer)
}
