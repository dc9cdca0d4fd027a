// The prober: has every target of the document probed in rhythm, and tells who went down, who came back, and why.
import { type DurationCounts, Durations } from '../trace/durations.js'
import type { TrafficDocument } from '../traffic/document.js'
import { Bulletin } from './bulletin.js'
import type { Assignment, Crew, CrewState, Suspicion, Told } from './crew.js'
import { faultTargets, whyNoFault } from './faults.js'
import type { Health } from './health.js'
import type { Hearing } from './hearing.js'
import type { Lift } from './injection.js'
import { Judging, type Outcome } from './judging.js'
import type { Known } from './known.js'
import { Mirror } from './mirror.js'
import type { Poll } from './quorum.js'
import { Returns } from './returns.js'
import { evenPhases } from './rhythm.js'
import { EMPTY, enlist } from './roster.js'
import { readSaved, readWaiting, type SavedHealth, saveHealth } from './saved.js'
import { selfCheck } from './self-check.js'
import { byProbe } from './sharing.js'
import type { Signal } from './signal.js'
import { Signals } from './signals.js'
import type { Streak } from './streak.js'
import { saySuspicions } from './suspicion-words.js'
import type { ProbeResult } from './trace.js'
import { type Change, refresh } from './view.js'

/** Called after any result that changed `up` or `run` of a check, or what a region may have back; `changes` may be empty. */
export type HealthListener = (health: Health, changes: readonly Change[]) => void

export interface ProberLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** How probing is getting on. */
export interface ProberState extends CrewState {
  /** How often the thread that probes died and was replaced. */
  readonly restarts: number
  /** How long probes took, those that passed and those that failed. */
  readonly durations: readonly DurationCounts[]
}

export interface Prober {
  /** What to probe from now on. Targets that did not change keep streak and phase; new ones are probed at once. */
  configure(document: Pick<TrafficDocument, 'regions' | 'checks'>): void
  /** Resolves when every target known now has had its first result; the timeouts bound it. */
  firstRound(): Promise<void>
  /** All regions of the document; those without checks are up. */
  health(): Health
  onChange(listener: HealthListener): void
  /** The last results of one check of one address, newest first. */
  recent(check: string, address: string): readonly ProbeResult[]
  state(): ProberState
  /** Tells a push check about itself, for one address or for all. False: there is nothing that it could be told of. */
  tell(check: string, address: string | undefined, told: Told): boolean
  /** Hears what others see of a region. False: it has no passive check, or not at that address. */
  signal(region: string, signal: Signal): boolean
  /** Lets a region back in that waits for a word. False: it does not wait. */
  release(region: string): boolean
  /** From now on the region's probes fail, whatever they find; `by` says whose doing that is. Again: changes nothing. */
  inject(region: string, by: string): void
  /** They count again. */
  lift(region: string, how: Lift): void
  /** Why no fault of the region can be injected, in words; undefined where it can. */
  whyNoFault(region: string): string | undefined
  /** Other nodes are listened to from now on. */
  join(hearing: Hearing): void
  /** Others say something else now: of all targets, or of these, by `targetKey`. */
  recount(keys?: Iterable<string>): void
  /** Whether a target is taken for what it was when others were heard last, which it is for a while. */
  isHolding(): boolean
  /** What this node sees itself, by `targetKey`, of all whose checks have votes. */
  views(): ReadonlyMap<string, Streak>
  /** All that is said of a target; undefined where its check has no votes. */
  poll(check: string, address: string): Poll | undefined
  /** A JSON value that `restore` takes. */
  saved(): SavedHealth
  /** Takes over results that are at most `maxAgeMs` old at `now` (epoch ms). What cannot be read is left out. */
  restore(json: unknown, maxAgeMs: number, now: number): void
  stop(): void
}

export interface ProberOptions {
  readonly crew: Crew
  readonly log: ProberLog
  /** Where in its interval each new target has its beat: 0 to below 1. */
  readonly phases?: () => number
  /** Addresses and ports that answer whenever this node has a network. */
  readonly selfChecks?: readonly { readonly host: string; readonly port: number }[]
}

