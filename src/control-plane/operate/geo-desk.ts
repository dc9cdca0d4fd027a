// New geo data, beside those in use before they take their place: fetched, verified, compared, swapped, with a way back.
import { link, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Checked, Checker } from '../geo/check.js'
import { fetchFile } from '../geo/fetch-file.js'
import type { DatabaseFacts, GeoLibrary, Locate } from '../geo/library.js'
import type { MapMaker } from '../publish/map-maker.js'
import type { Publisher } from '../publish/publisher.js'
import type { World } from '../publish/world.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { Passage } from '../traffic/store.js'
import type { Refusal } from './safety/judge.js'
import { type NameMoved, worldChange } from './world-change.js'

export interface GeoDeskOptions {
  readonly library: Pick<GeoLibrary, 'list' | 'with' | 'reader' | 'look'>
  readonly publisher: Pick<Publisher, 'compileAside' | 'current'>
  readonly check: Checker
  /** Makes maps of other databases, and is closed afterwards. */
  readonly maps: () => MapMaker
  /** Whether the files are the operator's: the bundled ones are not to be replaced. */
  readonly own: boolean
  /** Of the clients of a name, the most that may get another region unless forced; 0 to 1. */
  readonly mostMoved: number
}

export interface GeoChange {
  /** The file in whose place the new one goes. */
  readonly file: string
  readonly builtAt: { readonly before: number; readonly after: number }
  readonly names: readonly NameMoved[]
  /** Why it is not taken unless forced; empty where it is. */
  readonly objections: readonly string[]
}

export interface GeoUpdate extends GeoChange {
  /** What safety rules have against it; only where nothing is taken. */
  readonly rules?: readonly Refusal[]
  readonly applied: boolean
}

/** Whoever is asked before clients are taken to be elsewhere. */
export interface GeoGuard {
  /** What is against answers from these maps; nothing is changed. */
  judge(world: World): readonly Refusal[]
  /** What it throws leaves all as it is. */
  pass(world: World): Passage
}

/** Why a file is not taken, in a sentence; and the safety rules that are against it besides. */
export class GeoRefused extends Error {
  override readonly name = 'GeoRefused'
  readonly rules: readonly Refusal[]
  constructor(message: string, rules: readonly Refusal[] = []) {
    super(message)
    this.rules = rules
  }
}

/** Another file in the place of one in use. */
export interface GeoOffer {
  /** A path on this machine, or an http or https address. */
  readonly from: string
  /** Which of the files in use; the only one unless told. */
  readonly database?: string
}

export interface GeoWish extends GeoOffer {
  /** Only compared. */
  readonly dryRun: boolean
  readonly force: boolean
}

/** Bytes. The largest there are have half of it. */
const MOST_BYTES = 2 ** 31

export class GeoDesk {
  private readonly options: GeoDeskOptions
  private queue: Promise<unknown> = Promise.resolve()

  constructor(options: GeoDeskOptions) {
    this.options = options
  }

  /** @throws GeoRefused, and what the guard throws */
  update(wish: GeoWish, guard: GeoGuard): Promise<GeoUpdate> {
    return this.inTurn(() => this.carryOut(wish, guard))
  }

  /** Has a document looked at as it would be with other geo data, of which nothing is kept. @throws GeoRefused */
  consider<T>(
    { from, database }: GeoOffer,
    document: TrafficDocument,
    look: (world: World, locate: Locate) => Promise<T>,
  ): Promise<T> {
    return this.inTurn(async () => {
      const target = this.targetOf(database)
      const candidate = candidateOf(target)
      try {
        await this.fetch(from, candidate)
        const { checked } = await this.examine(target, candidate, from)
        const locate = await this.options.library.reader({ file: target, path: candidate })
        return await this.compileWith(target, candidate, checked, document, world => look(world, locate))
      } finally {
        await rm(candidate, { force: true })
      }
    })
  }

