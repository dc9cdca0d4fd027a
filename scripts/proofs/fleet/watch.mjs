// Clients that ask without pause: one a node, for a number that only grows and for a steered name; and one a resolver, for the latter.
import { setTimeout as pause } from 'node:timers/promises'
import { openAsker } from '../../bench/ask.mjs'

export const NAME = 'v.example.com'
export const STEERED = 'api.example.com'
const EVERY_MS = 5
/** As stub resolvers: a second, and then again. */
const TRIES = 10

/** The number of an edit as an address, and back. */
export const addressOf = number => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`
export const numberOf = address => {
  const [ten, ...digits] = (address ?? '').split('.').map(Number)
  return ten === 10 && digits.length === 3 ? digits.reduce((sum, digit) => sum * 256 + digit, 0) : undefined
}

/** @param look resolves with whether what it asked was answered, and wrongly */
function keepAsking(look, everyMs) {
  const counts = { sent: 0, answered: 0, wrong: 0 }
  let stopped = false
  const asking = (async () => {
    while (!stopped) {
      counts.sent++
      const { answered, wrong } = await look()
      if (answered) counts.answered++
      if (wrong) counts.wrong++
      await pause(everyMs)
    }
  })()
  return {
    counts,
    async stop() {
      stopped = true
      await asking
    },
  }
}

/**
 * @param newest the highest number that anybody may know by now
 * @param steered the address that the steered name has to have; undefined where it is not asked for
 */
export function watch(address, port, newest, steered) {
  const client = openAsker(port, { address, tries: TRIES })
  let last = 0
  let turn = 0
  const asking = keepAsking(async () => {
    if (steered !== undefined && turn++ % 2 === 1) {
      const told = await client.ask(STEERED)
      return { answered: told !== undefined, wrong: told !== undefined && told !== steered }
    }
    const told = await client.ask(NAME)
    const number = numberOf(told)
    // Neither what was never written, nor what was replaced by something that this client has seen.
    const wrong = told !== undefined && (number === undefined || number < last || number > newest())
    last = Math.max(last, number ?? 0)
    return { answered: told !== undefined, wrong }
  }, EVERY_MS)
  return {
    counts: asking.counts,
    last: () => last,
    async stop() {
      await asking.stop()
      client.close()
    },
  }
}

/** @param right the address that it has to have */
export function watchResolver(address, port, right) {
  const client = openAsker(port, { address, tries: TRIES, recursive: true })
  const asking = keepAsking(async () => {
    const told = await client.ask(STEERED)
    return { answered: told === right, wrong: told !== undefined && told !== right }
  }, 10 * EVERY_MS)
  return {
    counts: asking.counts,
    async stop() {
      await asking.stop()
      client.close()
    },
  }
}
