// A running node: both planes joined, and everything that one change in either has to reach.
import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { AdminPort, Counts } from '../control-plane/admin/port.js'
import { REPEAT_LIMITS } from '../control-plane/admin/repeats.js'
import { landCells } from '../control-plane/geo/cells.js'
import { createProber } from '../control-plane/health/prober.js'
import { threadCrew } from '../control-plane/health/thread-crew.js'
import type { AcmeDesk } from '../control-plane/operate/acme-desk.js'
import { Audit } from '../control-plane/operate/audit.js'
import { catchment } from '../control-plane/operate/catchment.js'
import { explain } from '../control-plane/operate/explain.js'
import { GeoDesk } from '../control-plane/operate/geo-desk.js'
import { NetworksNear } from '../control-plane/operate/networks-near.js'
import { PlacedPopulation } from '../control-plane/operate/population.js'
import { threadMapMaker } from '../control-plane/publish/thread-maker.js'
import { FolderShelf } from '../control-plane/state/folder-shelf.js'
import { Durations } from '../control-plane/trace/durations.js'
import { spannedNow } from '../control-plane/trace/span.js'
import { versionOf } from '../data-plane/counters.js'
import type { Inheritance } from '../data-plane/workers.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import { openAcme } from './acme.js'
import { auditHands } from './audit-hands.js'
import { startBalance } from './balance.js'
import { watchBreakGlass } from './break-glass-file.js'
import { Closing } from './closing.js'
import { contentOf } from './content.js'
import { namedCounts } from './counts.js'
import { openDrills } from './drills.js'
import { type Fleet, openFleet } from './fleet.js'
import { followStore } from './follow-store.js'
import { giveBackMemory } from './give-back.js'
import { openHappenings } from './happenings.js'
import { HealthFile } from './health-file.js'
import { openIncidents } from './incidents.js'
import { NodeLatency } from './latency.js'
import { watchLimits } from './limit-watch.js'
import { lineAnswerer } from './line.js'
import { startLoads } from './loads.js'
import { spareOneCore } from './one-core.js'
import { openOverrides } from './overrides.js'
import { watchRates } from './rates.js'
import { openSafety, tellBroken } from './safety.js'
import { type NodeSamples, openSamples } from './samples.js'
import { openServing } from './serving.js'
import { openSources, type Sources } from './sources.js'
import { databaseStatus, lagOf } from './status.js'
import type { Telemetry } from './telemetry.js'
import { openTokens } from './tokens.js'
import { joinVotes } from './votes.js'

export type { Sources } from './sources.js'

export interface RunningNode {
  /** What the admin server, and whoever else looks in, may see and do. */
  readonly port: AdminPort
  /** Writes challenges of certificates; undefined where the settings know no listener for them. */
  readonly acme: AcmeDesk | undefined
  /** Looks at once whether the traffic document has changed. */
  reread(): Promise<void>
  /** What another process can answer with in this one's place. */
  sockets(): Inheritance
  /** Saves what is to be remembered and touches nothing any more, but goes on answering with what it knows until `stop`. */
  letGo(): Promise<void>
  /**
   * Answers what is in flight, saves what is to be remembered, and resolves when nothing runs any more.
   * @param finishMs for how long those who are connected may go on; not at all unless told
   */
  stop(finishMs?: number): Promise<void>
}

/**
 * Starts everything in the order that lets the first answer be a right one: document, geo data, maps and one round of
 * probes, and only then the sockets.
 * @throws TrafficRefused, GeoDatabaseError, or an Error that names the address that cannot be listened on
 */
export async function startNode(
  settings: Settings,
  log: Log,
  release: string,
  sources: Sources = {},
): Promise<RunningNode> {
  giveBackMemory()
  spareOneCore()
  await mkdir(settings.stateDirectory, { recursive: true, mode: 0o700 })
  const closing = new Closing(err => log.error({ err }, 'something could not be closed'))
  try {
    const { fleet: inFleet } = settings
    if (sources.store !== undefined || inFleet === undefined)
      return await start(settings, log, release, sources, undefined, closing)
    const fleet = await openFleet({ ...settings, fleet: inFleet }, log, release)
    closing.add(() => fleet.close())
    return await start(settings, log, release, { ...sources, store: fleet.store }, fleet, closing)
  } catch (error) {
    await closing.close()
    throw error
  }
}

