// Proves that a restart loses nothing: another process takes the place of the one that answers, under load, again and again.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { jobFor, startGenerator } from '../bench/generator.mjs'
import { family } from '../bench/measure.mjs'
import { openConnections } from './restart/connections.mjs'
import { openEditor } from './restart/editor.mjs'
import { startWorld } from './restart/world.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that a restart loses neither a query nor an edit.', 'restart.mjs', {
  queries: [1_000_000, 'queries by UDP'],
  restarts: [3, 'times that another process takes over meanwhile'],
  load: [50, 'per cent of what the server can do; measured first'],
  rate: [0, 'queries a second, in place of that'],
  steered: [20, 'names that are steered, and asked for; with 0 static ones are'],
  workers: [2, 'threads that answer by UDP'],
  dgram: [0, '1: by sockets of Node, and not by the kernel’s calls for batches'],
  tls: [0, '1: DNS over TLS beside it, and the API over HTTPS'],
  fleet: [0, '1: in a fleet with another node and three members of etcd'],
})

const ZONE_SIZE = { statics: 1000, steered: words.steered }
const SATURATION_SECONDS = 2
const RESTART_MS = 120_000
const PAUSE_MS = 1000
const PIECE_SECONDS = 4
/** A busy machine is not a lost query. */
const PATIENCE_MS = 30_000
const KIND = { names: words.steered > 0 ? 'geo' : 'static', ecs: words.steered > 0, zone: ZONE_SIZE }

const world = await startWorld(words, ZONE_SIZE)
const { one, call } = world
const generator = startGenerator(1)
/** The process that answers now. */
let pid = one.pid
process.once('exit', () => end('SIGKILL'))
try {
  const rate = words.rate || Math.round(((await saturation()) * words.load) / 100)
  const before = drops()
  const connections = Object.entries(world.ways).map(([way, open]) => [way, openConnections(open)])
  const editor = openEditor(call)
  const spans = []
  const restarts = manyRestarts(spans)
  const result = await askUntil(restarts, rate)
  await report({
    rate,
    result,
    spans,
    dropped: drops() - before,
    byWay: await Promise.all(connections.map(async ([way, { stop }]) => [way, await stop()])),
    edits: await editor.stop(),
    differing: await world.differing(),
  })
} finally {
  generator.stop()
  end('SIGTERM')
  for (let left = 100; left > 0 && isThere(pid); left--) await pause(100)
  await world.stop()
}

async function saturation() {
  const { qps } = await generator.run(jobFor(one, 'closed', KIND, { seconds: SATURATION_SECONDS, warmSeconds: 1 }))
  return qps
}

async function manyRestarts(spans) {
  for (let i = 0; i < words.restarts; i++) {
    await pause(PAUSE_MS)
    spans.push(await restart())
  }
}

/** Asks at that rate until all is done, and for as many queries as were asked for at the least. */
async function askUntil(done, rate) {
  let isDone = false
  done.finally(() => {
    isDone = true
  })
  const sum = { answered: 0, lost: 0, wrong: 0, stray: 0 }
  const job = { ...jobFor(one, 'open', KIND, { seconds: PIECE_SECONDS, warmSeconds: 0 }), rate, drainMs: PATIENCE_MS }
  while (!isDone || sum.answered + sum.lost < words.queries) {
    const piece = await generator.run(job)
    for (const key of Object.keys(sum)) sum[key] += piece[key]
  }
  await done
  return sum
}

/** @returns ms until the process before was gone */
async function restart() {
  const started = performance.now()
  const before = pid
  process.kill(before, 'SIGUSR2')
  const deadline = started + RESTART_MS
  while (performance.now() < deadline) {
    const young = family(before).find(other => other !== before)
    if (young !== undefined) pid = young
    if (!isThere(before)) return performance.now() - started
    await pause(20)
  }
  throw new Error(`no other process has taken over: ${readFileSync(join(one.folder, 'log'), 'utf8').slice(-2000)}`)
}

/** One that has ended, and that nobody has asked how, is there no more. */
function isThere(process) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${process}/status`, 'utf8'))
  } catch {
    return false
  }
}

function end(signal) {
  if (pid !== one.pid && isThere(pid)) process.kill(pid, signal)
}

/** What the kernel could not keep for the server, of all its sockets there (man 5 proc). */
function drops() {
  const port = one.port.toString(16).toUpperCase().padStart(4, '0')
  const rows = readFileSync('/proc/net/udp', 'utf8').split('\n')
  return rows
    .filter(row => row.trim().split(/\s+/)[1]?.endsWith(`:${port}`))
    .reduce((sum, row) => sum + Number(row.trim().split(/\s+/).at(-1)), 0)
}

async function report({ rate, result, spans, dropped, byWay, edits, differing }) {
  const figures = {
    'queries by UDP': result.answered + result.lost,
    'a second': rate,
    answered: result.answered,
    lost: result.lost,
    'dropped by the kernel': dropped,
    wrong: result.wrong,
    'answers that nobody asked for': result.stray,
    restarts: spans.length,
    'from the signal until the process before was gone, ms, longest': Math.max(...spans),
    'edits sent through the API': edits.sent,
    'of them refused or lost': edits.failed,
  }
  for (const [way, { asked, lost }] of byWay) {
    figures[`queries by ${way}, each on a connection of its own`] = asked
    figures[`by ${way}: without an answer`] = lost
  }
  conclude(
    `Restart: another process takes over under load${world.what}`,
    figures,
    [
      ['another process took over each time', spans.length === words.restarts && pid !== one.pid],
      ['no query by UDP was lost', result.lost === 0],
      ['no answer was wrong, none came twice', result.wrong === 0 && result.stray === 0],
      ...byWay.map(([way, { asked, lost }]) => [`no query by ${way} was lost`, lost === 0 && asked > 0]),
      ['every edit was taken, and is there', edits.failed === 0 && edits.sent > 0],
      ...(words.fleet ? [['the other node has all of it, and answers alike', differing === undefined]] : []),
    ],
    words.json,
  )
}
