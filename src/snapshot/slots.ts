// Counter slots: zones and regions keep their number from one snapshot to the next, so that counters never change hands.

/** Zones beyond the last slot but one are counted together in it; the last is for names in none of our zones. */
export const ZONE_SLOTS = 1024
export const NO_ZONE = ZONE_SLOTS - 1
export const REGION_SLOTS = 1024

/** Gives numbers to names, first come first served, for as long as the process lives. */
export class Slots {
  private readonly numbers = new Map<string, number>()
  readonly names: string[] = []

  private readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  of(name: string): number {
    const known = this.numbers.get(name)
    if (known !== undefined) return known
    const number = Math.min(this.names.length, this.limit - 1)
    if (this.names.length < this.limit) this.names.push(number === this.limit - 1 ? 'other' : name)
    this.numbers.set(name, number)
    return number
  }
}
