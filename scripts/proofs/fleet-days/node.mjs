// A node of the simulated fleet: what src/node/node.ts joins, of the same parts, but for sockets, geo databases and threads, which have no
// part in what a fleet agrees on. Probes look into the simulated world.
import { localCrew } from '../../../dist/control-plane/health/local-crew.js'
import { createProber } from '../../../dist/control-plane/health/prober.js'
import { EventBus } from '../../../dist/control-plane/operate/event.js'
import { LatencyDesk } from '../../../dist/control-plane/operate/latency-desk.js'
import { localMapMaker } from '../../../dist/control-plane/publish/map-maker.js'
import { Publisher } from '../../../dist/control-plane/publish/publisher.js'
import { contentOf } from '../../../dist/node/content.js'
import { openDrills } from '../../../dist/node/drills.js'
import { openFleet } from '../../../dist/node/fleet.js'
import { followStore } from '../../../dist/node/follow-store.js'
import { HealthFile } from '../../../dist/node/health-file.js'
import { openOverrides } from '../../../dist/node/overrides.js'
import { openSafety } from '../../../dist/node/safety.js'
import { joinVotes } from '../../../dist/node/votes.js'
import { readSettings } from '../../../dist/settings.js'
import { asker } from './ask.mjs'

/** Rare signs of life and rare probes: what faults do to them is the same, and a day is a quarter as long to work out. */
export const SILENCE_MS = 120_000
export const STORE_TIMEOUT_MS = 5000

const settingsOf = name => {
  const read = readSettings(
    `state-directory: /sim/${name}/state
history: { revisions: 30 }
fleet:
  node: ${name}
  silence: ${SILENCE_MS / 1000}s
  etcd: { endpoints: [http://m0, http://m1, http://m2], timeout: ${STORE_TIMEOUT_MS / 1000}s }
`,
    `/sim/${name}/server.yaml`,
  )
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return read.settings
}

const NOTHING_COUNTED = { regions: [], responses: [] }
const NO_RATES = { series: () => ({ stepMs: 10_000, slices: [] }) }

/**
 * Resolves when it answers. Rejects as a process does that ends.
 * @param probe what a probe of an address finds
 * @param say is told what the node logs, and what it records
 */
export async function startNode(name, { probe, say }) {
  const settings = settingsOf(name)
  const log = logOf(say)
  const fleet = await openFleet(settings, log, 'simulated')
  const { store } = fleet
  const audit = { record: async line => say('audit', line.what ?? '', line) }
  const bus = new EventBus(error => log.error({ error }, 'a listener failed'))
  const publisher = new Publisher({
    maps: localMapMaker(),
    publish: () => {},
    onProblem: (what, error) => say('problem', what, error),
  })
  const crew = localCrew({ probe, suspectShare: settings.health.suspectShare })
  const prober = createProber({ crew, log })
  const overrides = await openOverrides(settings, { store, prober, publisher, audit, fleet }, log)
  const publishHealth = () => publisher.setHealth(prober.health())
  // None of the zones is signed.
  const dnssec = { isChained: () => false }
  const safety = await openSafety(settings, { store, publisher, prober, fleet, dnssec }, log)
  const desk = new LatencyDesk({ store, publisher, locate: async () => undefined, now: Date.now })
  const drills = await openDrills(settings, {
    ...{ store, prober, publisher, overrides, safety, fleet, audit, bus, log },
    counts: () => NOTHING_COUNTED,
    rates: NO_RATES,
    samples: () => undefined,
    locate: async () => undefined,
  })
  const begun = store.current()
  const health = new HealthFile(`${settings.stateDirectory}/health.json`, prober, log)
  await health.restore()
  await drills.resume()
  const votes = joinVotes({ votes: fleet.votes, prober, ...settings.fleet, mostDown: settings.health.suspectShare })
  prober.configure(begun.document)
  await publisher.setDatabases({ 4: undefined, 6: undefined })
  await Promise.all([desk.serve(begun.document), prober.firstRound()])
  publishHealth()
  overrides.refresh()
  prober.onChange(() => {
    publishHealth()
    fleet.changed()
    health.save()
    void drills.look()
  })
  const content = () => contentOf(store.current(), [], overrides.forced(), prober.health())
  fleet.join(content, () => votes.words())
  drills.run()
  followStore({
    ...{ store, begun, prober, publishHealth, latency: { desk }, overrides, drills, log },
    happenings: { bus },
    judge: document => safety.served(document),
    served: { before: async () => {}, after: () => fleet.changed() },
  })
  return {
    ...{ store, fleet, overrides, drills, prober, content },
    ask: asker(publisher),
    async stop() {
      await health.write()
      await drills.close()
      await safety.close()
      await overrides.close()
      prober.stop()
      await fleet.close()
    },
  }
}

function logOf(say) {
  const level = kind => (fields, words) => say(kind, words ?? fields, fields)
  return { trace() {}, debug() {}, info: level('info'), warn: level('warn'), error: level('error') }
}
