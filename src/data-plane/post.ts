// A post: one thread's work, its socket and its counters, whichever thread is in it; a thread that dies is replaced.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Snapshot } from '../snapshot/snapshot.js'
import type { VersionWord } from '../snapshot/version.js'
import { type BatchSocket, openBatchSocket } from './batch-socket.js'
import { count, makeCounters, SCALAR } from './counters.js'
import type { ReturnPath } from './desk.js'
import { type LateSender, openLateSender } from './late-answer.js'
import { loadLibc } from './libc.js'
import type { Precedence } from './precedence.js'
import { makeSampleRing, type SampleRing } from './sample-ring.js'
import type { CertificateFiles } from './tls.js'
import type { Bound, Endpoint } from './transport.js'
import { type OfficeAnswer, Window } from './window.js'
import type { TransportKind, WorkerData, WorkerManner, WorkerOrder, WorkerReport } from './worker.js'

/** A dead thread is replaced after this long, ms: at once, but not in a tight loop. */
const RESTART_MS = 100
/** Threads that have not stopped by then are stopped by force, ms. */
const STOP_MS = 5000

export interface PostOptions {
  readonly kind: TransportKind
  readonly endpoint: Endpoint
  readonly shared: boolean
  readonly version: VersionWord
  readonly manner: WorkerManner
  /** Whether queries and responses are kept whole; undefined: nothing is sampled. */
  readonly samples: { readonly packets: boolean } | undefined
  readonly newest: () => Snapshot
  /** Of TLS. */
  readonly certificate?: CertificateFiles | undefined
  readonly deskWords: Int32Array
  readonly office: OfficeAnswer
  readonly onCrash: (who: string, error: unknown) => void
  readonly onWarning: (text: string) => void
}

/** What a kind of transport is called by operators. */
export const SPOKEN = { batch: 'udp', dgram: 'udp', net: 'tcp', tls: 'tls' } as const satisfies Record<
  TransportKind,
  string
>

/** What a listener is called in the log, and by processes that hand it on. */
export const nameOf = (kind: TransportKind, { host, port }: Endpoint): string => `${SPOKEN[kind]} ${host} port ${port}`

/** A place for a thread: its work and its counters, whichever thread is in it. */
export class Post {
  readonly kind: TransportKind
  readonly name: string
  readonly counters = makeCounters()
  readonly samples: SampleRing | undefined
  bound: Bound | undefined
  /** Of the socket, for a process that is to have it too. */
  fd: number | undefined
  receiveBuffer: number | undefined
  precedence: Precedence = 'none'
  /** How many threads have died in it. */
  crashes = 0
  snapshots: MessagePort | undefined
  private readonly options: PostOptions
  private readonly stopWord = new Int32Array(new SharedArrayBuffer(4))
  /**
   * Of batches. It belongs to the post and not to a thread: what comes while there is none waits in it for the next one.
   * A socket that died with its thread would stay open, and the kernel would go on giving it its share of the queries.
   */
  private socket: BatchSocket | undefined
  private sendLate: LateSender | undefined
  private worker: Worker | undefined
  private stopping = false

  constructor(options: PostOptions) {
    const { kind, endpoint } = options
    this.options = options
    this.samples = options.samples && makeSampleRing(options.samples.packets)
    this.kind = kind
    this.name = nameOf(kind, endpoint)
  }

  /** Resolves when its thread listens. @throws in words where it cannot */
  async start(): Promise<void> {
    const { kind, endpoint, shared } = this.options
    try {
      if (kind === 'batch') {
        this.socket = openBatchSocket(loadLibc(), endpoint, shared)
        this.sendLate = openLateSender(loadLibc(), this.socket)
      }
      await this.fill()
    } catch (error) {
      this.stopping = true
      this.closeSocket()
      throw new Error(`cannot listen on ${this.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Puts a thread into the post. Rejects only where none has listened here before: whoever comes after one is replaced. */
  private fill(): Promise<void> {
    const { port1, port2 } = new MessageChannel()
    const { kind, version, manner, newest, certificate, deskWords, office, onWarning } = this.options
    const way = new MessageChannel()
    new Window(way.port1, deskWords, office, (path, message) => this.sendBack(path, message))
    port1.postMessage(newest())
    this.snapshots = port1
    const { counters, samples, socket, stopWord: stop } = this
    const endpoint = this.endpoint()
    const data: WorkerData = {
      kind,
      endpoint,
      socket,
      counters,
      samples,
      version,
      manner,
      certificate,
      stop,
      snapshots: port2,
      desk: { port: way.port2, words: deskWords },
    }
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: data,
      transferList: [port2, way.port2],
      name: this.kind,
    })
    this.worker = worker
    return new Promise((resolve, reject) => {
      // Whatever ends a thread that was not told to stop is a crash, also where it says nothing.
      let cause: unknown = new Error('the thread ended without a word')
      worker.on('message', (report: WorkerReport) => {
        if ('failed' in report) {
          cause = new Error(report.failed)
          return
        }
        if ('warning' in report) return onWarning(`${this.name}: ${report.warning}`)
        this.bound = report.bound
        this.receiveBuffer = report.receiveBuffer
        this.fd = report.fd
        this.precedence = report.precedence
        resolve()
      })
      worker.once('error', error => {
        cause = error
      })
      worker.once('exit', () => {
        port1.close()
        way.port1.close()
        this.snapshots = undefined
        if (this.bound === undefined) reject(cause)
        else if (!this.stopping) this.replace(cause)
      })
    })
  }

  /** A thread that takes the place of another gets the port that the other had, also where any would have done. */
  private endpoint(): Endpoint {
    const { host, port, fd } = this.options.endpoint
    return this.bound === undefined ? { host, port, fd } : { host, port: this.bound.port }
  }

  /** @param finishMs for how long those who are connected may go on; not at all unless told */
  async stop(finishMs?: number): Promise<void> {
    this.stopping = true
    Atomics.store(this.stopWord, 0, 1)
    const { worker } = this
    const order: WorkerOrder = finishMs === undefined ? 'stop' : { finishMs }
    if (worker !== undefined && worker.threadId !== -1) await end(worker, order, (finishMs ?? 0) + STOP_MS)
    this.closeSocket()
  }

  /** At the socket that the query came to, if there is one still. */
  private sendBack(path: ReturnPath, message: Uint8Array): void {
    if (this.sendLate?.(path, message) === false) count(this.counters, SCALAR.socketErrors)
  }

  private closeSocket(): void {
    if (this.socket !== undefined) loadLibc().close(this.socket.fd)
    this.socket = undefined
    this.sendLate = undefined
  }

  private replace(cause: unknown): void {
    this.crashes++
    this.options.onCrash(this.name, cause)
    setTimeout(() => {
      if (!this.stopping) void this.fill()
    }, RESTART_MS)
  }
}

async function end(worker: Worker, order: WorkerOrder, withinMs: number): Promise<void> {
  const gone = new Promise<void>(resolve => worker.once('exit', () => resolve()))
  worker.postMessage(order)
  const force = setTimeout(() => void worker.terminate(), withinMs)
  await gone
  clearTimeout(force)
}
