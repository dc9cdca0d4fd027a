// The same for many, some of them at a time: a parent that does not answer keeps few others waiting.

/** At a time. */
const MOST = 16

/** @returns what came of each, in their order. @throws whatever one of them throws, when those that were begun have ended */
export async function inTurns<T, R>(all: readonly T[], deed: (one: T) => Promise<R>): Promise<readonly R[]> {
  const done = new Array<R>(all.length)
  let next = 0
  const failed: unknown[] = []
  const take = async (): Promise<void> => {
    while (next < all.length && failed.length === 0) {
      const i = next++
      try {
        done[i] = await deed(all[i]!) // next is within
      } catch (error) {
        failed.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: MOST }, take))
  if (failed.length > 0) throw failed[0]
  return done
}
