// `npm run bench`: Meridian beside other servers on this machine, in one run. `--help` says what can be asked for.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { judge } from './budgets.mjs'
import { ALONE } from './cases.mjs'
import { canPin, holdTo } from './cores.mjs'
import { cityDatabase } from './database.mjs'
import { startGenerator } from './generator.mjs'
import { KINDS } from './kinds.mjs'
import { loadLibc } from './libc.mjs'
import { machineLine } from './machine.mjs'
import { HELP, readOptions } from './options.mjs'
import { fillPage } from './page.mjs'
import { markdownReport, plainReport, SATURATED } from './report.mjs'
import { findProgram, SERVERS } from './servers/servers.mjs'
import { sideBySide } from './side-by-side.mjs'

const BUILT = new URL('../../dist/main.js', import.meta.url)

// A stopped run still takes its servers with it, when the process exits.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.on(signal, () => process.exit(code))

process.exitCode = await main(process.argv.slice(2))

async function main(words) {
  let options
  try {
    options = readOptions(words)
  } catch (error) {
    console.error(`${error.message}\nnpm run bench -- --help says what can be asked for.`)
    return 2
  }
  if (options.help) {
    console.log(HELP)
    return 0
  }
  const refusal = options.from === undefined ? refuse() : undefined
  if (refusal !== undefined) {
    console.error(refusal)
    return 1
  }
  const result = options.from === undefined ? await measure(options) : JSON.parse(readFileSync(options.from, 'utf8'))
  console.log(`\n${plainReport(result)}`)
  write(result, options)
  return result.failures > 0 ? 1 : 0
}

function write(result, { json, markdown, page }) {
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ ...result, budgets: judge(result) }, null, 1)}\n`)
  if (markdown !== undefined) writeFileSync(markdown, markdownReport(result))
  if (page !== undefined) writeFileSync(page, fillPage(readFileSync(page, 'utf8'), markdownReport(result)))
}

/** Why there can be no run here; undefined where there can. */
function refuse() {
  if (loadLibc() === undefined) return 'The load generator needs 64-bit Linux.'
  if (!existsSync(BUILT)) return 'There is no dist/main.js: run npm run build first.'
  return undefined
}

async function measure({ chosen, servers: names, rounds, seconds, database: given }) {
  const notes = []
  const say = text => console.error(text)
  const note = text => {
    say(text)
    notes.push(text)
  }
  const servers = SERVERS.filter(({ name, program }) => {
    if (!names.includes(name)) return false
    if (findProgram(program) !== undefined) return true
    note(`${name} is left out: ${program} is not installed`)
    return false
  })
  if (!canPin) note('servers and load share their cores, as they cannot be pinned to two: the figures say little')
  const machine = machineLine()
  // Cases ask and order from this process: the core of the servers is theirs alone.
  holdTo(1)
  // The peers read MaxMind's schema only; without them it is the data that come with Meridian.
  const database = given ?? (servers.some(({ readsMaxMind }) => readsMaxMind) ? cityDatabase() : undefined)
  const generator = startGenerator(1)
  const context = {
    servers,
    chosen,
    generator,
    database,
    rounds,
    seconds,
    warmSeconds: Math.min(0.3, seconds),
    say,
    note,
  }
  const rows = []
  const measures = []
  let failures = 0
  const keep = async (name, run) => {
    say(`${name} …`)
    try {
      const result = await run(context)
      rows.push(...result.rows)
      measures.push(...result.measures)
    } catch (error) {
      failures++
      note(`${name} failed: ${error.message}`)
    }
  }
  if (Object.keys(KINDS).some(name => chosen.has(name))) await keep('side by side', sideBySide)
  for (const [name, one] of Object.entries(ALONE))
    if (chosen.has(name) && names.includes('meridian')) await keep(name, one.run)
  generator.stop()
  if (rows.some(row => row.busy < SATURATED))
    notes.push(`A rate with a star is not the server's limit: it left more than a tenth of its core unused.`)
  return { machine, rows, measures, notes, failures }
}