export function createProber({
  crew,
  log,
  phases = evenPhases(Math.random()),
  selfChecks = [],
}: ProberOptions): Prober {
  let roster = EMPTY
  let remembered: ReadonlyMap<string, Known> = new Map()
  let suspected: readonly Suspicion[] = []
  let lastId = 0
  /** A probe may serve several. */
  let byId: ReadonlyMap<number, readonly Mirror[]> = new Map()
  /** By region, whose doing its faults are. */
  const faults = new Map<string, string>()
  const bulletin = new Bulletin(() => roster.regions, log)
  const judging = new Judging(
    () => roster,
    regions => bulletin.mark(regions),
    log,
  )
  const signals = new Signals(({ id }, word) => crew.tell(id, word))
  const returns = new Returns(ids => {
    if (review(ids)) bulletin.tell([])
  })

  /** Brings what these regions may have back up to now; whether that changed anything. */
  function review(ids: Iterable<string>): boolean {
    const changed = returns.review(ids, roster, Date.now())
    bulletin.mark(changed)
    return changed.length > 0
  }

  /** Tells of what has turned, and sees to what that lets back in. */
  function report({ changes, moved }: Outcome): void {
    review(new Set(changes.map(({ region }) => region)))
    if (moved) bulletin.tell(changes)
  }

  const durations = new Durations()
  crew.onReports(reports => {
    for (const { result, again } of reports)
      if (again !== true && result.unavailable !== true)
        durations.add({ result: result.passed ? 'passed' : 'failed' }, result.ms / 1000)
    report(judging.take(reports, byId))
  })
  crew.onSuspicion(suspicions => {
    saySuspicions(suspected, suspicions, log)
    suspected = suspicions
    bulletin.tell([])
  })

  const mirrors = (): readonly Mirror[] => [...roster.targets.values()]
  const mirrorOf = (check: string, address: string): Mirror | undefined =>
    mirrors().find(({ spec, address: own }) => spec.id === check && own === address)
  const settle = (): void => {
    for (const mirror of mirrors()) {
      judging.recount(mirror)
      for (const view of roster.views.get(mirror) ?? []) refresh(view)
    }
    returns.keep(roster)
    review(roster.regions.keys())
    bulletin.renew()
  }

  const idsOf = (of: readonly Mirror[]): readonly number[] => of.map(({ id }) => id)
  const injectInto = (region: string, by: string): void => crew.inject(idsOf(faultTargets(region, roster)), by)

  crew.assign(
    selfChecks.map(({ host, port }) => selfCheck(++lastId, host, port, phases())),
    [],
  )

  return {
    configure(document) {
      const before = roster
      const fresh: Mirror[] = []
      roster = enlist(document, before, remembered, recruit => {
        const { id, phase } = recruit.twin ?? { id: ++lastId, phase: recruit.phase ?? phases() }
        const mirror = new Mirror({ ...recruit, id, phase })
        if (recruit.twin === undefined) fresh.push(mirror)
        return mirror
      })
      for (const [key, mirror] of before.targets) if (roster.targets.get(key) !== mirror) mirror.drop()
      byId = byProbe(mirrors())
      const dropped = [...byProbe(before.targets.values()).keys()].filter(id => !byId.has(id))
      // What was remembered grows old: only the first document after it may use it.
      remembered = new Map()
      settle()
      // Of most documents only what is served is new, and the thread is not woken for it.
      if (fresh.length + dropped.length > 0)
        crew.assign(
          fresh.map(mirror => mirror.assignment()),
          dropped,
        )
      for (const [region, by] of faults) injectInto(region, by)
      signals.repeat(roster, Date.now())
    },
    async firstRound() {
      await Promise.all(mirrors().map(mirror => mirror.firstResult))
    },
    health: () => bulletin.health(),
    onChange: listener => bulletin.onChange(listener),
    recent: (check, address) => mirrorOf(check, address)?.recent ?? [],
    state: () => ({
      ...crew.state(),
      suspicions: suspected,
      restarts: crew.restarts(),
      durations: durations.list(),
    }),
    tell(check, address, told) {
      const meant = mirrors().filter(
        ({ spec, address: own }) =>
          spec.type === 'push' && spec.id === check && (address === undefined || own === address),
      )
      for (const { id } of meant) crew.tell(id, { told })
      return meant.length > 0
    },
    signal: (region, signal) => signals.hear(region, signal, roster, Date.now()),
    release(region) {
      if (!returns.release(region, roster, Date.now())) return false
      review([region])
      bulletin.tell([])
      return true
    },
    inject(region, by) {
      if (faults.get(region) === by) return
      faults.set(region, by)
      injectInto(region, by)
    },
    lift(region, how) {
      if (!faults.delete(region)) return
      crew.lift(idsOf(faultTargets(region, roster)), how)
    },
    whyNoFault: region => whyNoFault(region, roster),
    join(to) {
      judging.hearing = to
      settle()
      bulletin.tell([])
    },
    recount: (keys = roster.targets.keys()) => report(judging.recountAll(keys)),
    isHolding: () => mirrors().some(({ judgement }) => judgement?.basis === 'held'),
    views: () =>
      new Map(
        [...roster.targets].flatMap(([key, { spec, known }]) =>
          spec.votes === undefined || known === undefined || known.unavailable === true
            ? []
            : [[key, known.streak] as const],
        ),
      ),
    poll: (check, address) => judging.poll(mirrorOf(check, address)),
    saved: () =>
      saveHealth(
        [...roster.targets].map(([key, mirror]) => [key, mirror.known]),
        returns.waiting(),
      ),
    restore(json, maxAgeMs, now) {
      remembered = readSaved(json, maxAgeMs, now)
      returns.restore(readWaiting(json), now)
      const told: Assignment[] = []
      for (const [key, known] of remembered) {
        const mirror = roster.targets.get(key)
        if (mirror === undefined || mirror.known !== undefined) continue
        mirror.adopt(known)
        told.push(mirror.assignment())
      }
      crew.assign(told, [])
      for (const { views } of roster.regions.values()) for (const view of views) refresh(view)
      settle()
    },
    stop() {
      returns.stop()
      crew.stop()
      for (const mirror of mirrors()) mirror.drop()
    },
  }
}
