// Whether a region is up, for one family of addresses: enough of its addresses are. Pure.

/** `minimumUp`: the share of them, 0 to 1, that must be up; any one unless told. No address at all is never up. */
export const regionUp = (ups: readonly boolean[], minimumUp = 0): boolean =>
  ups.filter(up => up).length >= Math.max(1, upNeeded(ups.length, minimumUp))

/** How many of `count` addresses must be up. Half of three is two: less would be less than half. */
export const upNeeded = (count: number, minimumUp = 0): number =>
  // A share such as 0.07 of 100 must not become 8 by the last bit of a float.
  Math.max(1, Math.ceil(Number((count * minimumUp).toFixed(9))))
