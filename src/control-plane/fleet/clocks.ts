// How far the clocks of a fleet are apart, by the times that nodes write beside their signs of life. Pure.

/** So far apart it is worth a word, ms: overrides end by the clock of each node. */
export const CLOCK_OFF_MS = 2000

/**
 * So many signs of life in a row are looked at, and of them the one that came fastest: what takes long to be heard makes a
 * clock look late, and nothing makes it look early.
 */
const SIGNS = 3

export class Clocks {
  private readonly signs = new Map<string, readonly number[]>()

  /** A node has written a sign of life at `clock`, by its own clock, and it is heard at `now`, by ours; both epoch ms. */
  heard(node: string, clock: number, now: number): void {
    this.signs.set(node, [...(this.signs.get(node) ?? []), clock - now].slice(-SIGNS))
  }

  /** By node, ms by which its clock is ahead of ours, or behind where less than 0; those of whom enough was heard. */
  ahead(): ReadonlyMap<string, number> {
    const known = [...this.signs].filter(([, signs]) => signs.length === SIGNS)
    return new Map(known.map(([node, signs]) => [node, Math.max(...signs)]))
  }

  forget(node: string): void {
    this.signs.delete(node)
  }
}

/** In words; empty where it is near enough. @param aheadMs undefined where it is not known */
export function clockOff(aheadMs: number | undefined): string {
  if (aheadMs === undefined || Math.abs(aheadMs) < CLOCK_OFF_MS) return ''
  return `clock ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? 'ahead' : 'behind'}`
}
