// The incidents of this node: found in what the prober knows, followed to the answers, and kept for later.
import type { AddressHealth, Health } from '../health/health.js'
import { stateOf } from '../health/verdict.js'
import { type AnswerWatch, beginWatch, type Look, looked, retimed, turned } from './answer-watch.js'
import {
  ended,
  type Finding,
  foundOut,
  type Incident,
  isOpen,
  openIncident,
  type Step,
  stepsOf,
  withSteps,
} from './incident.js'
import { IncidentBook } from './incident-book.js'
import { isKeptIncidents, type KeptIncidents } from './incidents-kept.js'

/** What all threads have counted by now. */
export interface Counted {
  /** Epoch ms. */
  readonly at: number
  /** `each`: answers that held each of the regions that were asked about. Counts are read before the version. */
  readonly threads: readonly { readonly version: number; readonly any: number; readonly each: readonly number[] }[]
}

export interface IncidentsOptions {
  readonly path: string
  readonly count: (regions: readonly string[]) => Counted
  readonly onStep: (incident: Incident, step: Step) => void
  readonly onEnd: (incident: Incident) => void
  readonly onProblem: (sentence: string, error: unknown) => void
}

/** What is published: its version, and of each region that it gives to anybody the longest TTL, seconds. */
export interface Given {
  readonly version: number
  readonly regions: ReadonlyMap<string, number>
}

/** How often the counters are looked at, ms, while nothing is published yet, and in the time after that. */
const LOOK_MS = 100
const PACE = [
  { withinMs: 2000, everyMs: 10 },
  { withinMs: 60_000, everyMs: LOOK_MS },
  { withinMs: 600_000, everyMs: 1000 },
] as const

interface Followed {
  watch: AnswerWatch
  /** Epoch ms at which what was decided last was published, and whether its steps are yet to come. */
  turnedAt?: number
  awaits: { old: boolean; fresh: boolean }
}

