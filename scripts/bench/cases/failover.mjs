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
      const each = { override: [], edit: [] }
      const [{ lost, wrong }] = await Promise.all([generator.run(job), failOften(one, asker, each)])
      for (const [way, all] of Object.entries(each)) {
        const told = of => all.map(one => of(one).toFixed(1)).join(', ')
        note(`${TIMES} failovers by ${WAYS[way].name}, in ms: ${told(({ changed }) => changed)}`)
        note(`of it the main thread ran: ${told(({ ran }) => ran)}; others had the core: ${told(({ held }) => held)}`)
      }
      return {
        rows: [],
        measures: [
          measure('start to first answer, 20 maps', one.startMs, 'ms'),
          ...measuresOf(each.override, ''),
          ...measuresOf(each.edit, 'the document edited, '),
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

const measure = (what, value, unit) => ({ case: 'failover', server: 'meridian', what, value, unit })

function measuresOf(all, how) {
  const times = all.map(({ changed }) => changed)
  const middle = (what, of) => measure(`${how}until then, median: ${what}`, median(all.map(of)), 'ms')
  return [
    measure(`${how}order to first changed answer, median`, median(times), 'ms'),
    measure(`${how}order to first changed answer, slowest`, Math.max(...times), 'ms'),
    middle('the main thread ran', ({ ran }) => ran),
    middle('it could have run, and others had the core', ({ held }) => held),
    middle('it waited for the disk, other threads or the client', ({ changed, ran, held }) => changed - ran - held),
    measure(`${how}order to its reply, median`, median(all.map(({ replied }) => replied)), 'ms'),
  ]
}

/** Of how a region is taken out and brought back: an override is in force before it is on the disk, an edit after. */
const WAYS = {
  override: {
    name: 'an override',
    async out(one, id) {
      const wish = { targets: [id], state: 'down', for: '10m', reason: 'measured' }
      const made = await callAdmin(one, 'POST', '/overrides', wish)
      return () => callAdmin(one, 'DELETE', `/overrides/${made.id}`)
    },
  },
  edit: {
    name: 'an edit of the document',
    async out(one, id) {
      await callAdmin(one, 'PATCH', `/regions/${id}`, { enabled: false })
      return () => callAdmin(one, 'PATCH', `/regions/${id}`, { enabled: true })
    },
  },
}

async function failOften(one, asker, each) {
  for (const [way, times] of Object.entries(each))
    for (let i = 0; i < TIMES; i++) times.push(await failOnce(one, asker, WAYS[way]))
}

/** Takes the region of the client out, waits for another answer, and brings it back. All in ms from the order on. */
async function failOnce(one, asker, { out }) {
  const name = `h0.${ZONE}`
  const first = await asker.ask(name, CLIENT)
  const { id } = REGIONS.find(({ address }) => address === first)
  const start = performance.now()
  const before = mainThread(one)
  const [{ at, main }, { replied, back }] = await Promise.all([
    until(asker, name, answer => answer !== first).then(at => ({ at, main: mainThread(one) })),
    out(one, id).then(back => ({ replied: performance.now(), back })),
  ])
  await back()
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
