// Dice that fall alike whenever they are thrown anew from the same seed.

/** Numbers from 0 to below 1 (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What is asked of dice. */
export class Chance {
  constructor(seed) {
    this.roll = dice(seed)
  }
  /** From `least` to below `most`. */
  between(least, most) {
    return least + (most - least) * this.roll()
  }
  /** A whole number below `most`. */
  below(most) {
    return Math.floor(this.roll() * most)
  }
  of(list) {
    return list[this.below(list.length)]
  }
  /** True as often as that. */
  is(share) {
    return this.roll() < share
  }
}
