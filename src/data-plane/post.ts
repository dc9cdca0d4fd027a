// A post: one thread's work and its counters, whichever thread is in it; a thread that dies is replaced.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Snapshot } from '../snapshot/snapshot.js'
import type { VersionWord } from '../snapshot/version.js'
import { makeCounters } from './counters.js'
import type { Bound, Endpoint } from './transport.js'
import type { TransportKind, WorkerData, WorkerReport } from './worker.js'

/** A dead thread is replaced after this long, ms: at once, but not in a tight loop. */
const RESTART_MS = 100
/** Threads that have not stopped by then are stopped by force, ms. */
const STOP_MS = 5000

export interface PostOptions {
  readonly kind: TransportKind
  readonly endpoint: Endpoint
  readonly shared: boolean
  readonly version: VersionWord
  readonly limit: WorkerData['limit']
  readonly newest: () => Snapshot
  readonly onCrash: (who: string, error: unknown) => void
}

/** A place for a thread: its work and its counters, whichever thread is in it. */
export class Post {
  readonly kind: TransportKind
  readonly name: string
  readonly counters = makeCounters()
  bound: Bound | undefined
  receiveBuffer: number | undefined
  /** How many threads have died in it. */
  crashes = 0
  snapshots: MessagePort | undefined
  private readonly options: PostOptions
  private readonly stopWord = new Int32Array(new SharedArrayBuffer(4))
  private worker: Worker | undefined
  private stopping = false

  constructor(options: PostOptions) {
    const { kind, endpoint } = options
    this.options = options
    this.kind = kind
    this.name = `${kind === 'net' ? 'tcp' : 'udp'} ${endpoint.host} port ${endpoint.port}`
  }

  /** Resolves when its thread listens. @throws in words where it cannot */
  async start(): Promise<void> {
    try {
      await this.fill()
    } catch (error) {
      this.stopping = true
      throw new Error(`cannot listen on ${this.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Puts a thread into the post. Rejects only where none has listened here before: whoever comes after one is replaced. */
  private fill(): Promise<void> {
    const { port1, port2 } = new MessageChannel()
    const { kind, shared, version, limit, newest } = this.options
    port1.postMessage(newest())
    this.snapshots = port1
    const { counters, stopWord: stop } = this
    const endpoint = this.endpoint()
    const data: WorkerData = { kind, endpoint, shared, counters, version, limit, stop, snapshots: port2 }
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: data,
      transferList: [port2],
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
        this.bound = report.bound
        this.receiveBuffer = report.receiveBuffer
        resolve()
      })
      worker.once('error', error => {
        cause = error
      })
      worker.once('exit', () => {
        port1.close()
        this.snapshots = undefined
        if (this.bound === undefined) reject(cause)
        else if (!this.stopping) this.replace(cause)
      })
    })
  }

  /** A thread that takes the place of another gets the port that the other had, also where any would have done. */
  private endpoint(): Endpoint {
    const { host, port } = this.options.endpoint
    return { host, port: this.bound?.port ?? port }
  }

  async stop(): Promise<void> {
    this.stopping = true
    Atomics.store(this.stopWord, 0, 1)
    const { worker } = this
    if (worker === undefined) return
    const gone = new Promise<void>(resolve => worker.once('exit', () => resolve()))
    if (worker.threadId === -1) return
    worker.postMessage('stop')
    const force = setTimeout(() => void worker.terminate(), STOP_MS)
    await gone
    clearTimeout(force)
  }

  private replace(cause: unknown): void {
    this.crashes++
    this.options.onCrash(this.name, cause)
    setTimeout(() => {
      if (!this.stopping) void this.fill()
    }, RESTART_MS)
  }
}
