// A running node: both planes joined, and everything that one change in either has to reach.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { AdminPort, Counts } from '../control-plane/admin/port.js'
import { Tokens } from '../control-plane/admin/tokens.js'
import { bundledDatabases } from '../control-plane/geo/bundled.js'
import { landCells } from '../control-plane/geo/cells.js'
import { checkAside } from '../control-plane/geo/check.js'
import { GeoLibrary } from '../control-plane/geo/library.js'
import { createProber, type Prober } from '../control-plane/health/prober.js'
import { threadCrew } from '../control-plane/health/thread-crew.js'
import { Audit } from '../control-plane/operate/audit.js'
import { catchment } from '../control-plane/operate/catchment.js'
import type { Drills } from '../control-plane/operate/drills.js'
import { explain } from '../control-plane/operate/explain.js'
import { GeoDesk } from '../control-plane/operate/geo-desk.js'
import { Overrides } from '../control-plane/operate/overrides.js'
import type { Refusal } from '../control-plane/operate/safety/judge.js'
import { Safety } from '../control-plane/operate/safety.js'
import { NOTHING_FORCED } from '../control-plane/publish/forced.js'
import { Publisher } from '../control-plane/publish/publisher.js'
import { threadMapMaker } from '../control-plane/publish/thread-maker.js'
import { readKept } from '../control-plane/state/kept-value.js'
import { OwnValue } from '../control-plane/state/own-value.js'
import type { SharedValue } from '../control-plane/state/shared-value.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import { openFileStore } from '../control-plane/traffic/file-store.js'
import { formatProblem } from '../control-plane/traffic/problem.js'
import { Revisions } from '../control-plane/traffic/revisions.js'
import type { Loaded, TrafficStore } from '../control-plane/traffic/store.js'
import { DataPlane } from '../data-plane/workers.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import { watchBreakGlass } from './break-glass-file.js'
import { contentOf } from './content.js'
import { openSecrets } from './cookie-secrets.js'
import { namedCounts } from './counts.js'
import { openDnssec } from './dnssec.js'
import { openDrills } from './drills.js'
import { type Fleet, openFleet } from './fleet.js'
import { type Happenings, openHappenings } from './happenings.js'
import { HealthFile } from './health-file.js'
import { openIncidents } from './incidents.js'
import { readKeys } from './keys.js'
import { NodeLatency } from './latency.js'
import { watchLimits } from './limit-watch.js'
import { lineAnswerer } from './line.js'
import { startLoads } from './loads.js'
import { NodeOffice } from './office.js'
import { watchRates } from './rates.js'
import { openSamples } from './samples.js'
import { SerialsFile } from './serials-file.js'
import { databaseStatus, lagOf } from './status.js'

export interface RunningNode {
  /** What the admin server, and whoever else looks in, may see and do. */
  readonly port: AdminPort
  /** Looks at once whether the traffic document has changed. */
  reread(): Promise<void>
  /** Answers what is in flight, saves what is to be remembered, and resolves when nothing runs any more. */
  stop(): Promise<void>
}

/** Where a node takes what it serves from, where its settings are not to say. */
export interface Sources {
  readonly store?: TrafficStore
  /** Paths of .mmdb files; an empty list is none at all. */
  readonly databases?: readonly string[]
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
  await mkdir(settings.stateDirectory, { recursive: true, mode: 0o700 })
  const { fleet: inFleet } = settings
  if (sources.store !== undefined || inFleet === undefined) return start(settings, log, release, sources, undefined)
  const fleet = await openFleet({ ...settings, fleet: inFleet }, log, release)
  try {
    return await start(settings, log, release, { ...sources, store: fleet.store }, fleet)
  } catch (error) {
    await fleet.close()
    throw error
  }
}

