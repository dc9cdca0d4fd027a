// A clock that all processes of a machine share: the system's monotonic one.

// performance.now() is cheap, and counts from the birth of its process on the same clock. Whoever is kept from running between the
// two looks finds too little, and never too much: so the greatest of several is right, also on a busy machine.
const LOOKS = 100
const BORN = Math.max(...Array.from({ length: LOOKS }, () => Number(process.hrtime.bigint()) / 1e6 - performance.now()))

/** Milliseconds. */
export const clock = () => BORN + performance.now()
