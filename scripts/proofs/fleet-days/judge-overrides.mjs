// Overrides as they came about in the store: none is lost before its end, none is made twice; and for which regions one may hold at a moment.
import { EPOCH, time } from './time.mjs'

/** Clocks are off by no more than this. */
const CLOCKS_MS = 31_000
/** Until one that was made or ended is known everywhere. */
const HEARD_MS = 3000
/** What is remembered of it. */
const PAST_MS = 6 * 3_600_000

export class OverridesJudge {
  /** By id, as they are in the store. */
  there = new Map()
  /** All that were, with when they came and went, ms. */
  past = []
  /** By reason, which is of one alone, what was made of it. */
  reasons = new Map()
  ended = new Set()
  refusedReasons = new Set()

  constructor(fail) {
    this.fail = fail
  }

  committed({ overrides }) {
    const now = time()
    const ids = new Set(overrides.map(({ id }) => id))
    for (const [id, one] of this.there) {
      if (ids.has(id)) continue
      this.there.delete(id)
      one.goneAt = now
      const { override } = one
      if (
        override.origin === 'operator' &&
        !this.ended.has(override.reason) &&
        override.expiresAt - EPOCH - CLOCKS_MS > now
      )
        this.fail(`override ${id} (${override.reason}) is gone before its end`)
    }
    for (const override of overrides) {
      const known = this.there.get(override.id)
      if (known !== undefined) {
        if (JSON.stringify(known.override) !== JSON.stringify(override)) this.enter(override, now, known)
        continue
      }
      this.enter(override, now)
      if (override.origin !== 'operator') continue
      const { reason } = override
      const made = `${override.id} ${override.createdAt}`
      // After a loss of the store it is brought back by whoever knows it.
      if ((this.reasons.get(reason) ?? made) !== made) this.fail(`${reason} is made twice`)
      this.reasons.set(reason, made)
      if (this.refusedReasons.has(reason)) this.fail(`${reason} was refused, and is made`)
    }
    this.past = this.past.filter(({ goneAt }) => goneAt === undefined || now - goneAt < PAST_MS)
  }

  enter(override, now, before) {
    if (before !== undefined) before.goneAt = now
    const one = { override, cameAt: now, goneAt: undefined }
    this.there.set(override.id, one)
    this.past.push(one)
  }

  /** With the data of the store: nodes go by what they know until somebody makes one anew. */
  wiped() {
    this.wipedAt = time()
    for (const one of this.there.values()) one.goneAt = Number.POSITIVE_INFINITY
    this.there.clear()
  }

  acknowledged(reason, one) {
    if (!this.reasons.has(reason) && this.wipedAt === undefined)
      this.fail(`${reason} was acknowledged by ${one.name}, and is nowhere`)
  }

  refused(reason, one, error) {
    this.refusedReasons.add(reason)
    if (this.reasons.has(reason)) this.fail(`${reason} was refused by ${one.name} (${error.message}), and is made`)
  }

  cancelled(reason) {
    this.ended.add(reason)
  }

  /**
   * What holds for a region on a node that has known everything up to `knows`, ms: `none`, `up`, `down`, or `unsure`.
   */
  over(region, knows) {
    const now = time()
    const near = this.past.filter(({ override, goneAt }) => {
      if (!override.targets.includes(region)) return false
      const endsAt = override.expiresAt - EPOCH + CLOCKS_MS
      return endsAt > Math.min(knows, now) && (goneAt === undefined || goneAt + HEARD_MS > knows)
    })
    if (near.length === 0) return 'none'
    const sure = near.every(({ override, cameAt, goneAt }) => {
      const left = override.expiresAt - EPOCH - now
      return (
        goneAt === undefined &&
        override.state !== 'drain' &&
        left > CLOCKS_MS &&
        cameAt + HEARD_MS < Math.min(knows, now)
      )
    })
    const states = new Set(near.map(({ override }) => override.state))
    return sure && states.size === 1 ? near[0].override.state : 'unsure'
  }
}
