// A crew in a thread of its own. A thread that dies or falls silent is replaced, and its successor goes on from what was known.
import { Worker } from 'node:worker_threads'
import { type Assignment, type Crew, type CrewState, IDLE, type Report, type Suspicion, type Word } from './crew.js'
import type { GateLimits } from './gate.js'
import type { Lift } from './injection.js'
import type { Known } from './known.js'

export interface ProbeThreadData {
  readonly suspectShare: number | undefined
  readonly execAllowed: boolean
  /** What probes are sent from, one a family; the system chooses where there is none. */
  readonly source: readonly string[]
  /** How many probes run at once; as in gate.ts unless told. */
  readonly limits?: GateLimits | undefined
}

export type ToThread =
  | { readonly kind: 'assign'; readonly targets: readonly Assignment[]; readonly dropped: readonly number[] }
  | { readonly kind: 'tell'; readonly id: number; readonly word: Word }
  | { readonly kind: 'inject'; readonly ids: readonly number[]; readonly by: string }
  | { readonly kind: 'lift'; readonly ids: readonly number[]; readonly how: Lift }

export type FromThread =
  | { readonly kind: 'reports'; readonly reports: readonly Report[]; readonly state: CrewState }
  | { readonly kind: 'suspicion'; readonly suspicions: readonly Suspicion[] }

export interface ThreadCrewOptions extends Partial<ProbeThreadData> {
  readonly onCrash: (why: string) => void
  /** The module that runs in the thread. */
  readonly module?: URL
  /** A thread that is silent for so long, ms, is taken for hung: a regular expression that never ends is enough. */
  readonly silenceMs?: number
}

/** Between a death and the next life, ms: doubles up to the last, and begins anew after a quiet minute. */
const BACKOFF_MS = [100, 1000, 5000, 30_000] as const
const QUIET_MS = 60_000

interface Entry {
  readonly assignment: Assignment
  known: Known | undefined
  word: Word | undefined
  /** By whom a fault is injected. */
  injectedBy?: string | undefined
}

export function threadCrew(options: ThreadCrewOptions): Crew {
  const { onCrash, module = new URL('./probe-thread.js', import.meta.url), silenceMs = 30_000 } = options
  const entries = new Map<number, Entry>()
  let worker: Worker | undefined
  let state: CrewState = IDLE
  let lost = { passed: 0, failed: 0 }
  let restarts = 0
  let streak = 0
  let bornAt = 0
  let heardAt = 0
  let stopped = false
  let rebirth: NodeJS.Timeout | undefined
  let onReports: (reports: readonly Report[]) => void = () => {}
  let onSuspicion: (suspicions: readonly Suspicion[]) => void = () => {}

  const send = (message: ToThread): void => worker?.postMessage(message)

  function start(): void {
    const data: ProbeThreadData = {
      suspectShare: options.suspectShare,
      execAllowed: options.execAllowed ?? false,
      source: options.source ?? [],
      limits: options.limits,
    }
    const one = new Worker(module, { workerData: data, name: 'prober' })
    worker = one
    bornAt = heardAt = performance.now()
    one.on('message', (message: FromThread) => {
      if (worker === one) take(message)
    })
    one.on('error', error => died(one, error instanceof Error ? error.message : String(error)))
    one.on('exit', code => died(one, `it ended with code ${code}`))
    const targets = [...entries.values()].map(({ assignment, known }) => ({ ...assignment, known }))
    send({ kind: 'assign', targets, dropped: [] })
    for (const [id, { word, injectedBy }] of entries) {
      if (word !== undefined) send({ kind: 'tell', id, word })
      if (injectedBy !== undefined) send({ kind: 'inject', ids: [id], by: injectedBy })
    }
  }

  function take(message: FromThread): void {
    heardAt = performance.now()
    if (message.kind === 'suspicion') {
      state = { ...state, suspicions: message.suspicions }
      onSuspicion(message.suspicions)
      return
    }
    state = message.state
    const reports = message.reports.filter(({ id }) => entries.has(id))
    for (const { id, known } of reports) entries.get(id)!.known = known
    if (reports.length > 0) onReports(reports)
  }

  function died(one: Worker, why: string): void {
    if (worker !== one || stopped) return
    worker = undefined
    restarts++
    const suspected = state.suspicions.length > 0
    lost = { passed: lost.passed + state.passed, failed: lost.failed + state.failed }
    state = { ...IDLE, targets: entries.size }
    onCrash(why)
    if (suspected) onSuspicion([])
    if (performance.now() - bornAt > QUIET_MS) streak = 0
    rebirth = setTimeout(start, BACKOFF_MS[Math.min(streak++, BACKOFF_MS.length - 1)]!)
  }

  const watch = setInterval(() => {
    const one = worker
    if (one === undefined || performance.now() - heardAt < silenceMs) return
    // This thread may have stood still itself: what waits in the queue is read first, and tells.
    setImmediate(() => {
      if (performance.now() - heardAt < silenceMs) return
      died(one, `it said nothing for ${silenceMs / 1000} s`)
      void one.terminate()
    })
  }, silenceMs / 4)
  watch.unref()

  return {
    assign(targets, dropped) {
      for (const id of dropped) entries.delete(id)
      for (const assignment of targets) {
        const there = entries.get(assignment.id)
        const known = there?.known ?? assignment.known
        entries.set(assignment.id, { assignment, known, word: there?.word, injectedBy: there?.injectedBy })
      }
      // A node without checks needs no thread for them; one that is being replaced is told of all.
      const isFirst = worker === undefined && rebirth === undefined && entries.size > 0
      if (isFirst && !stopped) start()
      else send({ kind: 'assign', targets, dropped })
    },
    tell(id, word) {
      const entry = entries.get(id)
      if (entry === undefined) return
      entry.word = { ...entry.word, ...word }
      send({ kind: 'tell', id, word })
    },
    inject(ids, by) {
      for (const id of ids) {
        const entry = entries.get(id)
        if (entry !== undefined) entry.injectedBy = by
      }
      send({ kind: 'inject', ids, by })
    },
    lift(ids, how) {
      for (const id of ids) {
        const entry = entries.get(id)
        if (entry !== undefined) entry.injectedBy = undefined
      }
      send({ kind: 'lift', ids, how })
    },
    onReports(listener) {
      onReports = listener
    },
    onSuspicion(listener) {
      onSuspicion = listener
    },
    state: () => ({ ...state, passed: state.passed + lost.passed, failed: state.failed + lost.failed }),
    restarts: () => restarts,
    stop() {
      stopped = true
      clearInterval(watch)
      clearTimeout(rebirth)
      void worker?.terminate()
      worker = undefined
    },
  }
}
