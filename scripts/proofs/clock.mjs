// A clock that all processes of a machine share: the system's monotonic one.

// performance.now() is cheap, and counts from the birth of its process on the same clock.
const BORN = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** Milliseconds. */
export const clock = () => BORN + performance.now()
