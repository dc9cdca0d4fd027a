// Lock-out of whoever guesses tokens: an address that showed too many wrong ones is not listened to for a while.

export interface GuessLimits {
  /** Wrong tokens in a minute; 0: no limit. */
  readonly most: number
  /** ms for which an address is locked out. */
  readonly lockMs: number
}

interface Guesser {
  readonly wrong: number
  /** Epoch ms of the first of them. */
  readonly since: number
  /** Epoch ms. */
  readonly lockedUntil: number
}

const WINDOW_MS = 60_000
/** So many addresses are remembered; whoever has more of them may guess once more with each. */
const MAX_ADDRESSES = 10_000

export class Guesses {
  private readonly limits: GuessLimits
  /** Oldest first. */
  private readonly guessers = new Map<string, Guesser>()
  /** Address and caller of those who were let in: they stay in, whoever else guesses from there. */
  private readonly welcome = new Set<string>()

  constructor(limits: GuessLimits) {
    this.limits = limits
  }

  /** Seconds for which the address is locked out; 0: it is not. @param now epoch ms */
  lockedFor(address: string, now: number): number {
    return Math.max(0, Math.ceil(((this.guessers.get(address)?.lockedUntil ?? 0) - now) / 1000))
  }

  /** Whether this caller was let in from there before. */
  knows(address: string, caller: string): boolean {
    return this.welcome.has(`${address} ${caller}`)
  }

  right(address: string, caller: string): void {
    remember(this.welcome, `${address} ${caller}`)
  }

  /** @returns whether the address is locked out from now on */
  wrong(address: string, now: number): boolean {
    if (this.limits.most === 0) return false
    const before = this.guessers.get(address)
    const goesOn = before !== undefined && now - before.since < WINDOW_MS
    const wrong = goesOn ? before.wrong + 1 : 1
    const locked = wrong >= this.limits.most
    this.guessers.delete(address)
    this.guessers.set(address, {
      wrong: locked ? 0 : wrong,
      since: goesOn && !locked ? before.since : now,
      lockedUntil: locked ? now + this.limits.lockMs : 0,
    })
    if (this.guessers.size > MAX_ADDRESSES) this.guessers.delete(this.guessers.keys().next().value!) // there are many
    return locked
  }
}

function remember(set: Set<string>, entry: string): void {
  set.delete(entry)
  set.add(entry)
  if (set.size > MAX_ADDRESSES) set.delete(set.values().next().value!) // there are many
}
