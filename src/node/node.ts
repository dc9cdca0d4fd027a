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
import { Overrides } from '../control-plane/operate/overrides.js'
import type { Refusal } from '../control-plane/operate/safety/judge.js'
import { Safety } from '../control-plane/operate/safety.js'
import { NOTHING_FORCED } from '../control-plane/publish/forced.js'
import { Publisher } from '../control-plane/publish/publisher.js'
import { threadMapMaker } from '../control-plane/publish/thread-maker.js'
import { readKept } from '../control-plane/state/kept-value.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import { openFileStore } from '../control-plane/traffic/file-store.js'
import { formatProblem } from '../control-plane/traffic/problem.js'
import { Revisions } from '../control-plane/traffic/revisions.js'
import type { Loaded, TrafficStore } from '../control-plane/traffic/store.js'
import { DataPlane } from '../data-plane/workers.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import { watchBreakGlass } from './break-glass-file.js'
import { openSecrets } from './cookie-secrets.js'
import { namedCounts } from './counts.js'
import { openDnssec } from './dnssec.js'
import { openDrills } from './drills.js'
import { type Happenings, openHappenings } from './happenings.js'
import { HealthFile } from './health-file.js'
import { readKeys } from './keys.js'
import { watchLimits } from './limit-watch.js'
import { lineAnswerer } from './line.js'
import { NodeOffice } from './office.js'
import { watchRates } from './rates.js'
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
    onWarning: text => log.warn(text),
    onCrash: (who, err) => log.error({ err, who }, `a thread of the data plane died (${who}) and is replaced`),
  })
  const dnssec = openDnssec(settings.stateDirectory, log)
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
  const crew = threadCrew({
    suspectShare: settings.health.suspectShare,
    execAllowed: settings.health.exec,
    onCrash: why => log.error({ why }, `the thread that probes died (${why}) and is replaced; what was known is held`),
  })
  const prober = createProber({ crew, log, selfChecks: settings.health.selfChecks })
  happenings.follow(prober)
  const audit = await Audit.open(join(settings.stateDirectory, 'audit.log'), { onProblem: tell })
  const overrides = await openOverrides(settings, store, publisher, audit, log)
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

  try {
    await health.restore()
    await drills.resume()
    prober.configure(store.current().document)
    serials.served(store.current().document)
    await publisher.setDatabases(geo.byFamily())
    await Promise.all([publisher.setDocument(store.current().document), prober.firstRound()])
    publisher.setHealth(prober.health())
    overrides.refresh()
    unwatchBreakGlass = await watchBreakGlass(breakGlassFile, { overrides, store, audit }, log)
    const first = publisher.current()!.snapshot // setDocument has published one
    serving = true
    await plane.start(first)
    office.served(store.current().document)
    plane.setOffice(office.isOpen)
  } catch (error) {
    unwatchBreakGlass()
    rates.stop()
    await drills.close()
    await overrides.close()
    await safety.close()
    prober.stop()
    happenings.stop()
    store.close()
    await publisher.close()
    await revisions?.close()
    await audit.close()
    throw error
  }

  prober.onChange(() => {
    publisher.setHealth(prober.health())
    health.save()
    void drills.look()
  })
  drills.run()
  followStore({
    store,
    prober,
    publisher,
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

  const lag = monitorEventLoopDelay({ resolution: 20 })
  lag.enable()
  const unwatchLimits = watchLimits(plane, log)
  const unwatchSignatures = dnssec.watch(publisher)
  const unwatchSecrets = secrets?.watch(fresh => plane.setCookieSecrets(fresh))
  const answer = lineAnswerer(() => publisher.current()!.snapshot)
  const port: AdminPort = {
    release,
    startedAt,
    store,
    overrides,
    safety,
    drills,
    tokens: await openTokens(join(settings.stateDirectory, 'tokens.json'), log),
    audit,
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
    dnssec: {
      keysOf: origin => dnssec.keys.storedOf(origin),
      signatures: () => publisher.signatureCounts(),
      jump: () => dnssec.jump(),
    },
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
      geo.close()
      prober.stop()
      happenings.stop()
      await plane.stop()
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
  readonly prober: Prober
  readonly publisher: Publisher
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
function followStore({
  store,
  prober,
  publisher,
  overrides,
  drills,
  happenings: { bus },
  judge,
  log,
  served,
}: Followed): void {
  warnOf(store.current(), log)
  store.onChange(async (loaded: Loaded) => {
    const { document, revision } = loaded
    warnOf(loaded, log)
    judge(document)
    try {
      prober.configure(document)
      // A region that is new, or has a new address, is served when it is known to be up.
      await prober.firstRound()
      publisher.setHealth(prober.health())
      // Before the document: a region that a glob takes out is never served.
      overrides.refresh()
      served.before(document)
      await publisher.setDocument(document)
      served.after(document)
      void drills.look()
      bus.tell({ kind: 'document', at: Date.now(), revision })
      log.info(
        { revision, zones: document.zones.size, regions: document.regions.size },
        `revision ${revision} is served`,
      )
    } catch (err) {
      log.error({ err, revision }, `revision ${revision} could not be served; the one before it stays`)
    }
  })
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

/** Those that were in force before the restart; none are yet. */
async function openOverrides(
  { stateDirectory, overrides: { longestMs } }: Settings,
  store: TrafficStore,
  publisher: Publisher,
  audit: Audit,
  log: Log,
): Promise<Overrides> {
  const path = join(stateDirectory, 'overrides.json')
  const kept = await readKept(path, Overrides.isKept).catch((err: Error) => {
    log.error({ err }, `${path} cannot be used: overrides from before the restart are not in force`)
    return undefined
  })
  return new Overrides(
    {
      path,
      longestMs,
      document: () => store.current().document,
      apply: forced => publisher.setForced(forced),
      onExpired: override => {
        log.info({ override }, `override ${override.id} is over: ${override.targets.join(', ')}`)
        void audit.record({ actor: 'clock', what: `override ${override.id} is over`, override })
      },
      onProblem: (sentence, err) => log.error({ err }, sentence),
    },
    kept,
  )
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
async function openTokens(path: string, log: Log): Promise<Tokens> {
  const kept = await readKept(path, Tokens.isKept).catch((err: Error) => {
    log.error({ err }, `${path} cannot be used: only the admin token is good`)
    return undefined
  })
  return new Tokens(path, kept)
}
