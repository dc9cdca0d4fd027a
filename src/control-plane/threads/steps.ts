// Work of many steps: done at once by whoever waits for nothing else, or a few ms at a time, so that what comes in between, a
// request, a change of health, does not wait until it is done.

/** Between two steps others may have the thread: what the work reads must not be changed by them. */
export type Steps<T> = Generator<void, T, void>

/** All of them, at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** So long, ms, others wait at most, and for the step that comes after. */
const SLICE_MS = 4

/** What takes less than a slice is done when this returns. */
export async function piecemeal<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE_MS
    do {
      const { done, value } = steps.next()
      if (done === true) return value
    } while (performance.now() < end)
    await new Promise(setImmediate)
  }
}
