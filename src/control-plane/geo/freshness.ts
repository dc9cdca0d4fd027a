// How old geo data is. Networks move between countries at some percent a year, so that old data misleads without a sign.

const DAY_S = 86_400

/** Whole days from the build (seconds since 1970) to `now` (ms since 1970); 0 for a build in the future. */
export function ageInDays(buildEpoch: number, now: number): number {
  return Math.max(0, Math.floor((now / 1000 - buildEpoch) / DAY_S))
}

export interface Staleness {
  readonly ageDays: number
  readonly stale: boolean
}

/** Stale is what is more than `maxAgeDays` old. */
export function staleness(buildEpoch: number, now: number, maxAgeDays: number): Staleness {
  const ageDays = ageInDays(buildEpoch, now)
  return { ageDays, stale: ageDays > maxAgeDays }
}
