// Starts, watches, restarts and stops the threads of the data plane, and hands them each new snapshot.
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { Snapshot } from '../snapshot/snapshot.js'
import { announceVersion, makeVersionWord } from '../snapshot/version.js'
import { type Counters, makeCounters } from './counters.js'
import type { Bound, Endpoint } from './transport.js'
import type { TransportKind, WorkerData, WorkerReport } from './worker.js'

export interface DataPlaneOptions {
  readonly listen: readonly Endpoint[]
  /** A thread died, and why; another takes its place. */
  readonly onCrash: (who: string, error: unknown) => void
}

export interface Listening extends Bound {
  readonly transport: 'udp' | 'tcp'
  readonly by: TransportKind
  readonly workers: number
}

/** A dead thread is replaced after this long, ms: at once, but not in a tight loop. */
const RESTART_MS = 100
/** Threads that have not stopped by then are stopped by force, ms. */
const STOP_MS = 5000

export class DataPlane {
  private readonly options: DataPlaneOptions
  private readonly version = makeVersionWord()
  private readonly posts: Post[] = []
  private newest: Snapshot | undefined

  constructor(options: DataPlaneOptions) {
    this.options = options
  }

  /** Opens every listener, UDP and TCP. @throws naming the one that cannot be had; those already open are closed */
  async start(first: Snapshot): Promise<void> {
    this.publish(first)
    try {
      for (const endpoint of this.options.listen) {
        await this.open('dgram', endpoint)
        await this.open('net', endpoint)
      }
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Queries that arrive after this returns are answered from `snapshot`. */
  publish(snapshot: Snapshot): void {
    this.newest = snapshot
    for (const post of this.posts) post.snapshots?.postMessage(snapshot)
    announceVersion(this.version, snapshot.version)
  }

  /** One array a thread; a thread that took another's place goes on with its numbers. */
  counters(): readonly Counters[] {
    return this.posts.map(({ counters }) => counters)
  }

  listeners(): readonly Listening[] {
    return this.posts.flatMap(({ bound, kind }) =>
      bound === undefined
        ? []
        : [{ ...bound, transport: kind === 'net' ? 'tcp' : 'udp', by: kind, workers: 1 } as const],
    )
  }

  /** Resolves when all threads have answered what was in flight and are gone. */
  async stop(): Promise<void> {
    await Promise.all(this.posts.map(post => post.stop()))
    this.posts.length = 0
  }

  private async open(kind: TransportKind, endpoint: Endpoint): Promise<void> {
    const post = new Post(kind, endpoint, this.version, () => this.newest!, this.options.onCrash)
    this.posts.push(post)
    await post.start()
  }
}

/** A place for a thread: its work and its counters, whichever thread is in it. */
class Post {
  readonly kind: TransportKind
  readonly counters = makeCounters()
  bound: Bound | undefined
  snapshots: MessagePort | undefined
  private readonly endpoint: Endpoint
  private readonly version: Int32Array
  private readonly newest: () => Snapshot
  private readonly onCrash: DataPlaneOptions['onCrash']
  private worker: Worker | undefined
  private stopping = false

  constructor(
    kind: TransportKind,
    endpoint: Endpoint,
    version: Int32Array,
    newest: () => Snapshot,
    onCrash: Post['onCrash'],
  ) {
    this.kind = kind
    this.endpoint = endpoint
    this.version = version
    this.newest = newest
    this.onCrash = onCrash
  }

  get name(): string {
    return `${this.kind === 'net' ? 'tcp' : 'udp'} ${this.endpoint.host} port ${this.endpoint.port}`
  }

  start(): Promise<void> {
    const { port1, port2 } = new MessageChannel()
    port1.postMessage(this.newest())
    this.snapshots = port1
    const data: WorkerData = {
      kind: this.kind,
      endpoint: this.endpoint,
      counters: this.counters,
      version: this.version,
      snapshots: port2,
    }
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
          resolve()
        }
      })
      worker.once('error', error => {
        this.onCrash(this.name, error)
        reject(error)
      })
      worker.once('exit', () => this.replace())
    })
  }

  async stop(): Promise<void> {
    this.stopping = true
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
      if (!this.stopping) this.start().catch(error => this.onCrash(this.name, error))
    }, RESTART_MS)
  }
}
