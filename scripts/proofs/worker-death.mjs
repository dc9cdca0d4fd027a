// Proves that service goes on when a thread of the data plane dies under load: its own threads, killed by the runtime.
import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { localMapMaker } from '../../dist/control-plane/publish/map-maker.js'
import { Publisher } from '../../dist/control-plane/publish/publisher.js'
import { readTraffic } from '../../dist/control-plane/traffic/parse.js'
import { total } from '../../dist/data-plane/counters.js'
import { DataPlane } from '../../dist/data-plane/workers.js'
import { askOver, openAsker } from '../bench/ask.mjs'
import { jobFor, startGenerator } from '../bench/generator.mjs'
import { trafficDocument } from '../bench/servers/meridian.mjs'
import { ZONE } from '../bench/world.mjs'
import { clock } from './clock.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that service goes on when a thread of the data plane dies.', 'worker-death.mjs', {
  kills: [5, 'times that a thread is killed, with one worker and with two'],
  // It is replaced after 100 ms and has to start, on cores that the load leaves little of.
  back: [1000, 'ms after which its successor has to answer'],
})

/** What a thread has in its hands when it dies is lost with it, and that is a batch at most. */
const BATCH = 64
const KILL_AFTER_MS = 1000
/** Until the successor answers on any machine that is not busy, and somewhat longer. */
const LOAD_SECONDS = (KILL_AFTER_MS + Math.min(words.back, 3000) + 500) / 1000
const LOOK_MS = 5
const ASKERS = 16
/** It is late then, and still has to be right. */
const PATIENCE_MS = 30_000
const ZONE_SIZE = { statics: 1000, steered: 0 }
const NEW_ADDRESS = '192.168.77.'

const generator = startGenerator(1)
const figures = {}
const claims = []
try {
  for (const workers of [1, 2]) await withPlane(workers, plane => udpDeaths(workers, plane))
  await withPlane(1, tcpDeath)
} finally {
  generator.stop()
}
conclude('Death of threads under load', figures, claims, words.json)

async function withPlane(workers, use) {
  const port = await freePort()
  const crashes = []
  const plane = new DataPlane({
    listen: [{ host: '127.0.0.1', port }],
    udp: 'auto',
    workers,
    onCrash: (who, error) => crashes.push(`${who}: ${error instanceof Error ? error.message : error}`),
    onWarning: text => console.error(text),
  })
  const publisher = new Publisher({
    maps: localMapMaker(),
    publish: snapshot => plane.publish(snapshot),
    onProblem: (what, error) => console.error(what, error),
  })
  const serve = address => publisher.setDocument(documentWith(address))
  await serve('192.0.2.1')
  await plane.start(publisher.current().snapshot)
  try {
    await use({ plane, port, crashes, serve })
  } finally {
    await plane.stop()
    await publisher.close()
  }
}

