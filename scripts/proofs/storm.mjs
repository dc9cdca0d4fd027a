// Proves that no query is lost and no answer wrong while region after region is taken out and brought back under full load.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pinned } from '../bench/cores.mjs'
import { random } from '../bench/query.mjs'
import { callAdmin, meridian, trafficDocument, untilAdmin } from '../bench/servers/meridian.mjs'
import { startServer } from '../bench/start.mjs'
import { REGIONS, ZONE } from '../bench/world.mjs'
import { clock } from './clock.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords(
  'Proves that nothing is lost or wrong during a storm of changes under full load.',
  'storm.mjs',
  {
    publishes: [200, 'changes of the state of a region'],
    seconds: [20, 'in so many seconds'],
    names: [4, 'steered names, each with a map of its own'],
    pace: [1.1, 'times the seconds that the changes may take'],
    seen: [90, 'per cent of the changes that have to be seen in answers that no earlier state explains'],
  },
)

/** So many regions stay up, so that no ladder is climbed. */
const FEWEST_UP = 10
const LOAD = fileURLToPath(new URL('storm/load.mjs', import.meta.url))
const MOST_PER_SECOND = 400_000

const names = words.names
const zone = { statics: 1, steered: names }
const one = await startServer(meridian, {
  zone,
  document: trafficDocument(zone, { maps: names }),
  workers: 1,
  limitMs: 300_000,
})
try {
  await untilAdmin(one)
  const [program, line] = pinned([1], process.execPath, [LOAD])
  const load = spawn(program, line, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  // With one map the names leave nobody out; `-1` is no region.
  const left = i => (names > 1 ? i : -1)
  load.send({
    port: one.port,
    most: Math.ceil((words.seconds + 10) * MOST_PER_SECOND),
    warmMs: 500,
    names: Array.from({ length: names }, (_, i) => ({ name: `h${i}.${ZONE}`, left: left(i) })),
    regions: REGIONS.map(({ id, latitude, longitude }) => ({ id, weight: 1, location: { latitude, longitude } })),
    seed: 20_261_124,
  })
  await heard(load)
  const before = await version(one)
  const { states, seconds, slowest } = await storm(one, words)
  const published = (await version(one)) - before
  load.send(states)
  report(await heard(load), { published, seconds, slowest })
} finally {
  await one.stop()
}

async function heard(child) {
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => [{ code }])])
  if (message?.code !== undefined) throw new Error(`the load ended with ${message.code}`)
  return message
}

async function version(server) {
  return (await callAdmin(server, 'GET', '/status')).snapshot.version
}

/** One change after the other, each at its time or as soon as the one before it is done. */
async function storm(server, { publishes, seconds }) {
  const draw = random(7)
  const states = [{ requested: 0, replied: 0, up: 2 ** REGIONS.length - 1 }]
  const start = clock()
  let slowest = 0
  for (let i = 0; i < publishes; i++) {
    await pause(Math.max(0, start + (i * seconds * 1000) / publishes - clock()))
    const { up } = states.at(-1)
    const region = pick(up, draw)
    const requested = clock()
    await callAdmin(server, 'PATCH', `/regions/${REGIONS[region].id}`, { enabled: ((up >>> region) & 1) === 0 })
    const replied = clock()
    slowest = Math.max(slowest, replied - requested)
    states.push({ requested, replied, up: up ^ (1 << region) })
  }
  return { states, seconds: (clock() - start) / 1000, slowest }
}

function pick(up, draw) {
  const region = Math.floor(draw() * REGIONS.length)
  const count = REGIONS.reduce((sum, _, i) => sum + ((up >>> i) & 1), 0)
  return count > FEWEST_UP || ((up >>> region) & 1) === 0 ? region : pick(up, draw)
}

function report(result, { published, seconds, slowest }) {
  const { sent, answered, lost, stray, malformed, wrong, drops, qps, certain, either, changesSeen, examples } = result
  if (wrong > 0) console.error(JSON.stringify(examples))
  const figures = {
    'changes made': words.publishes,
    'in seconds': seconds,
    'snapshots published': published,
    'slowest change, ms': slowest,
    'queries sent': sent,
    answered,
    'answers per second': Math.round(qps),
    lost,
    'dropped by the kernel': drops,
    'answers that nobody asked for': stray,
    'not one address for the question': malformed,
    'answers that one state had to give': certain,
    'answers that one of several had to give': either,
    wrong,
    'changes seen in answers that no earlier state explains': changesSeen,
  }
  conclude(
    'Storm: every answer against the states that may have been in force',
    figures,
    [
      ['no query was lost', lost === 0 && sent === answered],
      ['the kernel dropped nothing', drops === 0],
      ['no answer was wrong', wrong === 0 && malformed === 0 && stray === 0],
      ['every change was published', published >= words.publishes],
      ['the changes kept their pace', seconds <= words.seconds * words.pace],
      [
        `${words.seen} % of the changes were seen in answers that no earlier state explains`,
        changesSeen >= (words.publishes * words.seen) / 100,
      ],
    ],
    words.json,
  )
}
