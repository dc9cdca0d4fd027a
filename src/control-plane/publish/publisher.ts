// From any change to the next snapshot: settle at once over maps that are right whatever the health, widen aside, swap.
import { isDeepStrictEqual } from 'node:util'
import type { OnlineProofs } from '../../snapshot/online.js'
import { compiledBytes, droppedBytes, Release } from '../../snapshot/release.js'
import { REGION_SLOTS, Slots, ZONE_SLOTS } from '../../snapshot/slots.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
import type { ByFamily } from '../geo/library.js'
import type { Health } from '../health/health.js'
import { piecemeal } from '../threads/steps.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Balance, NO_BALANCE } from './balanced.js'
import { type ForcedRegions, NOTHING_FORCED } from './forced.js'
import type { MapMaker } from './map-maker.js'
import { type CompiledNames, compileNames } from './names.js'
import { onlineDenial } from './online-denial.js'
import { NOTHING_PLANNED, type PlannedMoves } from './planned.js'
import { type Loads, NO_LOADS } from './region-states.js'
import { rehearsal } from './rehearsal.js'
import { renewNames } from './renew-names.js'
import { type Circumstances, type SettledWorld, settleWorld } from './settle-world.js'
import { inSlices } from './sign-ahead.js'
import type { ViewsByOrigin } from './signed-views.js'
import { type SignatureCounts, Signing, type SigningSource } from './signing.js'
import { Widening } from './widening.js'
import { compileWorld, type World } from './world.js'

export type { World } from './world.js'

export interface Published extends Circumstances {
  readonly world: World
  readonly snapshot: Snapshot
  /** Whether all maps are uniform by choice, so that scopes are as wide as they can be. */
  readonly widened: boolean
}

interface PublisherOptions {
  readonly maps: MapMaker
  /** Hands a snapshot to the data plane; queries that arrive after it returns get the new answers. */
  readonly publish: (snapshot: Snapshot) => void
  readonly onProblem: (what: string, error: unknown) => void
  /** No zone is signed without it. */
  readonly signing?: SigningSource
}

export class Publisher {
  readonly zoneSlots = new Slots(ZONE_SLOTS - 1)
  readonly regionSlots = new Slots(REGION_SLOTS)
  private world: World | undefined
  private health: Health = new Map()
  private forced: ForcedRegions = NOTHING_FORCED
  private planned: PlannedMoves = NOTHING_PLANNED
  private loads: Loads = NO_LOADS
  private balance: Balance = NO_BALANCE
  private databases: ByFamily = { 4: undefined, 6: undefined }
  private published: Published | undefined
  private version = 0
  private readonly release = new Release()
  private readonly widening: Widening
  private settled: SettledWorld | undefined
  private closed = false
  private queue: Promise<void> = Promise.resolve()

  private readonly signing: Signing

  /** Proofs for the snapshot that is being served, of names that nobody has foreseen. */
  readonly online: OnlineProofs

  private readonly options: PublisherOptions

  constructor(options: PublisherOptions) {
    this.options = options
    const { signing, maps } = options
    this.signing = new Signing(signing, { regions: this.regionSlots, zones: this.zoneSlots })
    this.widening = new Widening(maps, {
      onWidened: () => this.publish(),
      onProblem: error => {
        if (!this.closed) options.onProblem('widening a steering map', error)
      },
    })
    const time = signing?.time ?? (() => ({ wall: 0, steady: 0 }))
    this.online = onlineDenial(zone => this.published?.world.names.compact[zone], time)
  }

  /** What is being served; undefined before the first document. */
  current(): Published | undefined {
    return this.published
  }

  /** Resolves when the document is what queries are answered from. Changes of document and databases wait for each other. */
  setDocument(document: TrafficDocument): Promise<void> {
    return this.enqueue(() => this.rebuild(document, this.world?.maps ?? new Map()))
  }

  /**
   * What would be served of a document, or of other databases; nothing of it is. Maps that are made with the maker in use
   * wait for changes that came before.
   * @param maps a maker of its own where the databases are others; the one in use unless told
   */
  compileAside(document: TrafficDocument, maps?: MapMaker): Promise<World> {
    // Slots of its own: counters are for what is served. Signatures would change nothing of who gets what.
    const names = () => piecemeal(compileNames(document, new Slots(ZONE_SLOTS - 1)))
    if (maps !== undefined) return compileWorld(document, { names, known: new Map(), maps })
    return this.enqueue(() =>
      compileWorld(document, { names, known: this.world?.maps ?? new Map(), maps: this.options.maps }),
    )
  }

  /** Makes all maps anew. @throws where they cannot be made; the old databases and maps stay in use */
  setDatabases(files: ByFamily): Promise<void> {
    return this.enqueue(async () => {
      try {
        await this.options.maps.setDatabases(files)
        if (this.world !== undefined) await this.rebuild(this.world.document, new Map())
        this.databases = files
      } catch (error) {
        await this.options.maps.setDatabases(this.databases)
        throw error
      }
    })
  }

