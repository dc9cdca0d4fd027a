// The prober's doubts about itself, for each family of addresses: when they begin, what they hold, and when they end.
import type { CrewState, Suspicion } from './crew.js'
import { type Hold, wouldFall } from './known.js'
import { SELF_CHECK } from './self-check.js'
import { SUSPECT_SHARE, type Testimony, testify, type Witness } from './suspicion.js'
import type { Sign, Target } from './target.js'
import type { ProbeResult } from './trace.js'

type Family = Suspicion['family']

/** Witnesses that are probed out of turn when something falls silent: all self-checks, and this many others. */
const WITNESSES = 8
/** Whoever was called within this time, ms, need not be called again for one more last failure. */
const FRESH_MS = 20
/** While a doubt lasts they are called this often, ms. */
const CALL_EVERY_MS = 1000
/** Whoever was heard of within this time, ms, says that the network is back. */
const CLEAR_WITHIN_MS = 5000

const familyOf = ({ assignment: { address } }: Target): Family => (address.includes(':') ? 6 : 4)

/** What others say needs no network. */
const isToldOf = ({ assignment: { spec } }: Target): boolean => spec.type === 'push' || spec.type === 'passive'

const NOBODY: ReadonlySet<Target> = new Set()

export class Doubt {
  readonly #targets: () => Iterable<Target>
  readonly #share: number
  readonly #open = new Map<Family, Suspicion>()
  /** When the last doubt ended, ms on the monotonic clock. */
  readonly #endedAt = new Map<Family, number>()
  readonly #calledAt = new Map<Family, number>()
  #timer: ReturnType<typeof setInterval> | undefined
  #listener: (suspicions: CrewState['suspicions']) => void = () => {}

  constructor(targets: () => Iterable<Target>, share: number = SUSPECT_SHARE) {
    this.#targets = targets
    this.#share = share
  }

  onChange(listener: (suspicions: CrewState['suspicions']) => void): void {
    this.#listener = listener
  }

  suspicions(): CrewState['suspicions'] {
    return [...this.#open.values()]
  }

  /**
   * Whether this failure is to count for nothing: `held` while the prober doubts itself, `awaited` where witnesses that
   * were called have yet to answer, would make it do so, and may until the target has to be decided. Asked before it is judged.
   */
  hold(accused: Target, result: ProbeResult): Hold {
    // What answers, however badly, can be reached. And what is down stays down by itself.
    if (result.heard || accused.known?.streak.up !== true) return 'counts'
    const family = familyOf(accused)
    const since = accused.failingSince ?? performance.now()
    if (this.#open.has(family)) return 'held'
    // Others who were called while it was silent tell of it as well. So there is one call a timeout, however many fall silent.
    this.#call(family, accused.last.startedAt, accused)
    // A probe that began while nothing could be reached says nothing about now.
    if (accused.last.startedAt < (this.#endedAt.get(family) ?? Number.NEGATIVE_INFINITY)) return 'held'
    if (!wouldFall(accused.known, result, accused.spec)) return 'counts'
    const testimony = this.#testimony(family, since, accused.spec.timeoutMs)
    if (testimony.suspect) {
      this.#begin(family, testimony)
      return 'held'
    }
    // Nobody is to be judged without witnesses: of few, the one who called may be one that has to be asked itself.
    if (testimony.of < WITNESSES) this.#call(family, performance.now() - FRESH_MS, accused)
    return this.#waits(family, accused, since) ? 'awaited' : 'counts'
  }

  /** Called after each result: what was heard of may end a doubt. */
  heard(target: Target, { heard }: ProbeResult): void {
    const family = familyOf(target)
    if (heard && this.#open.has(family)) this.#review(family)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #begin(family: Family, { silent, of }: Testimony): void {
    this.#open.set(family, { family, since: Date.now(), silent, of })
    // While it lasts, witnesses go on being called, so that its end is seen soon.
    this.#timer ??= setInterval(() => {
      for (const one of this.#open.keys()) this.#call(one, performance.now())
    }, CALL_EVERY_MS)
    this.#listener(this.suspicions())
  }

  #review(family: Family): void {
    const since = performance.now() - CLEAR_WITHIN_MS
    const { suspect, cleared, silent, of } = testify(this.#witnesses(family, signNow), since, this.#share)
    if (suspect || (!cleared && silent * 2 > of)) return
    this.#open.delete(family)
    this.#endedAt.set(family, performance.now())
    if (this.#open.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    this.#listener(this.suspicions())
  }

  /** Never beyond `decidedBy`: a witness that does not answer must not keep what is dead alive. */
  #waits(family: Family, { spec, decidedBy }: Target, since: number): boolean {
    if (performance.now() >= decidedBy) return false
    const silent = new Set<Target>()
    for (const target of this.#targets())
      if (target.running?.heard === false && target.last.startedAt < since) silent.add(target)
    return silent.size > 0 && this.#testimony(family, since, spec.timeoutMs, silent).suspect
  }

  /**
   * @param patienceMs a probe that has heard nothing for so long is as silent as one that is over
   * @param silent those that are taken to be silent, whatever their last probe found
   */
  #testimony(family: Family, since: number, patienceMs: number, silent: ReadonlySet<Target> = NOBODY): Testimony {
    const signs = (target: Target): Sign =>
      silent.has(target) ? { startedAt: since, heard: false } : signOf(target, since, patienceMs)
    return testify(this.#witnesses(family, signs), since, this.#share)
  }

  *#witnesses(family: Family, signs: (target: Target) => Sign): Generator<Witness> {
    for (const target of this.#targets()) {
      if (familyOf(target) !== family) continue
      const { address, spec } = target.assignment
      const selfCheck = spec.id === SELF_CHECK
      if (!selfCheck && target.known?.streak.up !== true) continue
      yield { address, selfCheck, ...signs(target) }
    }
  }

  /** Has the longest silent ones probed, unless that was done at `before` or later. */
  #call(family: Family, before: number, accused?: Target): void {
    if ((this.#calledAt.get(family) ?? Number.NEGATIVE_INFINITY) >= before) return
    this.#calledAt.set(family, performance.now())
    const own: Target[] = []
    const others: Target[] = []
    for (const target of this.#targets()) {
      if (target === accused || familyOf(target) !== family) continue
      if (target.assignment.spec.id === SELF_CHECK) own.push(target)
      else if (target.known?.streak.up === true && !isToldOf(target)) others.push(target)
    }
    // Those that were asked longest ago are the ones of which least is known now.
    others.sort((a, b) => a.last.startedAt - b.last.startedAt)
    for (const target of [...own, ...others.slice(0, WITNESSES)]) target.probeNow()
  }
}

/** What is known of a target by now, its probe that is not over yet included. */
function signOf({ running, last }: Target, since: number, patienceMs: number): Sign {
  if (running === undefined) return last
  if (running.heard) return running
  const silentMs = performance.now() - Math.max(running.startedAt, since)
  return silentMs >= patienceMs ? { startedAt: since, heard: false } : last
}

/** Whether it is heard of again: who was silent is so until it is, however long its probes take. */
function signNow({ running, last, assignment: { spec } }: Target): Sign {
  if (running?.heard === true) return running
  if (last.heard) return last
  return { startedAt: running === undefined ? last.startedAt + spec.timeoutMs : performance.now(), heard: false }
}