async function start(
  settings: Settings,
  log: Log,
  release: string,
  sources: Sources,
  fleet: Fleet | undefined,
  closing: Closing,
): Promise<RunningNode> {
  const startedAt = Date.now()
  const { stateDirectory } = settings
  const audit = await Audit.open(join(stateDirectory, 'audit.log'), {
    onProblem: (sentence, err) => log.error({ err }, sentence),
  })
  closing.add(() => audit.close())
  const { store, geo, check, keys, serials } = await openSources(settings, sources, closing, log)
  const happenings = await openHappenings(settings, log)
  closing.add(() => happenings.stop())
  const serving = await openServing(settings, {
    store,
    keys,
    fleet,
    locate: () => geo.reader(),
    happenings,
    inherited: sources.inherited,
    closing,
    audit,
    log,
  })
  const { plane, publisher, office, dnssec } = serving
  let samples: NodeSamples | undefined
  // Closed after the threads, though opened after them as well: what they wrote last is read.
  closing.add(() => samples?.close())

  const maps = join(stateDirectory, 'maps')
  const crew = threadCrew({
    suspectShare: settings.health.suspectShare,
    execAllowed: settings.health.exec,
    source: settings.health.source,
    limits: settings.health.limits,
    onCrash: why => log.error({ why }, `the thread that probes died (${why}) and is replaced; what was known is held`),
  })
  const prober = createProber({ crew, log, selfChecks: settings.health.selfChecks })
  closing.add(() => prober.stop())
  happenings.follow(prober)
  const overrides = await openOverrides(settings, { store, prober, publisher, audit, fleet }, log)
  closing.add(() => overrides.close())
  const tokens = await openTokens(stateDirectory, fleet, log)
  const replies = fleet?.replies() ?? new FolderShelf(join(stateDirectory, 'replies'), REPEAT_LIMITS)
  const acme = await openAcme(settings, { store, fleet, closing }, log)
  const { incidents, publishHealth } = await openIncidents({
    stateDirectory,
    plane,
    publisher,
    prober,
    happenings,
    log,
  })
  closing.add(() => incidents.close())
  const safety = await openSafety(settings, { store, publisher, prober, fleet, dnssec }, log)
  closing.add(() => safety.close())
  const latency = new NodeLatency({
    store,
    publisher,
    locate: () => geo.reader(),
    against: (name, table) => safety.judgeTable(name, table),
    folder: join(stateDirectory, 'latency'),
    log,
  })
  const counts = (): Counts => namedCounts(plane, publisher, office.tally())
  const rates = watchRates(counts)
  closing.add(() => rates.stop())
  const drills = await openDrills(settings, {
    ...{ store, prober, publisher, overrides, safety, counts, rates, fleet, audit, log },
    bus: happenings.bus,
    locate: () => geo.reader(),
    samples: () => samples?.port,
  })
  closing.add(() => drills.close())

  const begun = store.current()
  const health = new HealthFile(join(stateDirectory, 'health.json'), prober, log)
  await health.restore()
  closing.add(() => health.write())
  await drills.resume()
  const votes =
    fleet &&
    settings.fleet &&
    joinVotes({ votes: fleet.votes, prober, ...settings.fleet, mostDown: settings.health.suspectShare })
  prober.configure(begun.document)
  await serials.served(begun.document)
  await publisher.setDatabases(geo.byFamily())
  await latency.restore(begun.document)
  closing.add(() => latency.stop())
  await Promise.all([latency.desk.serve(begun.document), prober.firstRound()])
  publishHealth()
  overrides.refresh()
  closing.add(await watchBreakGlass(join(stateDirectory, 'break-glass.yaml'), { overrides, store, audit }, log))
  await serving.start(begun.document)
  samples = openSamples(settings, { plane, publisher, geo, release, startedAt, log })

  prober.onChange((_health, changes) => {
    const attributes = { changes: changes.map(({ region, up }) => `${region} ${up ? 'up' : 'down'}`).join(', ') }
    spannedNow({ name: 'health', alone: changes.length > 0, attributes }, publishHealth)
    fleet?.changed()
    health.save()
    void drills.look()
  })
  fleet?.join(
    () => contentOf(store.current(), geo.list(), overrides.forced(), prober.health()),
    () => votes?.words() ?? new Map(),
  )
  drills.run()
  await auditHands(store, audit, startedAt)
  followStore({
    store,
    begun,
    prober,
    publishHealth,
    latency,
    overrides,
    drills,
    happenings,
    judge: document => tellBroken(safety.served(document), { actor: 'file', what: 'an edit of the file' }, audit, log),
    log,
    served: {
      before: document => serials.served(document),
      after: document => {
        serving.served(document)
        fleet?.changed()
      },
    },
  })
  geo.watch(
    async files => {
      log.info('a newer geo database was found; its maps are being made')
      await publisher.setDatabases(files)
      log.info('the newer geo database is in use')
    },
    (file, err) => log.error({ err, file }, `${file} was not taken; the data before it stay in use`),
  )
  const geoDesk = new GeoDesk({
    library: geo,
    publisher,
    check,
    // The same cache: what is compiled to be compared is there when it takes its place.
    maps: () => threadMapMaker(maps),
    own: sources.databases === undefined && settings.geo.databases.length > 0,
    mostMoved: settings.geo.mostMoved,
  })
  latency.start()
  const loads = startLoads({
    document: () => store.current().document,
    apply: inForce => publisher.setLoads(inForce),
    log,
  })
  closing.add(() => loads.stop())
  const balance = startBalance({
    publisher,
    loads: loads.loads,
    geo,
    demand: samples && (() => samples.port.demand('1h')),
    log,
  })
  closing.add(() => balance.stop())
  prober.onChange(() => balance.look())
  const lag = monitorEventLoopDelay({ resolution: 20 })
  lag.enable()
  closing.add(() => lag.disable())
  closing.add(watchLimits(plane, log))

  const answer = lineAnswerer(() => publisher.current()!.snapshot, publisher.online)
  const near = new NetworksNear(() => geo.reader())
  const people = new PlacedPopulation(
    () => geo.reader(),
    () => geo.list().map(({ hash }) => hash).join(' '), // biome-ignore format: one step a line says no more
  )
  let telemetry: Telemetry | undefined
  const port: AdminPort = {
    release,
    startedAt,
    store,
    overrides,
    safety,
    drills,
    tokens,
    audit,
    replies,
    incidents,
    geo: geoDesk,
    loads: loads.loads,
    balance: balance.facts,
    latency: latency.desk,
    published: () => publisher.current(),
    health: () => prober.health(),
    prober,
    subscribe: listener => happenings.bus.subscribe(listener),
    webhooks: () => happenings.webhooks.counts(),
    requests: new Durations(),
    listeners: () => plane.listeners(),
    databases: () => databaseStatus(geo, settings),
    counts,
    eventLoopLag: () => lagOf(lag),
    locate: () => geo.reader(),
    networkNear: place => near.find(place),
    population: () => people.get(),
    explain: async question => {
      const locate = await geo.reader()
      return explain({ published: publisher.current()!, locate, answer }, question)
    },
    catchment: (name, type) => catchment(publisher.current()!, landCells(), name, type),
    rates: span => rates.series(span),
    consider: document => publisher.compileAside(document),
    samples: samples?.port,
    fleet: () => fleet?.state(),
    dnssec: dnssec.port(publisher),
    telemetry: () => telemetry?.counts() ?? [],
  }
  if (settings.telemetry !== undefined) {
    const { openTelemetry } = await import('./telemetry.js')
    telemetry = await openTelemetry(settings.telemetry, {
      port,
      node: settings.fleet?.node ?? hostname(),
      versions: () => plane.counters().map(versionOf),
      log,
    })
    closing.add(() => telemetry?.close())
  }
  return {
    port,
    acme,
    reread: () => store.reread(),
    sockets: () => plane.sockets(),
    letGo() {
      serving.keep()
      return closing.close()
    },
    async stop(finishMs) {
      await closing.close()
      await plane.stop(finishMs)
    },
  }
}
