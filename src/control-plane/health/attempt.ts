// One probe under its timeout: a result or a cause in words, and never an exception.

/**
 * Resolves to undefined when the probe passes, else to the cause; within `timeoutMs` even if the probe ignores its signal.
 * Aborting `abort` ends it early.
 */
export function attempt(
  probe: (signal: AbortSignal) => Promise<void>,
  timeoutMs: number,
  abort: AbortController,
): Promise<string | undefined> {
  return new Promise(resolve => {
    const { signal } = abort
    const expire = (): void => abort.abort(new Error(`no answer within ${timeoutMs / 1000} s`))
    // After the process stood still, timers run before sockets are read: an answer that already lies there shall count.
    let late: ReturnType<typeof setImmediate> | undefined
    const timer = setTimeout(() => {
      late = setImmediate(expire)
    }, timeoutMs)
    let ended = false
    const end = (cause?: string): void => {
      // A probe that was aborted rejects as well, later.
      if (ended) return
      ended = true
      clearTimeout(timer)
      clearImmediate(late)
      resolve(cause)
    }
    signal.addEventListener('abort', () => end(messageOf(signal.reason)), { once: true })
    const run = async (): Promise<void> => probe(signal)
    run().then(
      () => end(),
      error => end(messageOf(error)),
    )
  })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
