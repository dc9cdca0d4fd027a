// Tasks that are done one after the other.

/** Gives what runs tasks in the order in which they come; one that fails fails alone. */
export function turns(): <T>(task: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve()
  return task => {
    const run = tail.then(task)
    tail = run.catch(() => undefined)
    return run
  }
}
