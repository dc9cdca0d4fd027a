// The signals of every region, and what they come to for each of its checks: a word to passive ones, a vote to the others.
import { mirrorsOf } from './calculated.js'
import type { Word } from './crew.js'
import type { Mirror } from './mirror.js'
import type { Roster } from './roster.js'
import { failingSignals, type Signal, withSignal } from './signal.js'
import { NO_VOTE, type Vote } from './vote.js'

export class Signals {
  readonly #byRegion = new Map<string, readonly Signal[]>()
  readonly #say: (mirror: Mirror, word: Word) => void

  /** `say` passes on what is said of a target. */
  constructor(say: (mirror: Mirror, word: Word) => void) {
    this.#say = say
  }

  /** False: the region has no passive check that would listen. */
  hear(region: string, signal: Signal, roster: Pick<Roster, 'regions'>, now: number): boolean {
    if (!this.#mirrors(region, signal.address, roster).some(isPassive)) return false
    this.#byRegion.set(region, withSignal(this.#byRegion.get(region) ?? [], signal))
    this.#pass(region, roster, now)
    return true
  }

  /** Says to the targets of a new document what was said before. */
  repeat(roster: Pick<Roster, 'regions'>, now: number): void {
    for (const region of [...this.#byRegion.keys()]) {
      if (roster.regions.has(region)) this.#pass(region, roster, now)
      else this.#byRegion.delete(region)
    }
  }

  #pass(region: string, { regions }: Pick<Roster, 'regions'>, now: number): void {
    const all = this.#byRegion.get(region) ?? []
    for (const { address, judged } of regions.get(region)?.views ?? []) {
      const signals = all.filter(signal => signal.address === undefined || signal.address === address)
      const mirrors = [...new Set(judged.flatMap(mirrorsOf))]
      const vote = mirrors.map(mirror => voteOf(mirror, signals, now)).reduce(together, NO_VOTE)
      for (const mirror of mirrors) {
        if (isPassive(mirror)) this.#say(mirror, { signals })
        // What stands elsewhere is not what others see of this region.
        else if (mirror.spec.type !== 'push' && mirror.spec.address === undefined) {
          mirror.hurry(vote)
          this.#say(mirror, { vote })
        }
      }
    }
  }

  #mirrors(region: string, address: string | undefined, { regions }: Pick<Roster, 'regions'>): readonly Mirror[] {
    const views = regions.get(region)?.views ?? []
    return views
      .filter(view => address === undefined || view.address === address)
      .flatMap(({ judged }) => judged.flatMap(mirrorsOf))
  }
}

const isPassive = ({ spec }: Mirror): boolean => spec.type === 'passive'

/** Every source that sees failures has a vote of the check's weight, for as long as it is believed. */
function voteOf({ spec }: Mirror, signals: readonly Signal[], now: number): Vote {
  if (spec.type !== 'passive' || spec.observe === true) return NO_VOTE
  const failing = failingSignals(signals, spec, now)
  return { weight: spec.weight * failing.length, until: Math.max(0, ...failing.map(({ at }) => at + spec.maxAgeMs)) }
}

const together = (a: Vote, b: Vote): Vote => ({ weight: a.weight + b.weight, until: Math.max(a.until, b.until) })
