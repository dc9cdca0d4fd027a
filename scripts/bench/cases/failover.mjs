// From the order that takes a region out to the first answer that leaves it out, with 20 City maps and under load.
import { openAsker } from '../ask.mjs'
import { jobFor } from '../generator.mjs'
import { cpu, waited } from '../measure.mjs'
import { callAdmin, meridian, trafficDocument, untilAdmin } from '../servers/meridian.mjs'
import { median } from '../side-by-side.mjs'
import { startServer } from '../start.mjs'
import { REGIONS, ZONE } from '../world.mjs'

const MAPS = 20
const TIMES = 5
const LOAD_SECONDS = 10
const RATE = 10_000
const LIMIT_MS = 600_000
/** Tokyo: its clients have a region of their own. */
const CLIENT = [133, 11, 0]

export const failover = {
  what: 'a region taken out: time to the first changed answer, 20 maps',

  async run({ generator, database, note }) {
    const zone = { statics: 1, steered: MAPS }
    const document = trafficDocument(zone, { maps: MAPS })
    const one = await startServer(meridian, { database, zone, document, workers: 1, limitMs: LIMIT_MS })
    const asker = openAsker(one.port)
    try {
      const load = { seconds: LOAD_SECONDS, warmSeconds: 0.3, rate: RATE }
      const job = jobFor(one, 'open', { names: 'geo', ecs: true, zone }, load)
      await untilAdmin(one)
      const [{ lost, wrong }, all] = await Promise.all([generator.run(job), failOften(one, asker)])
      const times = all.map(({ changed }) => changed)
      const each = of => all.map(one => of(one).toFixed(1)).join(', ')
      note(`${TIMES} failovers, in ms: ${each(({ changed }) => changed)}`)
      note(`of it the main thread ran: ${each(({ ran }) => ran)}; others had the core: ${each(({ held }) => held)}`)
      const measure = (what, value, unit) => ({ case: 'failover', server: 'meridian', what, value, unit })
      const middle = (what, of) => measure(`until then, median: ${what}`, median(all.map(of)), 'ms')
      return {
        rows: [],
        measures: [
          measure('start to first answer, 20 maps', one.startMs, 'ms'),
          measure('order to first changed answer, median', median(times), 'ms'),
          measure('order to first changed answer, slowest', Math.max(...times), 'ms'),
          middle('the main thread ran', ({ ran }) => ran),
          middle('it could have run, and others had the core', ({ held }) => held),
          middle(
            'it waited for the disk, other threads or the client',
            ({ changed, ran, held }) => changed - ran - held,
          ),
          measure('order to its reply, median', median(all.map(({ replied }) => replied)), 'ms'),
          measure('lost during the swaps', lost, 'queries'),
          measure('wrong during the swaps', wrong, 'answers'),
        ],
      }
    } finally {
      asker.close()
      await one.stop()
    }
  },
}

async function failOften(one, asker) {
  const times = []
  for (let i = 0; i < TIMES; i++) times.push(await failOnce(one, asker))
  return times
}

/** Takes the region of the client out, waits for another answer, and brings it back. All in ms from the order on. */
async function failOnce(one, asker) {
  const name = `h0.${ZONE}`
  const first = await asker.ask(name, CLIENT)
  const { id } = REGIONS.find(({ address }) => address === first)
  const start = performance.now()
  const before = mainThread(one)
  const [{ at, main }, replied] = await Promise.all([
    until(asker, name, answer => answer !== first).then(at => ({ at, main: mainThread(one) })),
    callAdmin(one, 'PATCH', `/regions/${id}`, { enabled: false }).then(() => performance.now()),
  ])
  await callAdmin(one, 'PATCH', `/regions/${id}`, { enabled: true })
  await until(asker, name, answer => answer === first)
  return {
    changed: at - start,
    replied: replied - start,
    ran: main.ran - before.ran,
    held: main.held - before.held,
  }
}

/** What the thread that decides has spent since its birth, ms. */
function mainThread({ pid }) {
  const [ran, held] = [cpu, waited].map(of => of([pid]).get(String(pid)) / 1e6)
  return { ran, held }
}

/** When the answer was as wanted, on the clock of this process. @throws Error where it never is */
async function until(asker, name, wanted) {
  for (const end = performance.now() + 30_000; performance.now() < end; ) {
    const answer = await asker.ask(name, CLIENT)
    if (answer !== undefined && wanted(answer)) return performance.now()
  }
  throw new Error(`the answer for ${name} did not change`)
}
