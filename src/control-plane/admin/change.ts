// One change of the document by a caller: on the newest revision or the one that it names, live when this resolves, and logged.
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import { asServed } from '../operate/foretell.js'
import type { Refusal } from '../operate/safety/judge.js'
import { steersAlike } from '../operate/safety/touched.js'
import type { World } from '../publish/world.js'
import { compareLoaded, compareTexts } from '../traffic/compare.js'
import { formatChange } from '../traffic/diff.js'
import { refine } from '../traffic/edit-value.js'
import { formatPath } from '../traffic/path.js'
import { EditConflict, EditRefused, type Loaded, type Passage, type Plan, type TrafficStore } from '../traffic/store.js'
import { valueAt } from '../traffic/value-at.js'
import { callerOf } from './caller.js'
import { licenceOf } from './licence-of.js'
import type { AdminPort } from './port.js'
import { ApiProblem } from './problems.js'
import { reasonOf } from './reason-of.js'
import { requiredRevision } from './revisions.js'
import { requireDocument } from './within.js'

export interface Change {
  /** Who asks, why, on top of which revision, and which safety rules are overridden. */
  readonly request: FastifyRequest
  /** Where what it says is not the whole of it. */
  readonly reason?: string | undefined
  /** Only finds out what would come of it. */
  readonly dryRun?: boolean
  /** Of a dry run: whether it is wanted who would move where, for which maps may have to be made. */
  readonly foretold?: boolean
  readonly plan: Plan
}

export interface Changed {
  readonly before: Loaded
  /** In force, unless it was a dry run. */
  readonly after: Loaded
  /** The safety rules that it would break; only in a dry run. */
  readonly broken: readonly Refusal[]
  /** What answers would be made from where names would be steered in another way; only in a dry run that is foretold. */
  readonly made?: World
}

type Port = Pick<AdminPort, 'store' | 'safety' | 'published' | 'consider'>

/**
 * Makes the change, and returns the document with it in force. What changes nothing is not written. Changes wait for each
 * other, so that one that names no revision is never too late.
 * @throws EditRefused, SafetyRefused, ApiProblem
 */
export async function change(port: Port, wish: Change): Promise<Changed> {
  const { store, safety } = port
  const { request, dryRun = false, foretold = false, plan } = wish
  const reason = wish.reason ?? reasonOf(request)
  const actor = callerOf(request).name
  const licence = licenceOf(request)
  let before = store.current()
  let overrode: readonly string[] = []
  const inTurn: Plan = loaded => {
    const required = requiredRevision(request.headers['if-match'], loaded.revision)
    if (required !== undefined && required !== loaded.revision) throw new TooLate(required)
    before = loaded
    remember(store, loaded)
    return plan(loaded)
  }
  const make = async (made?: World): Promise<Loaded> => {
    const guard = (proposed: Loaded): Passage => {
      requireDocument(callerOf(request), before, proposed)
      if (made === undefined && asksWhoFalls(before) && isOtherwise(before, proposed)) throw new MapsWanted(proposed)
      const passage = safety.passDocument(proposed.document, licence, made)
      overrode = passage.overrode
      return passage
    }
    try {
      return await store.edit(inTurn, { actor, reason, guard })
    } catch (error) {
      const world = error instanceof MapsWanted ? await consider(port, before, error.proposed) : undefined
      if (world === undefined) throw error
      return make(world)
    }
  }
  try {
    if (dryRun) {
      const after = await store.edit(inTurn, { actor, reason, dryRun })
      const made = foretold && isOtherwise(before, after) ? await consider(port, before, after) : undefined
      const world = made === undefined ? {} : { world: made }
      const broken = safety.judge({ document: after.document, ...world })
      return { before, after, broken, ...(made === undefined ? {} : { made }) }
    }
    const after = await make()
    note(request.log, { before, after }, actor, reason, overrode)
    return { before, after, broken: [] }
  } catch (error) {
    throw await refusal(store, error)
  }
}

const isOtherwise = (before: Loaded, after: Loaded): boolean => !steersAlike(before.document, after.document)

/** Whether a rule has to know which clients would be answered from a lower rung. */
const asksWhoFalls = ({ document: { safety } }: Loaded): boolean =>
  [...(safety?.values() ?? [])].some(({ kind }) => kind === 'ladder')