/** The one thing that distinguishes the snapshots is the address of `s0`. */
function documentWith(address) {
  const text = trafficDocument(ZONE_SIZE).replace(/( s0: \{ type: A, data: )[^ ]+/, `$1${address}`)
  const { document, problems } = readTraffic(text, 'traffic.yaml', { serial: 1 })
  if (document === undefined) throw new Error(JSON.stringify(problems))
  return document
}

/** The thread has no way to die by itself that a test could ask for, so it is ended from outside its public face. */
function kill(plane, kind) {
  return plane.posts.find(post => post.kind === kind).worker.terminate()
}

function answeredBy(counters) {
  return total([counters]).queries.reduce((sum, { count }) => sum + count, 0)
}

async function udpDeaths(workers, { plane, port, crashes, serve }) {
  const job = jobFor(
    { server: {}, port, pid: process.pid },
    'closed',
    { names: 'static', ecs: false, zone: ZONE_SIZE },
    {
      seconds: LOAD_SECONDS,
      warmSeconds: 0,
      patient: true,
    },
  )
  const result = { gaps: [], others: [], lost: 0, wrong: 0, answered: 0, fell: 0, stale: 0, refused: 0 }
  for (let i = 0; i < words.kills; i++) {
    const load = generator.run(job)
    await pause(KILL_AFTER_MS)
    await killOnce({ plane, port, crashes, serve }, `${NEW_ADDRESS}${i + 1}`, result)
    const { lost, wrong, answered } = await load
    result.lost += lost
    result.wrong += wrong
    result.answered += answered
  }
  const name = workers === 1 ? 'one worker' : 'two workers'
  figures[`${name}: threads killed`] = words.kills
  figures[`${name}: deaths counted`] = plane.crashes()
  figures[`${name}: deaths told of`] = crashes.length
  figures[`${name}: answered`] = result.answered
  figures[`${name}: lost`] = result.lost
  figures[`${name}: until its successor answers, ms, slowest`] = Math.max(...result.gaps)
  if (workers > 1) figures[`${name}: answered by the other meanwhile, least`] = Math.min(...result.others)
  claims.push([
    `${name}: every death is counted and told of`,
    plane.crashes() === words.kills && crashes.length === words.kills,
  ])
  claims.push([`${name}: the successor answers within ${words.back} ms`, result.gaps.every(gap => gap < words.back)])
  claims.push([`${name}: no more than a batch is lost with a thread`, result.lost <= BATCH * words.kills])
  claims.push([`${name}: no answer is wrong`, result.wrong === 0])
  claims.push([`${name}: counters go on from where they were`, result.fell === 0])
  claims.push([`${name}: what was published meanwhile reaches every thread`, result.stale === 0])
  if (workers > 1) claims.push([`${name}: the other answers meanwhile`, result.others.every(count => count > 0)])
}

/** Kills the first thread, publishes while it is dead, waits for its successor, and asks from many sockets what it knows. */
async function killOnce({ plane, port, crashes, serve }, address, result) {
  const told = crashes.length
  const [first, second] = plane.posts.filter(post => post.kind !== 'net').map(({ counters }) => counters)
  const othersBefore = second === undefined ? 0 : answeredBy(second)
  void kill(plane, plane.posts[0].kind)
  const start = clock()
  while (crashes.length === told && clock() - start < words.back) await pause(1)
  const dead = answeredBy(first)
  const published = serve(address)
  // A closed loop stops where all that it has under way went to the dead one, or ends: these ask anew, from a new port each time.
  let others = 0
  const asking = Array.from({ length: ASKERS }, () => openAsker(port, { patience: words.back }))
  for (const asker of asking) void asker.ask(`s0.${ZONE}`)
  while (answeredBy(first) === dead && clock() - start < words.back) {
    await pause(LOOK_MS)
    if (answeredBy(first) < dead) result.fell++
    if (second !== undefined) others = answeredBy(second) - othersBefore
  }
  result.gaps.push(clock() - start)
  for (const asker of asking) asker.close()
  if (second !== undefined) result.others.push(others)
  await published
  const askers = Array.from({ length: ASKERS }, () => openAsker(port, { patience: PATIENCE_MS }))
  const answers = await Promise.all(askers.map(asker => asker.ask(`s0.${ZONE}`)))
  for (const asker of askers) asker.close()
  result.stale += answers.filter(answer => answer !== address).length
}

async function tcpDeath({ plane, port, crashes, serve }) {
  const before = await askByTcp(port)
  void kill(plane, 'net')
  const start = clock()
  while (crashes.length === 0 && clock() - start < words.back) await pause(1)
  await serve(`${NEW_ADDRESS}1`)
  let after
  while (after === undefined && clock() - start < words.back) after = await askByTcp(port)
  const gap = clock() - start
  figures['TCP: until its successor answers, ms'] = gap
  claims.push(['TCP: the death is counted and told of', plane.crashes() === 1 && crashes.length === 1])
  claims.push([
    `TCP: the successor answers within ${words.back} ms`,
    before !== undefined && after !== undefined && gap < words.back,
  ])
  claims.push(['TCP: it has what was published meanwhile', after === `${NEW_ADDRESS}1`])
}

function askByTcp(port) {
  return askOver(connect({ host: '127.0.0.1', port }), `s0.${ZONE}`, PATIENCE_MS)
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
