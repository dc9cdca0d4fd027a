// A client that asks one node without pause for a number that only grows: whether each query is answered, and rightly.
import { setTimeout as pause } from 'node:timers/promises'
import { openAsker } from '../../bench/ask.mjs'

export const NAME = 'v.example.com'
/** A busy machine is not a lost query. */
const PATIENCE_MS = 10_000
const EVERY_MS = 2

/** The number of an edit as an address, and back. */
export const addressOf = number => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`
export const numberOf = address => {
  const [ten, ...digits] = (address ?? '').split('.').map(Number)
  return ten === 10 && digits.length === 3 ? digits.reduce((sum, digit) => sum * 256 + digit, 0) : undefined
}

/** @param newest the highest number that anybody may know by now */
export function watch(port, newest) {
  const asker = openAsker(port, PATIENCE_MS)
  const counts = { sent: 0, answered: 0, wrong: 0 }
  let last = 0
  let stopped = false
  const asking = (async () => {
    while (!stopped) {
      counts.sent++
      const address = await asker.ask(NAME)
      if (address !== undefined) counts.answered++
      const number = numberOf(address)
      // Neither what was never written, nor what was replaced by something that this client has seen.
      if (address !== undefined && (number === undefined || number < last || number > newest())) counts.wrong++
      last = Math.max(last, number ?? 0)
      await pause(EVERY_MS)
    }
    asker.close()
  })()
  return {
    counts,
    last: () => last,
    async stop() {
      stopped = true
      await asking
    },
  }
}
