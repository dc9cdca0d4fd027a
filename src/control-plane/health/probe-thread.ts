// The thread in which probes run, so that nothing else delays them, nor they anything else. See thread-crew.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { checker } from './check.js'
import type { Report } from './crew.js'
import { localCrew } from './local-crew.js'
import type { FromThread, ProbeThreadData, ToThread } from './thread-crew.js'

/** What waits for nobody, ms: results that change nothing are sent together. */
const BATCH_MS = 200

const port = parentPort
if (port === null) throw new Error('this module runs in a thread')
const { suspectShare, execAllowed, source, limits } = workerData as ProbeThreadData // what thread-crew.ts starts it with
const crew = localCrew({ probe: checker({ execAllowed, source }), suspectShare, limits })
const send = (message: FromThread): void => port.postMessage(message)

let batch: Report[] = []
let urgent = false
/** Of each target, what was last sent of it; a result that turns or begins something does not wait. */
const standing = new Map<number, string>()

function flush(): void {
  urgent = false
  // Also when there is nothing to tell: whoever hears nothing takes this thread for dead.
  send({ kind: 'reports', reports: batch, state: crew.state() })
  batch = []
}

crew.onReports(reports => {
  for (const report of reports) {
    batch.push(report)
    const { up, run } = report.known.streak
    const now = `${up} ${run}`
    if (standing.get(report.id) !== now && !urgent) {
      urgent = true
      setImmediate(flush)
    }
    standing.set(report.id, now)
  }
})
crew.onSuspicion(suspicions => send({ kind: 'suspicion', suspicions }))
setInterval(flush, BATCH_MS)

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'assign':
      for (const id of message.dropped) standing.delete(id)
      return crew.assign(message.targets, message.dropped)
    case 'tell':
      return crew.tell(message.id, message.word)
    case 'inject':
      return crew.inject(message.ids, message.by)
    case 'lift':
      return crew.lift(message.ids, message.how)
  }
})
