// Requests that are made once however often they are sent: replies by idempotency key, as many and as long as is said. Pure.

export interface KnownReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Repeat =
  /** It has not been seen: whoever asks makes it, and says what came of it. */
  | { readonly kind: 'fresh' }
  | { readonly kind: 'known'; readonly reply: KnownReply }
  | { readonly kind: 'running' }
  /** The key came with another request. */
  | { readonly kind: 'other' }

interface Kept {
  /** Tells one request from another. */
  readonly print: string
  /** Epoch ms. */
  readonly at: number
  readonly reply?: KnownReply
}

export interface RepeatLimits {
  readonly most: number
  readonly keepMs: number
}

export const REPEAT_LIMITS: RepeatLimits = { most: 1000, keepMs: 24 * 3600_000 }

export class Repeats {
  private readonly limits: RepeatLimits
  /** Oldest first. */
  private readonly kept = new Map<string, Kept>()

  constructor(limits: RepeatLimits = REPEAT_LIMITS) {
    this.limits = limits
  }

  /** @param now epoch ms */
  ask(key: string, print: string, now: number): Repeat {
    for (const [old, { at }] of this.kept) {
      if (now - at < this.limits.keepMs && this.kept.size <= this.limits.most) break
      this.kept.delete(old)
    }
    const kept = this.kept.get(key)
    if (kept === undefined) {
      this.kept.set(key, { print, at: now })
      return { kind: 'fresh' }
    }
    if (kept.print !== print) return { kind: 'other' }
    return kept.reply === undefined ? { kind: 'running' } : { kind: 'known', reply: kept.reply }
  }

  /** What came of a fresh one. */
  tell(key: string, reply: KnownReply): void {
    const kept = this.kept.get(key)
    if (kept !== undefined) this.kept.set(key, { ...kept, reply })
  }

  /** Nothing came of it that would be so once more: it may be made again. */
  forget(key: string): void {
    this.kept.delete(key)
  }
}
