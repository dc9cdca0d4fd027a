// Latency at half of the saturation rate: in quiet, beside the others; while regions go and come back, many times a second; and while
// new documents come in whose City maps have to be made.
import { setTimeout as pause } from 'node:timers/promises'
import { jobFor } from '../generator.mjs'
import { KINDS } from '../kinds.mjs'
import { callAdmin, meridian, replaceDocument, trafficDocument, untilAdmin } from '../servers/meridian.mjs'
import { summarize } from '../side-by-side.mjs'
import { startServer } from '../start.mjs'
import { BASE, REGIONS } from '../world.mjs'

const SECONDS = 10
/** Oftener than a map can be made. */
const EDIT_MS = 250
/** 20 times a second. */
const PUBLISH_MS = 50
const NAME = 'geo-ecs'

export const storm = {
  what: 'latency at half of the saturation rate, in quiet, with 20 publishes a second, and while City maps are made and published',

  async run({ servers, generator, database }) {
    const parts = []
    for (const server of servers.filter(({ answers }) => answers.includes(NAME))) {
      const one = await startServer(server, { database, zone: BASE, workers: 1 })
      try {
        const load = await halfOfSaturation(one, generator)
        parts.push(partOf('latency', server, await generator.run(load)))
        if (server === meridian) {
          await untilAdmin(one)
          parts.push(await during('latency-publishes', takeOutUntil, one, load, generator))
          parts.push(await during('latency-storm', editUntil, one, load, generator))
        }
      } finally {
        await one.stop()
      }
    }
    return { rows: parts.flatMap(({ rows }) => rows), measures: parts.flatMap(({ measures }) => measures) }
  },
}

async function halfOfSaturation(one, generator) {
  const { kind } = KINDS[NAME]
  const { qps, busiest } = await generator.run(jobFor(one, 'closed', kind, { seconds: 2, warmSeconds: 0.3 }))
  return jobFor(one, 'open', kind, { seconds: SECONDS, warmSeconds: 0.3, rate: qps / 2, thread: busiest })
}

/** A row, and what kept the server and the load from running meanwhile. */
function partOf(name, server, result) {
  const measure = (what, value, unit) => ({ case: name, server: server.name, what, value, unit })
  const { waitedMs, stolenMs, stalledMs, untimed, answered } = result
  return {
    rows: [summarize(name, server.name, [result])],
    measures: [
      measure(`the thread that answers could have run, and others had the core, in ${SECONDS} s`, waitedMs, 'ms'),
      measure('the host kept the machine from running', stolenMs, 'ms'),
      measure('the load itself stood still', stalledMs, 'ms'),
      measure('answers of which it saw not when they came', (untimed / answered) * 100, '%'),
    ],
  }
}

/** The same, while `disturb` does what it does until it is told to stop. */
async function during(name, disturb, one, load, generator) {
  const before = await version(one)
  const over = new AbortController()
  const disturbed = disturb(one, over.signal)
  const result = await generator.run(load)
  over.abort()
  await disturbed
  const { rows, measures } = partOf(name, one.server, result)
  const published = (await version(one)) - before
  const told = {
    case: name,
    server: one.server.name,
    what: 'snapshots published',
    value: published,
    unit: '',
  }
  return { rows, measures: [told, ...measures] }
}

const version = async one => (await callAdmin(one, 'GET', '/status')).snapshot.version

/** Moves every region a little, again and again, so that no map can be used twice. */
async function editUntil({ folder }, signal) {
  for (let i = 1; !signal.aborted; i++) {
    replaceDocument(folder, trafficDocument(BASE, { moved: i / 100 }))
    await pause(EDIT_MS)
  }
}

/** Takes out one region after the other and brings it back, on a timetable: what is late is made up for. */
async function takeOutUntil(one, signal) {
  const start = performance.now()
  const inTurn = async n => {
    await pause(Math.max(0, start + n * PUBLISH_MS - performance.now()))
    return !signal.aborted
  }
  for (let i = 0; await inTurn(2 * i); i++) {
    const targets = [REGIONS[i % REGIONS.length].id]
    const { id } = await callAdmin(one, 'POST', '/overrides', {
      targets,
      state: 'down',
      for: '10m',
      reason: 'measured',
    })
    await inTurn(2 * i + 1)
    await callAdmin(one, 'DELETE', `/overrides/${id}`)
  }
}