async function start(
  settings: Settings,
  log: Log,
  release: string,
  sources: Sources,
  fleet: Fleet | undefined,
): Promise<RunningNode> {
  const startedAt = Date.now()
  const tell = (sentence: string, err?: unknown): void => log.error({ err }, sentence)
  // A store of somebody else's keeps its own past, or none.
  const revisions =
    sources.store === undefined
      ? await Revisions.open(settings.stateDirectory, {
          limits: { count: settings.history.revisions, bytes: settings.history.bytes },
          onProblem: tell,
        })
      : undefined
  const serials = new SerialsFile(join(settings.stateDirectory, 'serials.json'), log)
  const [store, geo, keys] = await Promise.all([
    sources.store ??
      openFileStore(settings.traffic, {
        ...(revisions === undefined ? {} : { revisions }),
        serial: serials.count,
        onProblem: tell,
      }),
    GeoLibrary.open(sources.databases ?? databasesOf(settings), checkAside),
    readKeys(settings.keys),
  ])
  for (const { warning } of databaseStatus(geo, settings)) if (warning !== undefined) log.warn(warning)

  const secrets = settings.cookies && (await openSecrets(settings.cookies, settings.stateDirectory, log))
  const office = new NodeOffice({ store, keys, snapshot: () => publisher.current()!.snapshot, log })
  const plane = new DataPlane({
    office: office.answer,
    listen: settings.listen,
    tls: settings.tls,
    udp: settings.udp,
    workers: settings.workers,
    limit: settings.rateLimit,
    cookies: secrets && { secrets: secrets.current(), policy: settings.cookies!.badCookie },
    identity: settings.identity,
    proxies: settings.proxies,
    rotate: settings.rotate,
    samples: settings.samples === 0 ? undefined : { oneIn: settings.samples, packets: settings.dnstap !== undefined },
    onWarning: text => log.warn(text),
    onCrash: (who, err) => log.error({ err, who }, `a thread of the data plane died (${who}) and is replaced`),
  })
  const dnssec = await openDnssec(settings, fleet, log)
  const happenings = await openHappenings(settings, log)
  let serving = false
  const publisher = new Publisher({
    maps: threadMapMaker(join(settings.stateDirectory, 'maps')),
    publish: snapshot => {
      if (!serving) return
      plane.publish(snapshot)
      happenings.bus.tell({ kind: 'snapshot', at: Date.now(), version: snapshot.version })
    },
    onProblem: (what, err) => log.error({ err }, `${what} failed`),
    signing: dnssec.signing,
  })
  const latency = new NodeLatency({
    store,
    publisher,
    locate: () => geo.reader(),
    folder: join(settings.stateDirectory, 'latency'),
    log,
  })
  const crew = threadCrew({
    suspectShare: settings.health.suspectShare,
    execAllowed: settings.health.exec,
    source: settings.health.source,
    onCrash: why => log.error({ why }, `the thread that probes died (${why}) and is replaced; what was known is held`),
  })
  const prober = createProber({ crew, log, selfChecks: settings.health.selfChecks })
  happenings.follow(prober)
  const audit = await Audit.open(join(settings.stateDirectory, 'audit.log'), { onProblem: tell })
  const overrides = await openOverrides(settings, { store, publisher, audit, fleet }, log)
  const tokens = await openTokens(settings.stateDirectory, fleet, log)
  const { incidents, publishHealth } = await openIncidents({
    stateDirectory: settings.stateDirectory,
    plane,
    publisher,
    prober,
    happenings,
    log,
  })
  const safety = await openSafety(settings, store, publisher, prober, log)
  const counts = (): Counts => namedCounts(plane, publisher, office.tally())
  const rates = watchRates(counts)
  const drills = await openDrills(settings, {
    ...{ store, prober, publisher, overrides, safety, counts, rates, audit, log },
    bus: happenings.bus,
  })
  const health = new HealthFile(join(settings.stateDirectory, 'health.json'), prober, log)

  const breakGlassFile = join(settings.stateDirectory, 'break-glass.yaml')
  let unwatchBreakGlass = (): void => undefined

  const begun = store.current()
  try {
    await health.restore()
    await drills.resume()
    prober.configure(begun.document)
    serials.served(begun.document)
    await publisher.setDatabases(geo.byFamily())
    await latency.restore(begun.document)
    await Promise.all([latency.desk.serve(begun.document), prober.firstRound()])
    publishHealth()
    overrides.refresh()
    unwatchBreakGlass = await watchBreakGlass(breakGlassFile, { overrides, store, audit }, log)
    const first = publisher.current()!.snapshot // setDocument has published one
    serving = true
    await plane.start(first)
    office.served(begun.document)
    plane.setOffice(office.isOpen)
  } catch (error) {
    unwatchBreakGlass()
    rates.stop()
    await drills.close()
    await overrides.close()
    await safety.close()
    prober.stop()
    await incidents.close()
    happenings.stop()
    store.close()
    await publisher.close()
    await revisions?.close()
    await audit.close()
    throw error
  }

  prober.onChange(() => {
    publishHealth()
    fleet?.changed()
    health.save()
    void drills.look()
  })
  fleet?.join(() => contentOf(store.current(), geo.list(), overrides.holding(), prober.health()))
  drills.run()
  followStore({
    store,
    begun,
    prober,
    publishHealth,
    latency,
    overrides,
    drills,
    happenings,
    judge: document => tellBroken(safety.served(document), audit, log),
    log,
    served: {
      before: document => serials.served(document),
      after: document => {
        office.served(document)
        plane.setOffice(office.isOpen)
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
    check: checkAside,
    // The same cache: what is compiled to be compared is there when it takes its place.
    maps: () => threadMapMaker(join(settings.stateDirectory, 'maps')),
    own: sources.databases === undefined && settings.geo.databases.length > 0,
    mostMoved: settings.geo.mostMoved,
  })
  latency.start()
  const loads = startLoads({
    document: () => store.current().document,
    apply: inForce => publisher.setLoads(inForce),
    log,
  })

  const lag = monitorEventLoopDelay({ resolution: 20 })
  lag.enable()
  const unwatchLimits = watchLimits(plane, log)
  const samples = openSamples(settings, { plane, publisher, geo, release, startedAt, log })
  const unwatchSignatures = dnssec.watch(publisher, () => store.current().document)
  const unwatchSecrets = secrets?.watch(fresh => plane.setCookieSecrets(fresh))
  const answer = lineAnswerer(() => publisher.current()!.snapshot)
  const port: AdminPort = {
    release,
    startedAt,
    store,
    overrides,
    safety,
    drills,
    tokens,
    audit,
    incidents,
    geo: geoDesk,
    loads: loads.loads,
    latency: latency.desk,
    published: () => publisher.current(),
    health: () => prober.health(),
    prober,
    subscribe: listener => happenings.bus.subscribe(listener),
    webhooks: () => happenings.webhooks.counts(),
    listeners: () => plane.listeners(),
    databases: () => databaseStatus(geo, settings),
    counts,
    eventLoopLag: () => lagOf(lag),
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
  }
  return {
    port,
    reread: () => store.reread(),
    async stop() {
      lag.disable()
      unwatchLimits()
      unwatchSignatures()
      rates.stop()
      unwatchBreakGlass()
      await drills.close()
      await overrides.close()
      await safety.close()
      unwatchSecrets?.()
      office.close()
      store.close()
      await fleet?.close()
      geo.close()
      prober.stop()
      await incidents.close()
      happenings.stop()
      loads.stop()
      await latency.stop()
      await plane.stop()
      await samples?.close()
      await publisher.close()
      await health.write()
      await revisions?.close()
      await audit.close()
    },
  }
}

const databasesOf = ({ geo: { databases } }: Settings): readonly string[] =>
  databases.length > 0 ? databases : bundledDatabases()

interface Followed {
  readonly store: TrafficStore
  /** What is served already. */
  readonly begun: Loaded
  readonly prober: Prober
  readonly publishHealth: () => void
  readonly latency: NodeLatency
  readonly overrides: Overrides
  readonly drills: Drills
  readonly happenings: Happenings
  /** Asks the safety rules of what nobody could refuse. */
  readonly judge: (document: TrafficDocument) => void
  readonly log: Log
  /** What is done just before and after a document comes into force. */
  readonly served: Readonly<Record<'before' | 'after', (document: TrafficDocument) => void>>
}

/** A document that passes the gate is served; one that does not is told of, and nothing changes. */
function followStore(followed: Followed): void {
  const { store, begun, prober, publishHealth, latency, overrides, drills, happenings, judge, log, served } = followed
  warnOf(begun, log)
  const serve = async (loaded: Loaded): Promise<void> => {
    const { document, revision } = loaded
    warnOf(loaded, log)
    judge(document)
    try {
      prober.configure(document)
      // A region that is new, or has a new address, is served when it is known to be up.
      await prober.firstRound()
      publishHealth()
      // Before the document: a region that a glob takes out is never served.
      overrides.refresh()
      served.before(document)
      await latency.desk.serve(document)
      served.after(document)
      void drills.look()
      happenings.bus.tell({ kind: 'document', at: Date.now(), revision })
      log.info(
        { revision, zones: document.zones.size, regions: document.regions.size },
        `revision ${revision} is served`,
      )
    } catch (err) {
      log.error({ err, revision }, `revision ${revision} could not be served; the one before it stays`)
    }
  }
  store.onChange(serve)
  // Somebody may have changed it while this node was starting.
  if (store.current() !== begun) void serve(store.current())
  store.onRefused(({ problems }) => {
    log.error(
      { problems: problems.map(formatProblem) },
      `${store.name} is refused, the last good one stays: ${problems.map(formatProblem).join('; ')}`,
    )
  })
}

function warnOf({ warnings = [] }: Loaded, log: Log): void {
  for (const warning of warnings) log.warn(formatProblem(warning))
}

interface OverrideWorld {
  readonly store: TrafficStore
  readonly publisher: Publisher
  readonly audit: Audit
  readonly fleet: Fleet | undefined
}

/** Those that were in force before the restart; none are yet. */
async function openOverrides(
  { stateDirectory, overrides: { longestMs } }: Settings,
  { store, publisher, audit, fleet }: OverrideWorld,
  log: Log,
): Promise<Overrides> {
  const kept =
    fleet?.value('overrides', Overrides.NONE, Overrides.isKept) ??
    (await openOwn(join(stateDirectory, 'overrides.json'), Overrides.NONE, Overrides.isKept, (path, err) =>
      log.error({ err }, `${path} cannot be used: overrides from before the restart are not in force`),
    ))
  return new Overrides({
    kept,
    longestMs,
    document: () => store.current().document,
    apply: forced => {
      publisher.setForced(forced)
      fleet?.changed()
    },
    onExpired: override => {
      log.info({ override }, `override ${override.id} is over: ${override.targets.join(', ')}`)
      void audit.record({ actor: 'clock', what: `override ${override.id} is over`, override })
    },
    onProblem: (sentence, err) => log.error({ err }, sentence),
  })
}

/** Facts from before the restart hold; so does the memory of who moved what. */
async function openSafety(
  { stateDirectory }: Settings,
  store: TrafficStore,
  publisher: Publisher,
  prober: Prober,
  log: Log,
): Promise<Safety> {
  const path = join(stateDirectory, 'safety.json')
  const kept = await readKept(path, Safety.isKept).catch((err: Error) => {
    log.error({ err }, `${path} cannot be used: facts from before the restart do not hold`)
    return undefined
  })
  return new Safety(
    {
      path,
      document: store.current().document,
      health: () => prober.health(),
      forced: () => publisher.current()?.forced ?? NOTHING_FORCED,
      maps: () => publisher.current()?.world.maps ?? new Map(),
      onProblem: (sentence, err) => log.error({ err }, sentence),
    },
    kept,
  )
}

/** The file is the truth, and is served; but whoever edited it should know. */
function tellBroken(refusals: readonly Refusal[], audit: Audit, log: Log): void {
  if (refusals.length === 0) return
  for (const { rule, words } of refusals)
    log.warn({ rule }, `an edit of the file breaks the safety rule ${rule}: ${words}`)
  void audit.record({ actor: 'file', what: 'safety rules were broken by an edit of the file', rules: refusals })
}

/** A file that cannot be read lets nobody in, but for the node's own token. */
async function openTokens(stateDirectory: string, fleet: Fleet | undefined, log: Log): Promise<Tokens> {
  const kept =
    fleet?.value('tokens', Tokens.NONE, Tokens.isKept) ??
    (await openOwn(join(stateDirectory, 'tokens.json'), Tokens.NONE, Tokens.isKept, (path, err) =>
      log.error({ err }, `${path} cannot be used: only the admin token is good`),
    ))
  return new Tokens(kept)
}

/** A value of this node alone, with what is in its file. */
async function openOwn<T>(
  path: string,
  initial: T,
  sound: (value: unknown) => value is T,
  onProblem: (path: string, error: unknown) => void,
): Promise<SharedValue<T>> {
  const before = await readKept(path, sound).catch(error => {
    onProblem(path, error)
    return undefined
  })
  return new OwnValue(path, before ?? initial)
}
