// A drill as it goes: what happens, and every second where the answers go.
import type { DrillView } from '../control-plane/admin/api.js'
import type { ApiClient } from './client.js'
import { answersLine, eventLine, stateOf } from './drill.js'
import { printable } from './table.js'
import type { Call } from './verb.js'

const LOOK_MS = 1000
/** A server that restarts is waited for this long. */
const PATIENCE_MS = 60_000

/** Resolves with the drill when it is over. @throws ApiClientError where the server is gone for too long */
export async function watchDrill(api: ApiClient, call: Call, id: string): Promise<DrillView> {
  const live = process.stdout.isTTY === true
  let told = 0
  let heardAt = Date.now()
  for (;;) {
    try {
      const drill = (await api.get(`/v1/drills/${encodeURIComponent(id)}`)) as DrillView // from a server of this release
      heardAt = Date.now()
      // The line of the moment is written over by what comes next.
      if (live) process.stdout.write('\r\x1b[K')
      for (const event of drill.timeline.slice(told)) call.print(printable(eventLine(event)))
      told = drill.timeline.length
      if (drill.phase === 'over') return drill
      if (live) process.stdout.write(printable(`  ${stateOf(drill)}; answers: ${answersLine(drill.answers ?? {})}`))
    } catch (error) {
      if (Date.now() > heardAt + PATIENCE_MS) throw error
    }
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
  }
}