  /** Published when this returns; what is known already is. */
  setHealth(health: Health): void {
    if (this.published !== undefined && isDeepStrictEqual(this.health, health)) return
    this.health = health
    this.publish()
  }

  /** Published when this returns. To be called again while a word nears its end, since the TTL of answers falls with it. */
  setForced(forced: ForcedRegions): void {
    if (forced.size === 0 && this.forced.size === 0) return
    this.forced = forced
    this.publish()
  }

  /** Makes those signatures anew that are no longer fresh. Resolves when queries get them. */
  resign(): Promise<void> {
    return this.enqueue(async () => {
      // Those of names are made in the thread pool as they are compiled; what depends on health is published at once.
      await this.signing.renew()
      if (this.world !== undefined) await this.rebuild(this.world.document, this.world.maps)
    })
  }

  signatureCounts(): SignatureCounts {
    return this.signing.counts()
  }

  /** What secondaries get of signed zones, as they are being served. */
  signedViews(): ViewsByOrigin {
    return this.signing.views()
  }

  /** Published when this returns. To be called again while a move draws near, since the TTL of answers falls with it. */
  setPlanned(planned: PlannedMoves): void {
    if (planned.size === 0 && this.planned.size === 0) return
    this.planned = planned
    this.publish()
  }

  /** Published when this returns. */
  setLoads(loads: Loads): void {
    this.loads = loads
    this.publish()
  }

  /** Published when this returns. */
  setBalance(balance: Balance): void {
    this.balance = balance
    this.publish()
  }

  /** Makes the first failover as quick as any other; publishes nothing. Resolves when that is done, or the document is another. */
  async rehearse(): Promise<void> {
    const { world } = this
    if (world === undefined) return
    const { document, names, maps } = world
    const settle = (forced: ForcedRegions): unknown =>
      settleWorld(
        { document, specs: names.steerings, maps },
        { ...this.circumstances(Date.now()), forced },
        this.widening.widened,
      )
    await inSlices(rehearsal([...document.regions.keys()], settle), () => this.world === world && !this.closed)
  }

  /** Resolves when the threads that make maps are gone. */
  async close(): Promise<void> {
    this.closed = true
    await this.options.maps.close()
  }

  private enqueue<T>(change: () => Promise<T>): Promise<T> {
    const done = this.queue.then(change)
    this.queue = done.then(
      () => {},
      () => {},
    )
    return done
  }

  private async rebuild(document: TrafficDocument, known: World['maps']): Promise<void> {
    const { maps, signing } = this.options
    const before = this.world
    const names = (): CompiledNames | Promise<CompiledNames> =>
      (before && renewNames(before.names, before.document, document)) ?? this.signing.compile(document)
    const world = await compileWorld(document, { known, maps, names })
    this.world = world
    this.signing.begin(world)
    this.publish()
    if (signing?.ahead === true)
      void this.signAhead().catch((error: unknown) => this.options.onProblem('signing ahead', error))
    else this.signing.end()
    // What was needed only while names were compiled.
    if (world.names.names !== before?.names.names) setImmediate(() => this.release.drop(2 * compiledBytes(world.names)))
  }

  /** Resolves when what another health could ask for is signed, or the document is another by then. */
  async signAhead(): Promise<void> {
    const { world } = this
    if (world === undefined) return
    if (await this.signing.ahead(world, () => this.world === world && !this.closed)) this.publish()
  }

  private publish(): void {
    const { world } = this
    const at = Date.now()
    if (world === undefined || this.closed) return
    const { document, names } = world
    const settled = settleWorld(
      { document, specs: names.steerings, maps: world.maps },
      this.circumstances(at),
      this.widening.widened,
      this.settled,
    )
    this.settled = settled
    const { wanted, shared } = settled
    const signed = this.signing.sign(world, shared, this.circumstances(at))
    const old = this.published?.snapshot
    const bytes = old === undefined ? 0 : droppedBytes(old, { ...names, steerings: shared.steerings })
    const snapshot: Snapshot = {
      version: ++this.version,
      dropped: (old?.dropped ?? 0) + bytes,
      names: names.names,
      answers: names.answers,
      zones: names.zones,
      proofs: names.proofs,
      hashLabels: names.hashLabels,
      trust: names.trust,
      hinted: names.hinted,
      ...shared,
      ...signed,
    }
    this.options.publish(snapshot)
    // Collecting takes its time, and whoever made the change waits for this to return.
    setImmediate(() => this.release.drop(bytes))
    this.published = { world, ...this.circumstances(at), snapshot, widened: wanted.length === 0 }
    this.widening.keep(shared.steerings)
    if (wanted.length > 0) void this.widening.widen(wanted)
  }

  private circumstances(at: number): Circumstances {
    const { health, forced, planned, loads, balance } = this
    return { health, forced, planned, loads, balance, at }
  }
}
