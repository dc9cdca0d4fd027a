// Choices: what a ranking comes to under today's health. A few thousand at most, replaced as a whole at every change.

/** Words of a choice. */
export const CHOICE_WORDS = 5
export const CHOICE = {
  /** Seconds. */
  ttl: 0,
  /** Its members in `members`: index of the first, and how many. */
  firstMember: 1,
  memberCount: 2,
  /** How many of the members an answer holds: 1 is drawn by weight; all are given in their order. */
  take: 3,
  /** A RUNG. */
  rung: 4,
} as const

/** A member of a choice: region, weight. */
export const MEMBER_WORDS = 2

/** Rung of the all-down ladder on which a choice was found, worst last. */
export const RUNG = { healthy: 0, fallback: 1, 'serve-all': 2, 'first-choice': 3, nodata: 4, servfail: 5 } as const
export type Rung = keyof typeof RUNG
export const RUNGS = Object.keys(RUNG) as readonly Rung[] // keys of the constant just above

/** Choice 0 belongs to private networks: look the resolver's own address up instead. */
export const ASK_FOR_RESOLVER = 0

/**
 * Words of a region: counter slot, salt of its hash; its addresses of each family: first byte in `addresses`, and how many;
 * the name of its target: first byte in `addresses`, length (0: none), and where that leads: a LINK (names.ts).
 */
export const REGION_WORDS = 9
export const REGION = {
  slot: 0,
  salt: 1,
  firstV4: 2,
  countV4: 3,
  firstV6: 4,
  countV6: 5,
  targetAt: 6,
  targetLength: 7,
  targetLink: 8,
} as const