/** What answers would be made from; undefined while there are none. */
async function consider({ published, consider }: Port, before: Loaded, after: Loaded): Promise<World | undefined> {
  const served = published()?.world.document
  return served && consider(asServed(after.document, before.document, served))
}

/** Maps have to be made before rules can judge it; meanwhile others have their turn. */
class MapsWanted extends Error {
  override readonly name = 'MapsWanted'
  readonly proposed: Loaded
  constructor(proposed: Loaded) {
    super('it is not known yet whom this would move')
    this.proposed = proposed
  }
}

/** The document is not at the revision that the caller knows. */
class TooLate extends Error {
  override readonly name = 'TooLate'
  readonly known: string
  constructor(known: string) {
    super('the document has changed')
    this.known = known
  }
}

/** Says what has happened since the revision that the caller knows. */
async function conflict(store: TrafficStore, known: string): Promise<ApiProblem> {
  const now = store.current()
  const { revision } = now
  const then = lately.get(store)?.get(known)?.deref()
  const changes = then === undefined ? await betweenTexts(store, known, revision) : compareLoaded(then, now)
  const told = changes === undefined ? {} : { changes: changes.map(formatChange) }
  return new ApiProblem('revision-conflict', new EditConflict(revision).message, { revision, ...told })
}

/** Undefined where one of them is not kept any more. */
async function betweenTexts(store: TrafficStore, ...hashes: readonly [string, string]) {
  const { revisions } = store
  const texts = hashes.map(async hash => {
    const number = revisions?.withHash(hash)?.number
    return number === undefined ? undefined : revisions?.text(number)
  })
  const [from, to] = await Promise.all(texts)
  return from === undefined || to === undefined ? undefined : compareTexts(from, to)
}

/** So many documents that changes were made of are found again without reading them, while they are in memory. */
const MOST_LATELY = 64
const lately = new WeakMap<TrafficStore, Map<string, WeakRef<Loaded>>>()

function remember(store: TrafficStore, loaded: Loaded): void {
  const known = lately.get(store) ?? new Map<string, WeakRef<Loaded>>()
  lately.set(store, known)
  known.delete(loaded.revision)
  known.set(loaded.revision, new WeakRef(loaded))
  if (known.size > MOST_LATELY) known.delete(known.keys().next().value!) // it has one
}

const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'])

/** Tells an edit that would break the document from a document that is broken already. */
async function refusal(store: TrafficStore, error: unknown): Promise<unknown> {
  if (error instanceof TooLate) return conflict(store, error.known)
  if (error instanceof Error && 'code' in error && FULL.has(String(error.code)))
    return new ApiProblem('not-writable', `nothing was changed: ${error.message}`)
  if (!(error instanceof EditRefused) || store.refused() === undefined) return error
  return new ApiProblem('document-broken', `nothing can be changed while ${store.name} cannot be read`, {
    errors: error.problems,
  })
}

/** Changes that the log tells one by one; of a document that is replaced as a whole the revision has the first, and its text has all. */
const MOST_TOLD = 200

/** What was written, value by value: the revision that was required makes sure that nobody else wrote in between. */
function note(
  log: FastifyBaseLogger,
  { before, after }: Pick<Changed, 'before' | 'after'>,
  actor: string,
  reason: string | undefined,
  overrode: readonly string[] = [],
): void {
  const revision = { from: before.revision, to: after.revision }
  const { length } = compareLoaded(before, after)
  const changes =
    length > MOST_TOLD
      ? []
      : refine(before.written, after.written, []).map(({ path, value }) => ({
          what: formatPath(path),
          from: valueAt(before.written, path),
          to: value,
        }))
  if (length <= MOST_TOLD && changes.length === 0) return
  const sentence =
    length > MOST_TOLD
      ? `${length} changes, from revision ${revision.from} to ${revision.to}`
      : changes.map(({ what, from, to }) => `${what}: ${show(from)} → ${show(to)}`).join(', ')
  const by = overrode.length === 0 ? '' : `; overridden: ${overrode.join(', ')}`
  log.info(
    {
      actor,
      changes,
      revision,
      ...(reason === undefined ? {} : { reason }),
      ...(overrode.length === 0 ? {} : { overrode }),
    },
    `${sentence}${by}`,
  )
}

const show = (value: unknown): string => (value === undefined ? 'unset' : JSON.stringify(value))
