// The words after `npm run bench --`.
import { parseArgs } from 'node:util'
import { ALONE, CASES, QUICK } from './cases.mjs'
import { KINDS } from './kinds.mjs'
import { SERVERS } from './servers/servers.mjs'

const WHAT = [...Object.entries(KINDS), ...Object.entries(ALONE)]

export const HELP = `Measures Meridian beside other DNS servers: CPU time per answer, saturation, latency, and the budgets that depend on them.

  npm run bench                          everything, in some 15 minutes
  npm run bench -- --quick               what an answer costs with and without a client subnet, in two minutes
  npm run bench -- --only geo-ecs,start  these cases only
  npm run bench -- --servers meridian,gdnsd

--quick            ${QUICK.join(' and ')}, fewer rounds
--only CASE,…      of the cases below
--servers NAME,…   of ${SERVERS.map(server => server.name).join(', ')}
--rounds N         times that each server is measured, in turns with the others (3)
--seconds N        length of one measurement (2)
--database FILE    a City database in MaxMind's schema for all servers (GeoLite2 of 2019, installed when first needed)
--json FILE        writes rows (case, server, cpu_us_per_answer, qps, p50_us, p99_us, …), measures and budgets
--markdown FILE    writes the report as Markdown
--page FILE        writes the tables into a page that has a place for them, docs/performance.md; what stands around them stays
--from FILE        measures nothing: takes what an earlier run wrote with --json
--help             shows this

Cases:
${WHAT.map(([name, { what }]) => `  ${name.padEnd(12)} ${what}`).join('\n')}

The servers run on core 0 and the load comes from core 1. A server that is not installed is left out;
as root on Debian, scripts/bench/install-peers.sh installs them all.`

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string' },
  servers: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  database: { type: 'string' },
  json: { type: 'string' },
  markdown: { type: 'string' },
  page: { type: 'string' },
  from: { type: 'string' },
  help: { type: 'boolean', default: false },
}

/** @throws Error with a sentence for people where a word makes no sense */
export function readOptions(words) {
  const { values } = parseArgs({ args: words, options: OPTIONS })
  const { quick, database, json, markdown, page, from, help } = values
  return {
    help,
    database,
    json,
    markdown,
    page,
    from,
    chosen: new Set(list(values.only, CASES, 'case') ?? (quick ? QUICK : CASES)),
    servers:
      list(
        values.servers,
        SERVERS.map(server => server.name),
        'server',
      ) ?? SERVERS.map(server => server.name),
    rounds: number(values.rounds ?? '3', 'rounds', 1),
    seconds: number(values.seconds ?? (quick ? '1' : '2'), 'seconds', 0.05),
  }
}

function list(text, known, what) {
  const names = text?.split(',')
  for (const name of names ?? [])
    if (!known.includes(name)) throw new Error(`"${name}" is no ${what}: there are ${known.join(', ')}`)
  return names
}

function number(text, what, least) {
  const value = Number(text)
  if (!(value >= least)) throw new Error(`--${what} is "${text}"; a number from ${least} up is expected`)
  return value
}