export class Incidents {
  static readonly isKept = isKeptIncidents
  readonly #options: IncidentsOptions
  readonly #book: IncidentBook
  readonly #followed = new Map<string, Followed>()
  readonly #judged = new Map<string, readonly AddressHealth[]>()
  readonly #turned = new Set<string>()
  #given: Given = { version: 0, regions: new Map() }
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: IncidentsOptions, kept: KeptIncidents = { next: 1, incidents: [] }) {
    this.#options = options
    this.#book = new IncidentBook(options.path, kept, options.onProblem)
  }

  /** Newest first. */
  list(): readonly Incident[] {
    return this.#book.list()
  }

  get(id: string): Incident | undefined {
    return this.#book.get(id)
  }

  /** What health has become; called before it is published. `at` is epoch ms. */
  judge(health: Health, at: number): void {
    for (const region of this.#judged.keys()) if (!health.has(region)) this.#forget(region, at)
    for (const [region, addresses] of health) {
      // What did not change is the same value.
      if (this.#judged.get(region) === addresses) continue
      this.#judged.set(region, addresses)
      if (this.#follow(region, addresses)) this.#judgeRegion(region, addresses, at)
    }
    this.#schedule()
  }

  /** Queries are answered from this now, and it was made of the health that was judged last. `at` is epoch ms. */
  published(given: Given, at: number): void {
    this.#given = given
    for (const [region, followed] of this.#followed) {
      const ttl = given.regions.get(region)
      if (this.#turned.has(region)) this.#turn(region, followed, ttl !== undefined, at)
      else if (ttl !== undefined) followed.watch = retimed(followed.watch, ttl)
    }
    this.#turned.clear()
    for (const incident of this.#book.list().filter(isOpen).toReversed()) {
      const addresses = this.#judged.get(incident.region) ?? []
      if (incident.down.length === 0 && addresses.every(({ admitted = 100 }) => admitted === 100))
        this.#end(incident, at)
    }
    this.#schedule()
  }

  /** Resolves when all is saved. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#book.save()
  }

  #judgeRegion(region: string, addresses: readonly AddressHealth[], at: number): void {
    let incident = this.#book.openOf(region)
    const known = incident?.down ?? []
    for (const address of addresses) {
      const is = stateOf(address)
      if (is === 'unknown' || (is === 'down') === known.includes(address.address)) continue
      const finding = findingOf(address)
      incident ??= openIncident(this.#book.nextId(), region, finding)
      incident = this.#add(foundOut(incident, finding), stepsOf(finding, at))
      this.#turned.add(region)
    }
    // An address that the document has no more is not down.
    const there = incident?.down.filter(down => addresses.some(({ address }) => address === down)) ?? []
    if (incident !== undefined && there.length < incident.down.length) this.#book.put({ ...incident, down: there })
  }

  /** Whether there is anything about the region that somebody could want to know. */
  #follow(region: string, addresses: readonly AddressHealth[]): boolean {
    const failing = addresses.some(
      ({ up, checks }) => !up || checks.some(check => check.up && check.run > 0 && check.observe !== true),
    )
    const there = this.#followed.get(region)
    const open = this.#book.openOf(region) !== undefined
    // What is followed of an incident that is over gives way to what begins now.
    if (failing && (there === undefined || (!open && there.turnedAt !== undefined))) {
      const ttl = this.#given.regions.get(region) ?? 0
      this.#followed.set(region, {
        watch: beginWatch(this.#look([region])[0]!, ttl),
        awaits: { old: false, fresh: false },
      })
    } else if (!failing && !open && there !== undefined && !there.awaits.fresh) this.#followed.delete(region)
    return failing || open
  }

  #turn(region: string, followed: Followed, given: boolean, at: number): void {
    const incident = this.#book.openOf(region)
    if (incident === undefined) return
    const { version } = this.#given
    // What was answered until now was answered by the old word.
    followed.watch = turned(looked(followed.watch, this.#look([region])[0]!), version, given)
    followed.turnedAt = at
    followed.awaits = { old: incident.down.length > 0, fresh: true }
    this.#add(incident, [{ kind: 'published', at, version, given }])
  }

  #tick(): void {
    const regions = [...this.#followed.keys()]
    const looks = this.#look(regions)
    regions.forEach((region, i) => {
      const followed = this.#followed.get(region)!
      followed.watch = looked(followed.watch, looks[i]!)
      this.#settle(region, followed)
    })
    this.#schedule()
  }

  /** Steps that can be told of by now. */
  #settle(region: string, followed: Followed): void {
    const { watch, awaits } = followed
    const { version = Number.POSITIVE_INFINITY, firstNewAt, lastOldAt, ttl, cachedUntil, threads } = watch
    const incident = this.#book.list().find(one => one.region === region)
    if (incident === undefined) return
    const steps: Step[] = []
    if (awaits.old && threads.every(thread => thread.version >= version)) {
      awaits.old = false
      if (lastOldAt !== undefined) steps.push({ kind: 'last-old-answer', at: lastOldAt, ttl })
      steps.push({ kind: 'forgotten', at: cachedUntil })
    }
    if (awaits.fresh && firstNewAt !== undefined) {
      awaits.fresh = false
      steps.push({ kind: 'answered', at: firstNewAt, version })
      if (!isOpen(incident)) this.#followed.delete(region)
    }
    if (steps.length > 0) this.#add(incident, steps)
  }

  /** One a region, in their order. */
  #look(regions: readonly string[]): readonly Look[] {
    const { at, threads } = this.#options.count(regions)
    return regions.map((_, i) => ({
      at,
      threads: threads.map(({ version, any, each }) => ({ version, any, region: each[i]! })),
    }))
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#closed || this.#followed.size === 0) return
    const now = Date.now()
    const paces = [...this.#followed].flatMap(([region, { turnedAt, awaits }]) => {
      if (turnedAt === undefined) return [LOOK_MS]
      const pace = PACE.find(({ withinMs }) => now - turnedAt < withinMs)
      if ((awaits.old || awaits.fresh) && pace !== undefined) return [pace.everyMs]
      // Nobody has asked for so long that the moment of an answer would tell nothing.
      if (this.#book.openOf(region) === undefined) this.#followed.delete(region)
      return []
    })
    if (paces.length === 0) return
    this.#timer = setTimeout(() => this.#tick(), Math.min(...paces))
    this.#timer.unref()
  }

  /** The region is no longer in the document. */
  #forget(region: string, at: number): void {
    this.#judged.delete(region)
    this.#followed.delete(region)
    const incident = this.#book.openOf(region)
    if (incident !== undefined) this.#end(incident, at)
  }

  #end(incident: Incident, at: number): void {
    const over = ended(incident, at)
    this.#book.put(over)
    this.#options.onEnd(over)
  }

  #add(incident: Incident, steps: readonly Step[]): Incident {
    const after = withSteps(incident, steps)
    this.#book.put(after)
    for (const step of steps) this.#options.onStep(after, step)
    return after
  }
}

function findingOf(health: AddressHealth): Finding {
  const { address, up, since, cause, checks } = health
  const times = checks.flatMap(({ up, failingSince }) => (up || failingSince === undefined ? [] : [failingSince]))
  return {
    address,
    up,
    since,
    ...(up || times.length === 0 ? {} : { failingSince: Math.min(...times) }),
    ...(cause === undefined ? {} : { cause }),
  }
}
