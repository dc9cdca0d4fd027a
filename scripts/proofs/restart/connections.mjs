// A client that connects for each question, one after the other, without pause: whether each is answered.
import { setTimeout as pause } from 'node:timers/promises'
import { askOver } from '../../bench/ask.mjs'
import { ZONE } from '../../bench/world.mjs'

const EVERY_MS = 5
const PATIENCE_MS = 30_000

/** @param open begins a connection, TCP or TLS */
export function openConnections(open) {
  const counts = { asked: 0, lost: 0 }
  let stopped = false
  const asking = (async () => {
    while (!stopped) {
      counts.asked++
      if ((await askOver(open(), `s0.${ZONE}`, PATIENCE_MS)) === undefined) counts.lost++
      await pause(EVERY_MS)
    }
  })()
  return {
    async stop() {
      stopped = true
      await asking
      return counts
    },
  }
}
