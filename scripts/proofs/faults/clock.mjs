// The clock of this process, to be set: timers and the monotonic clock go on, as those of the system do when it is set.
const DAY_MS = 86_400_000
const real = Date.now
let shiftMs = 0
Date.now = () => real() + shiftMs

export const clock = {
  /** To a day from now, and from there to a day ago. */
  jump() {
    shiftMs = shiftMs > 0 ? -DAY_MS : DAY_MS
  },
}
