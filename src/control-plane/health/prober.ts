// The prober: probes every target of the document in rhythm, and tells who went down, who came back, and why.
import type { TrafficDocument } from '../traffic/document.js'
import { check } from './check.js'
import type { Health } from './health.js'
import { EMPTY, enlist, healthOf } from './roster.js'
import { readSaved, type SavedHealth, saveHealth } from './saved.js'
import { type Known, type Probe, Target } from './target.js'
import { type Change, refresh } from './view.js'

/** Called after any result that changed `up` or `run` of a check; `changes` may be empty. */
export type HealthListener = (health: Health, changes: readonly Change[]) => void

export interface ProberLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export interface Prober {
  /** What to probe from now on. Targets that did not change keep streak and phase; new ones are probed at once. */
  configure(document: Pick<TrafficDocument, 'regions' | 'checks'>): void
  /** Resolves when every target known now has had its first result; the timeouts bound it. */
  firstRound(): Promise<void>
  /** All regions of the document; those without checks are up. */
  health(): Health
  onChange(listener: HealthListener): void
  /** A JSON value that `restore` takes. */
  saved(): SavedHealth
  /** Takes over results that are at most `maxAgeMs` old at `now` (epoch ms). What cannot be read is left out. */
  restore(json: unknown, maxAgeMs: number, now: number): void
  stop(): void
}

export interface ProberOptions {
  readonly probe?: Probe
  readonly log: ProberLog
  /** 0 to below 1. */
  readonly random?: () => number
}

export function createProber({ probe = check, log, random = Math.random }: ProberOptions): Prober {
  const listeners: HealthListener[] = []
  let roster = EMPTY
  let remembered: ReadonlyMap<string, Known> = new Map()
  let current: Health = new Map()
  const stale = new Set<string>()

  /** Only the regions in which something happened are made anew. */
  function health(): Health {
    if (stale.size === 0) return current
    const next = new Map(current)
    for (const id of stale) next.set(id, roster.regions.get(id)?.map(view => view.health) ?? [])
    stale.clear()
    current = next
    return current
  }

  function onResult(target: Target, before: Known | undefined): void {
    const changes: Change[] = []
    for (const view of roster.views.get(target) ?? []) {
      stale.add(view.region)
      const change = refresh(view)
      if (change === undefined) continue
      changes.push(change)
      const fields = { check: target.options.spec.id, since: new Date(view.health.since).toISOString() }
      if (change.up) log.info({ ...change, ...fields }, `${change.region} ${change.address} is up`)
      else log.warn({ ...change, ...fields }, `${change.region} ${change.address} is down: ${change.cause}`)
    }
    const after = target.known?.streak
    if (after?.up !== before?.streak.up || after?.run !== before?.streak.run) tell(changes)
  }

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

  return {
    configure(document) {
      const before = roster
      const fresh: Target[] = []
      roster = enlist(document, before, remembered, recruit => {
        const target = new Target({ ...recruit, phase: recruit.phase ?? random(), probe, onResult })
        fresh.push(target)
        return target
      })
      for (const [key, target] of before.targets) if (roster.targets.get(key) !== target) target.stop()
      // What was remembered grows old: only the first document after it may use it.
      remembered = new Map()
      stale.clear()
      current = healthOf(roster.regions)
      for (const target of fresh) target.start()
    },
    async firstRound() {
      await Promise.all([...roster.targets.values()].map(target => target.firstResult))
    },
    health,
    onChange(listener) {
      listeners.push(listener)
    },
    saved: () => saveHealth([...roster.targets].map(([key, target]) => [key, target.known])),
    restore(json, maxAgeMs, now) {
      remembered = readSaved(json, maxAgeMs, now)
      for (const [key, known] of remembered) roster.targets.get(key)?.adopt(known)
      for (const view of [...roster.regions.values()].flat()) refresh(view)
      current = healthOf(roster.regions)
      stale.clear()
    },
    stop() {
      for (const target of roster.targets.values()) target.stop()
    },
  }
}
