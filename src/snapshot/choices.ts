// Choices: what a ranking comes to under today's health. A few thousand at most, replaced as a whole at every change.

/** Words of a choice. */
export const CHOICE_WORDS = 9
export const CHOICE = {
  /** Seconds. */
  ttl: 0,
  /** Its members in `members`: index of the first, and how many. */
  firstMember: 1,
  memberCount: 2,
  /** Regions that an answer holds. */
  take: 3,
  /** A RUNG. */
  rung: 4,
  /** A SHARING. */
  sharing: 5,
  /** Members that follow the others, for a share of the clients; and that share, of WHOLE. */
  trickleCount: 6,
  trickleShare: 7,
  /** Bits of an address that are one client network: IPv4 | IPv6 << 8. */
  networkBits: 8,
} as const

/** How the members of a choice are given out: all of them to everybody, drawn for each network, or for each query. */
export const SHARING = { none: 0, network: 1, query: 2 } as const

/** Words of a member: region, weight, the share of its clients that it gives away (of WHOLE), and its group. */
export const MEMBER_WORDS = 4
export const MEMBER = { region: 0, weight: 1, leave: 2, group: 3 } as const

/** Shares are parts of this. */
export const WHOLE = 65536

/** Rung of the ladder on which a choice was found, worst last. */
export const RUNG = {
  healthy: 0,
  'outside-fence': 1,
  fallback: 2,
  'held-back': 3,
  'serve-all': 4,
  'last-good': 5,
  'first-choice': 6,
  fixed: 7,
  nodata: 8,
  servfail: 9,
} as const
export type Rung = keyof typeof RUNG
export const RUNGS = Object.keys(RUNG) as readonly Rung[] // keys of the constant just above

/** Choice 0 belongs to private networks: look the resolver's own address up instead. */
export const ASK_FOR_RESOLVER = 0

/**
 * Words of a region: counter slot, salt of its hash; its addresses of each family: first byte in `addresses`, and how many;
 * the name of its target: first byte in `addresses`, length (0: none), and where that leads: a LINK (names.ts); and a digest of
 * each of these, by whose sum a signature is found (signatures.ts). Where an operator drains some of its addresses: the share of its
 * clients that go without them (of WHOLE), and the number of other such words, which say what is left for these, and may do so again.
 */
export const REGION_WORDS = 14
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
  digestV4: 9,
  digestV6: 10,
  digestTarget: 11,
  drainedShare: 12,
  drainedWords: 13,
} as const
