// Somebody who edits the document through the API without pause, and looks in the end whether the last edit is there.
import { setTimeout as pause } from 'node:timers/promises'
import { REGIONS } from '../../bench/world.mjs'

const EVERY_MS = 200

/** @param call the API: method, path and body; rejects where the answer is not 200 */
export function openEditor(call) {
  const counts = { sent: 0, failed: 0 }
  const region = `/regions/${REGIONS[0].id}`
  let capacity = 1000
  let stopped = false
  const editing = (async () => {
    while (!stopped) {
      counts.sent++
      try {
        await call('PATCH', region, { capacity: ++capacity })
      } catch (error) {
        console.error(`${error.message}${error.cause === undefined ? '' : `: ${error.cause.message}`}`)
        counts.failed++
      }
      await pause(EVERY_MS)
    }
  })()
  return {
    async stop() {
      stopped = true
      await editing
      const { capacity: now } = await call('GET', region)
      if (now !== capacity) counts.failed++
      return counts
    },
  }
}
