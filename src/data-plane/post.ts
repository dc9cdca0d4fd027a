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

  start(): Promise<void> {
    const { port1, port2 } = new MessageChannel()
    const { kind, endpoint, shared, version, limit, newest } = this.options
    port1.postMessage(newest())
    this.snapshots = port1
    const { counters, stopWord: stop } = this
    const data: WorkerData = { kind, endpoint, shared, counters, version, limit, stop, snapshots: port2 }
    const worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: data,
      transferList: [port2],
      name: this.kind,
    })
    this.worker = worker
    return new Promise((resolve, reject) => {
      worker.once('message', (report: WorkerReport) => {
        if ('failed' in report) {
          this.stopping = true
          reject(new Error(`cannot listen on ${this.name}: ${report.failed}`))
        } else {
          this.bound = report.bound
          this.receiveBuffer = report.receiveBuffer
          resolve()
        }
      })
      worker.once('error', error => {
        this.options.onCrash(this.name, error)
        reject(error)
      })
      worker.once('exit', () => this.replace())
    })
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

  private replace(): void {
    this.snapshots?.close()
    this.snapshots = undefined
    if (this.stopping) return
    setTimeout(() => {
      if (!this.stopping) this.start().catch(error => this.options.onCrash(this.name, error))
    }, RESTART_MS)
  }
}
