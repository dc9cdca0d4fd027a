// A crew in this thread: targets, the gate that they pass, the pace at which new ones begin, and doubts about itself.
import { isDeepStrictEqual } from 'node:util'
import { type Assignment, type Crew, IDLE, type Report, type Suspicion } from './crew.js'
import { Doubt } from './doubt.js'
import { Gate, type GateLimits } from './gate.js'
import { LateWatch } from './late-watch.js'
import { type Probe, Target } from './target.js'
import type { ProbeResult } from './trace.js'

/** How new targets begin: so many at once, then so many each `EVERY_MS`; ten thousand take about four seconds. */
const FIRST = 200
const EVERY_MS = 20
const EACH = 50

export interface LocalCrewOptions {
  readonly probe: Probe
  /** The share of what was up that must fall silent before the crew suspects itself; see `suspicion.ts`. */
  readonly suspectShare?: number | undefined
  readonly limits?: GateLimits | undefined
}

export function localCrew({ probe, suspectShare, limits }: LocalCrewOptions): Crew {
  const gate = new Gate(limits)
  const targets = new Map<number, Target>()
  const fresh = new Set<Target>()
  let pace: ReturnType<typeof setTimeout> | undefined
  let credit = FIRST
  let listener: (reports: readonly Report[]) => void = () => {}
  const counts = { passed: 0, failed: 0 }
  const late = new LateWatch()
  const queued = new LateWatch()
  const doubt = new Doubt(() => targets.values(), suspectShare)

  function count({ passed, unavailable }: ProbeResult): void {
    if (passed) counts.passed++
    // What this node cannot carry out is no probe.
    else if (unavailable !== true) counts.failed++
  }

  function add(assignment: Assignment): void {
    const there = targets.get(assignment.id)
    if (there !== undefined && isDeepStrictEqual(there.assignment.spec, assignment.spec)) {
      if (assignment.known !== undefined) there.adopt(assignment.known)
      return
    }
    const target = new Target({
      assignment,
      probe,
      gate,
      hold: (accused, result) => doubt.hold(accused, result),
      onReport: (of, report) => {
        if (report.again !== true) count(report.result)
        doubt.heard(of, report.result)
        listener([report])
      },
      onLate: (ms, queuedMs) => {
        late.saw(ms)
        queued.saw(queuedMs)
      },
    })
    targets.set(assignment.id, target)
    fresh.add(target)
  }

  function begin(): void {
    pace = undefined
    for (const target of fresh) {
      if (credit <= 0) break
      credit--
      fresh.delete(target)
      target.start()
    }
    if (fresh.size === 0 && credit >= FIRST) return
    pace = setTimeout(() => {
      credit = Math.min(FIRST, credit + EACH)
      begin()
    }, EVERY_MS)
  }

  return {
    assign(assignments, dropped) {
      for (const id of dropped) {
        const target = targets.get(id)
        if (target === undefined) continue
        targets.delete(id)
        fresh.delete(target)
        target.stop()
      }
      for (const assignment of assignments) add(assignment)
      if (pace === undefined) begin()
    },
    tell(id, word) {
      targets.get(id)?.tell(word)
    },
    inject(ids, by) {
      for (const id of ids) targets.get(id)?.inject(by)
    },
    lift(ids, how) {
      for (const id of ids) targets.get(id)?.lift(how)
    },
    onReports(next) {
      listener = next
    },
    onSuspicion(next: (suspicions: readonly Suspicion[]) => void) {
      doubt.onChange(next)
    },
    state: () => ({
      ...IDLE,
      ...counts,
      targets: targets.size,
      running: gate.running,
      waiting: gate.waiting + fresh.size,
      lateMs: late.worstMs(),
      queuedMs: queued.worstMs(),
      suspicions: doubt.suspicions(),
    }),
    restarts: () => 0,
    stop() {
      clearTimeout(pace)
      doubt.stop()
      for (const target of targets.values()) target.stop()
      targets.clear()
      fresh.clear()
    },
  }
}
