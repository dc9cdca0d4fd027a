// A thread of the data plane: one transport at one endpoint, one responder, its own counters.
import { randomInt } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { Prefix } from '../dns/address.js'
import type { VersionWord } from '../snapshot/version.js'
import type { BatchSocket } from './batch-socket.js'
import type { Identity } from './chaos.js'
import { type BadCookiePolicy, CookieGuard, type SecretTable } from './cookie-guard.js'
import { type Counters, noteVersion } from './counters.js'
import { Desk } from './desk.js'
import { SnapshotFeed } from './feed.js'
import { Limiter, type LimitOptions, type LimitTable } from './limit.js'
import { type Precedence, takePrecedence } from './precedence.js'
import { Responder } from './respond.js'
import { SampleRhythm } from './sample-rhythm.js'
import type { SampleRing } from './sample-ring.js'
import { Sampler } from './sampler.js'
import { serveTcp } from './tcp.js'
import { TCP_LIMITS, TLS_LIMITS } from './tcp-limits.js'
import { type CertificateFiles, openDoor } from './tls.js'
import type { Bound, Endpoint, Serving, Transport } from './transport.js'
import { BatchServer } from './udp-batch.js'
import { serveDgram } from './udp-dgram.js'

/** UDP by batched system calls or by Node's dgram; TCP by Node's net, and in it TLS. */
export type TransportKind = 'batch' | 'dgram' | 'net' | 'tls'

/** What a thread is started with. */
export interface WorkerData {
  readonly kind: TransportKind
  readonly endpoint: Endpoint
  readonly counters: Counters
  /** Where it writes some of its queries down; undefined: nowhere. */
  readonly samples: SampleRing | undefined
  readonly version: VersionWord
  /** Snapshots arrive here; the first one is there already. */
  readonly snapshots: MessagePort
  /** Not 0: a thread that blocks, and so hears no message, is to stop. */
  readonly stop: Int32Array
  /** The one to answer at, of batches; it stays open when the thread ends. */
  readonly socket: BatchSocket | undefined
  /** Of TLS. */
  readonly certificate: CertificateFiles | undefined
  readonly manner: WorkerManner
  /** The way to the office, and the words that say whether it is open. */
  readonly desk: { readonly port: MessagePort; readonly words: Int32Array }
}

/** How all threads treat those who ask. */
export interface WorkerManner {
  /** Rate limiting, with the buckets that all threads share; undefined: none. */
  readonly limit: { readonly options: LimitOptions; readonly table: LimitTable } | undefined
  /** Cookies, with the secrets that all threads share; undefined: none. */
  readonly cookies: { readonly secrets: SecretTable; readonly policy: BadCookiePolicy } | undefined
  readonly identity: Identity
  readonly rotate: boolean
  readonly explainTo: readonly Prefix[]
  /** One query in so many at the least is written down. */
  readonly oneIn: number
  /** Those who begin what they send, but for TLS, with a PROXY header. */
  readonly proxies: readonly Prefix[]
}

/** What it hears from the one who started it: `stop`, or how long those who are connected may go on, ms. */
export type WorkerOrder = 'stop' | { readonly finishMs: number }

/** What it says to that one. */
export type WorkerReport =
  | {
      readonly bound: Bound
      readonly precedence: Precedence
      readonly receiveBuffer?: number
      readonly fd: number | undefined
    }
  | { readonly failed: string }
  | { readonly warning: string }

/** Even a thread that nobody asks lets go of old snapshots after this long, ms. */
const REFRESH_MS = 250

const {
  kind,
  endpoint,
  counters,
  samples,
  version,
  snapshots,
  stop,
  socket,
  certificate,
  manner,
  desk: way,
} = workerData as WorkerData // what workers.ts passes
const port = parentPort!
const report = (message: WorkerReport): void => port.postMessage(message)

// The line is one long chain of small functions: a larger budget lets the compiler make one function of them (a tenth of
// its time). A hint to V8 and nothing more; it is given before anything is hot.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000')
setFlagsFromString('--max-inlined-bytecode-size=1000')

const precedence = takePrecedence()
const feed = new SnapshotFeed(snapshots, version, counters)
const first = feed.drain()
if (first === undefined) throw new Error('a worker was started without a snapshot')
noteVersion(counters, first.version)
const { limit, cookies, identity, rotate, explainTo, proxies, oneIn } = manner
const limiter = limit && new Limiter(limit.options, limit.table)
const guard = cookies && new CookieGuard(cookies.secrets, cookies.policy)
const sampler = samples && new Sampler(samples, new SampleRhythm(oneIn, randomInt(1, 2 ** 31)))
const responder = new Responder(first, counters, limiter, { cookies: guard, identity, rotate, explainTo, sampler })
const desk = new Desk(way.port, way.words)
responder.office = desk.words
const serving: Serving = { responder, feed, counters, proxies: kind === 'tls' ? [] : proxies, desk }

try {
  if (socket !== undefined) {
    const server = new BatchServer(socket, serving)
    report({ bound: socket.bound, precedence, receiveBuffer: socket.receiveBuffer, fd: socket.fd })
    server.serve(stop)
    snapshots.close()
    desk.close()
  } else {
    desk.listen()
    const transport = await serve()
    const refresh = setInterval(() => {
      feed.refresh(responder)
      feed.idle()
    }, REFRESH_MS)
    port.once('message', (order: WorkerOrder) => void finish(transport, refresh, order))
    report({ bound: transport.bound, precedence, fd: transport.fd })
  }
} catch (error) {
  report({ failed: error instanceof Error ? error.message : String(error) })
  snapshots.close()
  desk.close()
}

function serve(): Promise<Transport> {
  if (kind === 'dgram') return serveDgram(endpoint, serving)
  if (certificate === undefined) return serveTcp(endpoint, serving)
  const door = openDoor(certificate, TCP_LIMITS.idleMs, warning => report({ warning }))
  return serveTcp(endpoint, serving, TLS_LIMITS, door)
}

async function finish(transport: Transport, refresh: NodeJS.Timeout, order: WorkerOrder): Promise<void> {
  clearInterval(refresh)
  await (order === 'stop' ? transport.close() : transport.finish(order.finishMs))
  snapshots.close()
  desk.close()
}
