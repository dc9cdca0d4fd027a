// A client that asks one node for one name without pause, and notes when the answer changes.
import { setTimeout as pause } from 'node:timers/promises'
import { openAsker } from '../../bench/ask.mjs'

/** A busy machine is not a lost query. */
const PATIENCE_MS = 10_000
const EVERY_MS = 2

/**
 * @param node its `port`, and its `address` where it is not on loopback
 * @param right the addresses that an answer may be
 */
export function watchAnswers({ port, address }, name, right) {
  const asker = openAsker(port, { address, patience: PATIENCE_MS })
  const counts = { sent: 0, answered: 0, wrong: 0 }
  let last
  let stopped = false
  const marks = new Map()
  const asking = (async () => {
    while (!stopped) {
      counts.sent++
      last = await asker.ask(name)
      if (last !== undefined) counts.answered++
      if (last !== undefined && !right.includes(last)) counts.wrong++
      marks.get(last)?.(performance.now())
      marks.delete(last)
      await pause(EVERY_MS)
    }
    asker.close()
  })()
  return {
    counts,
    last: () => last,
    /** Resolves with the time at which the address is answered next, ms on the monotonic clock. */
    mark: address => new Promise(resolve => marks.set(address, resolve)),
    async stop() {
      stopped = true
      await asking
    },
  }
}
