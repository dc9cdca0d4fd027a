// Damping: the more clients have been moved within the hour, the more it takes to move others.

/** Clients that were moved at a time, ms of any clock that goes on evenly: their share of all. */
export interface Moved {
  readonly at: number
  readonly share: number
}

const HOUR_MS = 3_600_000
/** Of all clients, those that may be moved in an hour without more need than ever: less than the 2 % that are promised, since samples do not know everybody. */
const ENOUGH = 0.012
/** Of all clients, those that are moved in one step where nothing is urgent. */
const STEP = ENOUGH / 2

const isLate = ({ at }: Moved, now: number): boolean => now - at < HOUR_MS

/** With one more, and without those that no longer count. */
export const withMove = (moves: readonly Moved[], now: number, share: number): readonly Moved[] => [
  ...moves.filter(move => isLate(move, now)),
  { at: now, share },
]

/** Of all clients, those that were moved within the hour. */
export const movedLately = (moves: readonly Moved[], now: number): number =>
  moves.reduce((sum, move) => sum + (isLate(move, now) ? move.share : 0), 0)

/**
 * What may be moved next where nothing is urgent: what is left for the hour, and a whole step for who has nothing left.
 * @param isGreat whether the need is one that even who has nothing left follows: then it is a whole step too
 */
export const calmStep = (spent: number, isGreat: boolean): number =>
  isGreat || spent >= ENOUGH ? STEP : Math.min(STEP, ENOUGH - spent)

/** 0 where nobody was moved within the hour, 1 where enough were. */
export const reluctance = (spent: number): number => Math.min(1, spent / ENOUGH)

/** Something between two limits: the first for who has moved nobody, the second for who has moved enough. */
export const between = ([rested, tired]: readonly [number, number], reluctance: number): number =>
  rested + (tired - rested) * reluctance
