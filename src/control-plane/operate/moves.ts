// Who moves where: choices as they are and as they would be, summed up over clients.
import type { Rung } from '../../snapshot/choices.js'
import type { Choice } from '../publish/settle.js'
import { sharesOf } from '../publish/shares.js'

/** Where clients go that get no address at all. */
export const NOWHERE = 'nowhere'

export interface Move {
  readonly from: string
  readonly to: string
  /** Of all clients that were looked at, 0 to 1. */
  readonly share: number
}

export interface Moves {
  readonly before: Readonly<Record<string, number>>
  readonly after: Readonly<Record<string, number>>
  /** Greatest share first. */
  readonly moves: readonly Move[]
  /** Share of the clients whose answers would come from each lower rung, and do not now. */
  readonly ladder: Readonly<Partial<Record<Rung, number>>>
}

export class Tally {
  private readonly before = new Map<string, number>()
  private readonly after = new Map<string, number>()
  private readonly moves = new Map<string, Move>()
  private readonly ladder = new Map<Rung, number>()

  /** A choice that is undefined is none: the name is not there. */
  add(share: number, now: Choice | undefined, then: Choice | undefined): void {
    const [a, b] = [sharesOrNowhere(now), sharesOrNowhere(then)]
    for (const [id, part] of a) increase(this.before, id, share * part)
    for (const [id, part] of b) increase(this.after, id, share * part)
    if (then !== undefined && then.rung !== 'healthy' && then.rung !== now?.rung)
      increase(this.ladder, then.rung, share)
    // Clients are drawn by rendezvous hashing: none moves that need not.
    const gains = [...b].map(([id, part]) => [id, Math.max(0, part - (a.get(id) ?? 0))] as const)
    const gained = gains.reduce((sum, [, gain]) => sum + gain, 0)
    if (gained === 0) return
    for (const [from, part] of a) {
      const lost = part - (b.get(from) ?? 0)
      if (lost <= 0) continue
      for (const [to, gain] of gains) {
        if (gain === 0) continue
        const key = `${from} ${to}`
        const before = this.moves.get(key)?.share ?? 0
        this.moves.set(key, { from, to, share: before + (share * lost * gain) / gained })
      }
    }
  }

  result(): Moves {
    return {
      before: Object.fromEntries(this.before),
      after: Object.fromEntries(this.after),
      moves: [...this.moves.values()].sort((a, b) => b.share - a.share),
      ladder: Object.fromEntries(this.ladder),
    }
  }
}

function sharesOrNowhere(choice: Choice | undefined): ReadonlyMap<string, number> {
  const shares = choice === undefined ? new Map<string, number>() : sharesOf(choice)
  return shares.size === 0 ? new Map([[NOWHERE, 1]]) : shares
}

export function increase<K>(sums: Map<K, number>, key: K, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by)
}
