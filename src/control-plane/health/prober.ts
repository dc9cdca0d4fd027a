// The prober: has every target of the document probed in rhythm, and tells who went down, who came back, and why.
import { isDeepStrictEqual } from 'node:util'
import type { TrafficDocument } from '../traffic/document.js'
import type { Assignment, Crew, CrewState, Report, Suspicion, Told } from './crew.js'
import { SELF_CHECK } from './doubt.js'
import { faultTargets, whyNoFault } from './faults.js'
import type { Health } from './health.js'
import { type Accused, type Hearing, judged, pollOf } from './hearing.js'
import type { Lift } from './injection.js'
import type { Known } from './known.js'
import { Mirror } from './mirror.js'
import type { Poll } from './quorum.js'
import { Returns } from './returns.js'
import { EMPTY, enlist, healthOf } from './roster.js'
import { readSaved, readWaiting, type SavedHealth, saveHealth } from './saved.js'
import type { Signal } from './signal.js'
import { Signals } from './signals.js'
import type { Streak } from './streak.js'
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
  /** 0 to below 1. */
  readonly random?: () => number
  /** Addresses and ports that answer whenever this node has a network. */
  readonly selfChecks?: readonly { readonly host: string; readonly port: number }[]
}

export function createProber({ crew, log, random = Math.random, selfChecks = [] }: ProberOptions): Prober {
  const listeners: HealthListener[] = []
  let roster = EMPTY
  let remembered: ReadonlyMap<string, Known> = new Map()
  let current: Health = new Map()
  let suspected: readonly Suspicion[] = []
  let lastId = 0
  const byId = new Map<number, Mirror>()
  /** By region, whose doing its faults are. */
  const faults = new Map<string, string>()
  const stale = new Set<string>()
  let hearing: Hearing | undefined
  const signals = new Signals(({ id }, word) => crew.tell(id, word))
  const returns = new Returns(ids => {
    const changed = returns.review(ids, roster, Date.now())
    for (const id of changed) stale.add(id)
    if (changed.length > 0) tell([])
  })

  /** Only the regions in which something happened are made anew. */
  function health(): Health {
    if (stale.size === 0) return current
    const next = new Map(current)
    for (const id of stale) next.set(id, roster.regions.get(id)?.views.map(view => view.health) ?? [])
    stale.clear()
    current = next
    return current
  }

  crew.onReports(reports => {
    const changes: Change[] = []
    let moved = false
    for (const report of reports) {
      const mirror = byId.get(report.id)
      if (mirror !== undefined) moved = take(mirror, report, changes) || moved
    }
    report(changes, moved)
  })

  /** Tells of what has turned, and sees to what that lets back in. */
  function report(changes: readonly Change[], moved: boolean): void {
    const turned = new Set(changes.map(({ region }) => region))
    for (const id of returns.review(turned, roster, Date.now())) stale.add(id)
    if (moved) tell(changes)
  }

  /** Whether `up` or `run` has changed. */
  function take(mirror: Mirror, report: Report, changes: Change[]): boolean {
    const before = mirror.known
    mirror.learn(report)
    const { streak, lastWarning } = report.known
    const turned = streak.up !== before?.streak.up || streak.run !== before.streak.run
    if (turned) recount(mirror)
    look(mirror, changes)
    if (lastWarning !== undefined && lastWarning !== before?.lastWarning)
      log.warn(
        { check: mirror.spec.id, address: mirror.address },
        `${mirror.spec.id} at ${mirror.address}: ${lastWarning}`,
      )
    return turned
  }

  /** Judges it anew together with what others say of it. */
  function recount(mirror: Mirror): void {
    mirror.overrule(judged(accusedOf(mirror), hearing), Date.now())
  }

  /** Shows where it stands wherever it shows. */
  function look(mirror: Mirror, changes: Change[]): void {
    for (const view of roster.views.get(mirror) ?? []) {
      stale.add(view.region)
      const change = refresh(view)
      if (change === undefined) continue
      changes.push(change)
      const fields = { check: mirror.spec.id, since: new Date(view.health.since).toISOString() }
      if (change.up) log.info({ ...change, ...fields }, `${change.region} ${change.address} is up`)
      else log.warn({ ...change, ...fields }, `${change.region} ${change.address} is down: ${change.cause}`)
    }
  }

  crew.onSuspicion(suspicions => {
    for (const { family, silent, of } of suspicions)
      if (!suspected.some(one => one.family === family))
        log.warn(
          { family, silent, of },
          `the prober suspects itself: ${silent} of ${of} targets on IPv${family} fell silent at once; what they were is held`,
        )
    for (const { family } of suspected)
      if (!suspicions.some(one => one.family === family))
        log.info({ family }, `the prober trusts itself again on IPv${family}`)
    suspected = suspicions
    tell([])
  })

  function tell(changes: readonly Change[]): void {
    for (const listener of listeners) {
      // Probing goes on whatever becomes of those who listen.
      try {
        listener(health(), changes)
      } catch (err) {
        log.warn({ err }, 'a listener to health failed')
      }
    }
  }

  const mirrors = (): readonly Mirror[] => [...roster.targets.values()]
  const mirrorOf = (check: string, address: string): Mirror | undefined =>
    mirrors().find(({ spec, address: own }) => spec.id === check && own === address)
  const settle = (): void => {
    for (const mirror of mirrors()) {
      recount(mirror)
      for (const view of roster.views.get(mirror) ?? []) refresh(view)
    }
    returns.keep(roster)
    returns.review(roster.regions.keys(), roster, Date.now())
    current = healthOf(roster.regions)
    stale.clear()
  }

  const idsOf = (of: readonly Mirror[]): readonly number[] => of.map(({ id }) => id)
  const injectInto = (region: string, by: string): void => crew.inject(idsOf(faultTargets(region, roster)), by)

  crew.assign(
    selfChecks.map(({ host, port }) => selfCheck(++lastId, host, port, random())),
    [],
  )

  return {
    configure(document) {
      const before = roster
      const fresh: Mirror[] = []
      roster = enlist(document, before, remembered, recruit => {
        const mirror = new Mirror({ ...recruit, id: ++lastId, phase: recruit.phase ?? random() })
        fresh.push(mirror)
        return mirror
      })
      const dropped = [...before.targets].filter(([key, mirror]) => roster.targets.get(key) !== mirror)
      for (const [, mirror] of dropped) {
        byId.delete(mirror.id)
        mirror.drop()
      }
      // What was remembered grows old: only the first document after it may use it.
      remembered = new Map()
      settle()
      for (const mirror of fresh) byId.set(mirror.id, mirror)
      // Of most documents only what is served is new, and the thread is not woken for it.
      if (fresh.length + dropped.length > 0)
        crew.assign(
          fresh.map(mirror => mirror.assignment()),
          dropped.map(([, { id }]) => id),
        )
      for (const [region, by] of faults) injectInto(region, by)
      signals.repeat(roster, Date.now())
    },
    async firstRound() {
      await Promise.all(mirrors().map(mirror => mirror.firstResult))
    },
    health,
    onChange(listener) {
      listeners.push(listener)
    },
    recent: (check, address) => mirrorOf(check, address)?.recent ?? [],
    state: () => ({ ...crew.state(), suspicions: suspected, restarts: crew.restarts() }),
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
      for (const id of returns.review([region], roster, Date.now())) stale.add(id)
      tell([])
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
      hearing = to
      settle()
      tell([])
    },
    recount(keys = roster.targets.keys()) {
      const changes: Change[] = []
      let moved = false
      for (const key of keys) {
        const mirror = roster.targets.get(key)
        if (mirror?.spec.votes === undefined) continue
        const before = mirror.judgement
        recount(mirror)
        if (isDeepStrictEqual(before, mirror.judgement)) continue
        moved = true
        look(mirror, changes)
      }
      report(changes, moved)
    },
    views: () =>
      new Map(
        [...roster.targets].flatMap(([key, { spec, known }]) =>
          spec.votes === undefined || known === undefined || known.unavailable === true
            ? []
            : [[key, known.streak] as const],
        ),
      ),
    poll(check, address) {
      const mirror = mirrorOf(check, address)
      return mirror?.spec.votes === undefined || hearing === undefined ? undefined : pollOf(accusedOf(mirror), hearing)
    },
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

function accusedOf({ key, spec, address, known, judgement }: Mirror): Accused {
  const streak = known?.unavailable === true ? undefined : known?.streak
  return { key, address, spec, streak, before: judgement?.up ?? streak?.up }
}

/** Its failures are of no interest but that they are there: see doubt.ts. */
function selfCheck(id: number, host: string, port: number, phase: number): Assignment {
  const timing = { intervalMs: 10_000, timeoutMs: 2000, fall: 1, rise: 1 }
  return { id, address: host, phase, spec: { type: 'tcp', id: SELF_CHECK, port, ...timing } }
}
