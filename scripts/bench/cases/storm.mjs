// Latency at half of the saturation rate: in quiet, and while new documents come in whose City maps have to be made.
import { setTimeout as pause } from 'node:timers/promises'
import { jobFor } from '../generator.mjs'
import { KINDS } from '../kinds.mjs'
import { callAdmin, meridian, replaceDocument, trafficDocument, untilAdmin } from '../servers/meridian.mjs'
import { summarize } from '../side-by-side.mjs'
import { startServer } from '../start.mjs'
import { BASE } from '../world.mjs'

const SECONDS = 10
const EVERY_MS = 250

export const storm = {
  what: 'latency at half of the saturation rate, in quiet and while City maps are made and published',

  async run({ generator, database }) {
    const one = await startServer(meridian, { database, zone: BASE, workers: 1 })
    try {
      await untilAdmin(one)
      const { kind } = KINDS['geo-ecs']
      const { qps } = await generator.run(jobFor(one, 'closed', kind, { seconds: 2, warmSeconds: 0.3 }))
      const load = { seconds: SECONDS, warmSeconds: 0.3, rate: qps / 2 }
      const quiet = await generator.run(jobFor(one, 'open', kind, load))
      const before = await version(one)
      const over = new AbortController()
      const edits = editUntil(one, over.signal)
      const stormy = await generator.run(jobFor(one, 'open', kind, load))
      over.abort()
      await edits
      const published = (await version(one)) - before
      const loop = (name, { stalledMs, untimed, answered }) => [
        measure(name, 'the load itself stood still', stalledMs, 'ms'),
        measure(name, 'answers of which it saw not when they came', (untimed / answered) * 100, '%'),
      ]
      return {
        rows: [summarize('latency', 'meridian', [quiet]), summarize('latency-storm', 'meridian', [stormy])],
        measures: [
          measure('latency-storm', 'snapshots published', published, ''),
          ...loop('latency', quiet),
          ...loop('latency-storm', stormy),
        ],
      }
    } finally {
      await one.stop()
    }
  },
}

const measure = (name, what, value, unit) => ({ case: name, server: 'meridian', what, value, unit })
const version = async one => (await callAdmin(one, 'GET', '/status')).snapshot.version

/** Moves every region a little, again and again, so that no map can be used twice. */
async function editUntil({ folder }, signal) {
  for (let i = 1; !signal.aborted; i++) {
    replaceDocument(folder, trafficDocument(BASE, { moved: i / 100 }))
    await pause(EVERY_MS)
  }
}
