// A node with its admin server, from the first line of its log to a clean stop.
import { listenGuard } from '../control-plane/admin/listen-guard.js'
import type { Log } from '../log.js'
import { type RunningNode, type Sources, startNode } from '../node/node.js'
import type { Settings } from '../settings.js'
import { type HandsOver, handOver, type Younger } from './hand-over.js'
import { release } from './release.js'

export interface Running extends HandsOver {
  readonly node: RunningNode
  /** @param finishMs for how long those who are connected by TCP may go on; not at all unless told */
  stop(finishMs?: number): Promise<void>
}

export interface Administered extends Running {
  /** Where the admin API is: `http://127.0.0.1:8053` */
  readonly admin: string
}

/** A node that nobody but its files can change. @throws Error with a sentence for people; nothing runs then */
export async function runBareNode(settings: Settings, log: Log, sources?: Sources): Promise<Running> {
  const node = await startNode(settings, log, release(), sources)
  tellListeners(node, log)
  return { node, sockets: node.sockets, letGo: node.letGo, stop: node.stop }
}

/** @throws Error with a sentence for people where the node cannot be started; nothing runs then */
export async function runNode(settings: Settings, log: Log, sources?: Sources): Promise<Administered> {
  const { listen, tls, allowInsecure, tokenFile } = settings.admin
  const ownToken = tokenFile !== undefined || (process.env['MERIDIAN_TOKEN'] ?? '') !== ''
  const refusal = listenGuard(listen, { tls: tls !== undefined, token: ownToken, allowInsecure })
  if (refusal !== undefined) throw new Error(refusal)
  const node = await startNode(settings, log, release(), sources)
  try {
    // Not before the first answer: all of this takes a third of the time that a start does.
    const { openApi } = await import('./open-api.js')
    const api = await openApi(node, settings, log, sources?.inherited)
    tellListeners(node, log)
    let hung: Promise<void> | undefined
    const hangUp = (lastMs?: number): Promise<void> => {
      hung ??= api.close(lastMs)
      return hung
    }
    return {
      node,
      admin: api.url,
      sockets: () => new Map([...node.sockets(), ...(hung === undefined ? api.listening : [])]),
      async letGo() {
        await hangUp(LAST_REQUEST_MS)
        await node.letGo()
      },
      async stop(finishMs) {
        await hangUp()
        await node.stop(finishMs)
      },
    }
  } catch (error) {
    await node.stop()
    throw error
  }
}

function tellListeners({ port: node }: RunningNode, log: Log): void {
  for (const { transport, address, port, by } of node.listeners())
    log.info(`DNS over ${transport} on ${address} port ${port} (${by})`)
}

/** For how long those who keep a connection to the API may ask once more, ms, before another process has it. */
const LAST_REQUEST_MS = 1000

/** For how long those who are connected may go on with this process, ms, when another one answers. */
const FINISH_MS = 10_000

/**
 * Runs until SIGTERM or SIGINT; SIGHUP looks at once whether the traffic document has changed.
 * @param handsOver whether it makes way for another process on SIGUSR2
 */
export function untilSignal(running: Running, log: Log, handsOver = false): Promise<void> {
  return new Promise(resolve => {
    const end = new AbortController()
    if (handsOver) onHandover(running, log, end.signal, resolve)
    process.on('SIGHUP', () => {
      log.info('SIGHUP: the traffic document is read again')
      void running.node.reread()
    })
    let stopping = false
    const stop = (signal: NodeJS.Signals): void => {
      // A terminal, npm and a script may each pass the same interrupt on: one stop is meant.
      if (stopping) return
      stopping = true
      end.abort()
      log.info(`${signal}: stopping`)
      void running.stop().then(() => {
        log.info('stopped')
        resolve()
      })
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}

/** @param gone called when another process has this one's place, and nothing runs here any more */
function onHandover(running: Running, log: Log, stopping: AbortSignal, gone: () => void): void {
  let under = false
  /** What is to be served may have changed since the other one has read it. */
  let again = false
  let next: Younger | undefined
  process.on('SIGUSR2', async () => {
    if (next !== undefined) return next.makeWay()
    again = true
    if (under) return
    under = true
    while (again && next === undefined && !stopping.aborted) {
      again = false
      log.info('SIGUSR2: another process is started, to take this one’s place')
      next = await handOver(running, log, stopping)
    }
    under = false
    if (next === undefined) return
    if (again) next.makeWay()
    await running.stop(FINISH_MS)
    log.info('stopped')
    gone()
  })
}
