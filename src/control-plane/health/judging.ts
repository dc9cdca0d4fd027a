// What a report makes of its target, together with what other nodes say of it, and of every address at which that shows.
import type { Report } from './crew.js'
import { type Accused, type Hearing, judged, pollOf } from './hearing.js'
import type { Mirror } from './mirror.js'
import type { ProberLog } from './prober.js'
import { isSame, type Poll } from './quorum.js'
import type { Roster } from './roster.js'
import { type Change, refresh } from './view.js'

/** What judging brought about. */
export interface Outcome {
  readonly changes: readonly Change[]
  /** Whether `up` or `run` of a check has changed, with or without an address that turned. */
  readonly moved: boolean
}

export class Judging {
  /** How other nodes are listened to; undefined where there are none. */
  hearing: Hearing | undefined
  readonly #roster: () => Roster
  readonly #mark: (regions: Iterable<string>) => void
  readonly #log: ProberLog

  /** `mark` is told the regions in which something happened. */
  constructor(roster: () => Roster, mark: (regions: Iterable<string>) => void, log: ProberLog) {
    this.#roster = roster
    this.#mark = mark
    this.#log = log
  }

  /** Takes what was found. */
  take(reports: readonly Report[], byId: ReadonlyMap<number, readonly Mirror[]>): Outcome {
    const changes: Change[] = []
    let moved = false
    for (const report of reports)
      for (const mirror of byId.get(report.id) ?? []) moved = this.#learn(mirror, report, changes) || moved
    return { changes, moved }
  }

  /** Others say something else now of these targets. */
  recountAll(keys: Iterable<string>): Outcome {
    const changes: Change[] = []
    let moved = false
    for (const key of keys) {
      const mirror = this.#roster().targets.get(key)
      if (mirror?.spec.votes === undefined) continue
      const before = mirror.judgement
      this.recount(mirror)
      if (isSame(before, mirror.judgement)) continue
      moved = true
      this.#look(mirror, changes)
    }
    return { changes, moved }
  }

  /** Judges it anew together with what others say of it. */
  recount(mirror: Mirror): void {
    mirror.overrule(judged(accusedOf(mirror), this.hearing), Date.now())
  }

  /** All that is said of it; undefined where its check has no votes. */
  poll(mirror: Mirror | undefined): Poll | undefined {
    return mirror?.spec.votes === undefined || this.hearing === undefined
      ? undefined
      : pollOf(accusedOf(mirror), this.hearing)
  }

  /** Whether `up` or `run` has changed. */
  #learn(mirror: Mirror, report: Report, changes: Change[]): boolean {
    const before = mirror.known
    mirror.learn(report)
    const { streak, lastWarning } = report.known
    const turned = streak.up !== before?.streak.up || streak.run !== before.streak.run
    if (turned) this.recount(mirror)
    this.#look(mirror, changes)
    if (lastWarning !== undefined && lastWarning !== before?.lastWarning)
      this.#log.warn(
        { check: mirror.spec.id, address: mirror.address },
        `${mirror.spec.id} at ${mirror.address}: ${lastWarning}`,
      )
    return turned
  }

  /** Shows where it stands wherever it shows. */
  #look(mirror: Mirror, changes: Change[]): void {
    for (const view of this.#roster().views.get(mirror) ?? []) {
      this.#mark([view.region])
      const change = refresh(view)
      if (change === undefined) continue
      changes.push(change)
      const fields = { check: mirror.spec.id, since: new Date(view.health.since).toISOString() }
      if (change.up) this.#log.info({ ...change, ...fields }, `${change.region} ${change.address} is up`)
      else this.#log.warn({ ...change, ...fields }, `${change.region} ${change.address} is down: ${change.cause}`)
    }
  }
}

function accusedOf({ key, spec, address, known, judgement }: Mirror): Accused {
  const streak = known?.unavailable === true ? undefined : known?.streak
  return { key, address, spec, streak, before: judgement?.up ?? streak?.up }
}
