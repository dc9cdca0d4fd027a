// Chance that can be repeated: the same seed, the same packets.

/** Resolves to a function of numbers from 0 to below 1 (mulberry32), with what is drawn most often from them. */
export function seeded(seed) {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    /** A whole number from 0 to below `end`. */
    below: end => Math.floor(next() * end),
    chance: probability => next() < probability,
    pick: list => list[Math.floor(next() * list.length)],
    bytes: length => Buffer.from(Array.from({ length }, () => Math.floor(next() * 256))),
  }
}