  /** One after the other: each compiles maps. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work)
    this.queue = done.catch(() => undefined)
    return done
  }

  private async carryOut({ from, database, dryRun, force }: GeoWish, guard: GeoGuard): Promise<GeoUpdate> {
    const { own } = this.options
    const target = this.targetOf(database)
    if (!own && !dryRun)
      throw new GeoRefused('the data in use are those of the package: name files of your own in geo.databases')
    const candidate = candidateOf(target)
    try {
      await this.fetch(from, candidate)
      const { world, ...change } = await this.compare(target, candidate, from)
      if (dryRun) return { ...change, rules: guard.judge(world), applied: false }
      if (change.objections.length > 0 && !force) throw new GeoRefused(change.objections.join('; '), guard.judge(world))
      const passage = guard.pass(world)
      let taken = false
      try {
        await this.swap(target, candidate, from)
        taken = true
      } finally {
        passage.settle(taken)
      }
      return { ...change, applied: true }
    } finally {
      await rm(candidate, { force: true })
    }
  }

  /** Resolves when queries are answered by it. @throws GeoRefused where it is not taken, and the file before it is back */
  private async swap(target: string, candidate: string, from: string): Promise<void> {
    const { library } = this.options
    await rm(previousOf(target), { force: true })
    await link(target, previousOf(target))
    await rename(candidate, target)
    await library.look()
    const held = library.list().find(({ file }) => file === target)
    if (held?.refused === undefined) return
    await rename(previousOf(target), target)
    await library.look()
    throw new GeoRefused(`${from} was not taken, and the file before it is back: ${held.refused}`)
  }

  private async fetch(from: string, candidate: string): Promise<void> {
    try {
      await fetchFile(from, candidate, MOST_BYTES)
    } catch (error) {
      throw new GeoRefused(error instanceof Error ? error.message : String(error))
    }
  }

  private async compare(
    target: string,
    candidate: string,
    from: string,
  ): Promise<GeoChange & { readonly world: World }> {
    const published = this.options.publisher.current()
    if (published === undefined) throw new GeoRefused('nothing is served yet: there is nothing to compare with')
    const { before, checked } = await this.examine(target, candidate, from)
    return this.compileWith(target, candidate, checked, published.world.document, async world => {
      const names = worldChange(published, world)
      return {
        file: target,
        builtAt: { before: before.buildEpoch * 1000, after: checked.buildEpoch * 1000 },
        names,
        // Where nobody moves there is nothing to be against.
        world: names.some(({ share }) => share > 0) ? world : published.world,
        objections: objectionsTo(names, before.buildEpoch, checked.buildEpoch, this.options.mostMoved),
      }
    })
  }

  /** @throws GeoRefused where the file is not sound, or cannot stand in for the one in use */
  private async examine(
    target: string,
    candidate: string,
    from: string,
  ): Promise<{ readonly before: DatabaseFacts; readonly checked: Checked }> {
    const before = this.options.library.list().find(({ file }) => file === target)! // targetOf found it
    const checked = await this.options.check(candidate, candidate).catch(error => {
      throw new GeoRefused(`${from} is not sound: ${error instanceof Error ? error.message : String(error)}`)
    })
    if (checked.about !== before.about)
      throw new GeoRefused(`${from} has ${checked.about}, and ${target} has ${before.about}`)
    const missing = before.families.filter(family => !checked.families.includes(family))
    if (missing.length > 0)
      throw new GeoRefused(`${from} has no IPv${missing.join(' and no IPv')}, which ${target} has`)
    return { before, checked }
  }

  /** Maps of a document with the candidate in its place, for as long as they are looked at. */
  private async compileWith<T>(
    target: string,
    candidate: string,
    { hash }: Checked,
    document: TrafficDocument,
    look: (world: World) => Promise<T>,
  ): Promise<T> {
    const { library, publisher, maps: makeMaps } = this.options
    const maps = makeMaps()
    try {
      await maps.setDatabases(library.with(target, { file: candidate, hash }))
      return await look(await publisher.compileAside(document, maps))
    } finally {
      await maps.close()
    }
  }

  private targetOf(database: string | undefined): string {
    const files = this.options.library.list().map(({ file }) => file)
    const fitting = files.filter(file => database === undefined || file === database || basename(file) === database)
    const [only] = fitting
    if (only !== undefined && fitting.length === 1) return only
    throw new GeoRefused(
      only === undefined
        ? `${database ?? 'a database'} is not in use; ${files.join(', ') || 'nothing'} is`
        : `say in whose place: ${fitting.join(' or ')}`,
    )
  }
}

/** Beside the file that it may replace, so that the swap is a rename; the bundled ones may lie where nobody can write. */
const candidateOf = (file: string): string => join(dirname(file), `.${basename(file)}.candidate`)

/** The last good one, to go back to by hand: `meridian geo update FILE.previous`. */
const previousOf = (file: string): string => `${file}.previous`

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`

function objectionsTo(names: readonly NameMoved[], before: number, after: number, most: number): readonly string[] {
  const moved = names
    .filter(({ share }) => share > most)
    .map(
      ({ name, share }) =>
        `${percent(share)} of the clients of ${name} would get another region; the most is ${percent(most)}`,
    )
  return [...new Set([...(after < before ? ['its data are older than those in use'] : []), ...moved])]
}
