// What probes must not leave behind, however they end: errors that nobody hears, and sockets.
import { expect } from 'vitest'

/** Does the work, and waits until no connection is left. */
export async function leavesNothing(work: () => Promise<void>): Promise<void> {
  const unheard: unknown[] = []
  const hear = (error: unknown): void => void unheard.push(error)
  process.on('uncaughtExceptionMonitor', hear)
  try {
    await work()
    await expect
      .poll(() => process.getActiveResourcesInfo().filter(name => /^TCPSocketWrap|TLSWrap|TCPConn/.test(name)), {
        timeout: 30_000,
      })
      .toEqual([])
  } finally {
    process.off('uncaughtExceptionMonitor', hear)
  }
  expect(unheard).toEqual([])
}
