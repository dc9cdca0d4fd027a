// The heaviest of any number of keys, in memory of a fixed size: after Space-Saving (Metwally, Agrawal & El Abbadi 2005), with
// the lightest let go many at a time.

export interface Heavy {
  readonly key: string
  /** At least as much as was added for the key, and more by no more than `error`. */
  readonly count: number
  readonly error: number
}

export class HeavyKeys {
  /** Of all that was added. */
  total = 0
  private readonly size: number
  private readonly held = new Map<string, { count: number; error: number }>()
  /** No key that was let go had more. */
  private floor = 0

  /** @param size how many keys are surely held: each with more than a `size`th of the total is among them */
  constructor(size: number) {
    this.size = size
  }

  add(key: string, weight: number): void {
    this.total += weight
    const held = this.held.get(key)
    if (held !== undefined) {
      held.count += weight
      return
    }
    this.held.set(key, { count: this.floor + weight, error: this.floor })
    if (this.held.size > this.size * 2) this.letGo()
  }

  /** Adds all that was added to another. No count gets too small; by how much it may be too large, its error says. */
  addAll(other: HeavyKeys): void {
    for (const [key, held] of this.held) {
      if (other.held.has(key)) continue
      held.count += other.floor
      held.error += other.floor
    }
    for (const [key, { count, error }] of other.held) {
      const held = this.held.get(key)
      if (held === undefined) this.held.set(key, { count: this.floor + count, error: this.floor + error })
      else {
        held.count += count
        held.error += error
      }
    }
    this.floor += other.floor
    this.total += other.total
    if (this.held.size > this.size * 2) this.letGo()
  }

  /** Whatever could have been added for a key that is not held. */
  get most(): number {
    return this.floor
  }

  get(key: string): Omit<Heavy, 'key'> | undefined {
    return this.held.get(key)
  }

  keys(): Iterable<string> {
    return this.held.keys()
  }

  private letGo(): void {
    const counts = Float64Array.from(this.held.values(), ({ count }) => count).sort()
    const least = counts[counts.length - this.size]!
    let room = this.size - counts.filter(count => count > least).length
    for (const [key, { count }] of this.held) {
      if (count > least || (count === least && room-- > 0)) continue
      this.floor = Math.max(this.floor, count)
      this.held.delete(key)
    }
  }
}

/** Those of several counts together, the heaviest first. */
export function together(all: readonly HeavyKeys[]): readonly Heavy[] {
  const keys = new Set(all.flatMap(one => [...one.keys()]))
  const sums = [...keys].map(key => {
    let count = 0
    let error = 0
    for (const one of all) {
      const held = one.get(key) ?? { count: one.most, error: one.most }
      count += held.count
      error += held.error
    }
    return { key, count, error }
  })
  return sums.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
}
