// Maps made beside everything else: a thread for each client family, so that both are compiled at once.
import { Worker } from 'node:worker_threads'
import type { Family } from '../../dns/address.js'
import type { ClientMap } from '../../snapshot/map.js'
import { type FamilyFiles, filesOf, type MapMaker } from './map-maker.js'
import type { SteeringMap } from './steering-map.js'
import type { MapSpec } from './steerings.js'

export type Job =
  | { readonly kind: 'databases'; readonly files: FamilyFiles }
  | { readonly kind: 'compile'; readonly spec: MapSpec }
  | { readonly kind: 'let-go' }
  | { readonly kind: 'widen'; readonly base: ClientMap; readonly choiceOf: Int32Array }

export type Outcome = { readonly result: unknown } | { readonly error: string }

/** What a thread is started with. */
export interface MapThreadData {
  readonly family: Family
  readonly cacheDirectory: string
  readonly files: FamilyFiles
}

const FAMILIES = [4, 6] as const

/** A thread that has had nothing to do for so long, ms, is stopped: what compiling left in its memory goes with it. */
const IDLE_MS = 2000

/** @param cacheDirectory where maps are kept over restarts */
export function threadMapMaker(cacheDirectory: string): MapMaker {
  const threads: Readonly<Record<Family, MapThread>> = {
    4: new MapThread(4, cacheDirectory),
    6: new MapThread(6, cacheDirectory),
  }
  return {
    async setDatabases(files) {
      await Promise.all(FAMILIES.map(family => threads[family].setDatabases(filesOf(files, family))))
    },
    async compile(spec) {
      const [v4, v6] = await Promise.all(FAMILIES.map(family => threads[family].run({ kind: 'compile', spec })))
      return { 4: v4 as SteeringMap, 6: v6 as SteeringMap } // what a thread answers to this kind of job
    },
    letGo() {
      for (const family of FAMILIES) threads[family].letGo()
    },
    async widen(family, base, choiceOf) {
      return (await threads[family].run({ kind: 'widen', base, choiceOf })) as ClientMap // likewise
    },
    async close() {
      await Promise.all(FAMILIES.map(family => threads[family].close()))
    },
  }
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

/** One thread at a time, there while there is something to do, which does its jobs in the order in which they were given. */
class MapThread {
  private readonly family: Family
  private readonly cacheDirectory: string
  private files: FamilyFiles = {}
  private worker: Worker | undefined
  private idle: NodeJS.Timeout | undefined
  private readonly waiting = new Map<number, Waiting>()
  private next = 0

  constructor(family: Family, cacheDirectory: string) {
    this.family = family
    this.cacheDirectory = cacheDirectory
  }

  async setDatabases(files: FamilyFiles): Promise<void> {
    this.files = files
    if (this.worker !== undefined) await this.run({ kind: 'databases', files })
  }

  run(job: Job): Promise<unknown> {
    clearTimeout(this.idle)
    this.worker ??= this.start()
    const { worker } = this
    const id = this.next++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      worker.postMessage({ id, job })
    })
  }

  /** A thread that is gone holds nothing, and whoever waits for one that has died is told by what it waits for. */
  letGo(): void {
    if (this.worker !== undefined) this.run({ kind: 'let-go' }).catch(() => {})
  }

  async close(): Promise<void> {
    clearTimeout(this.idle)
    this.fail(new Error('the map thread was stopped'))
    await this.worker?.terminate()
  }

  private start(): Worker {
    const { family, cacheDirectory, files } = this
    const worker = new Worker(new URL('./map-thread.js', import.meta.url), {
      workerData: { family, cacheDirectory, files } satisfies MapThreadData,
      name: `maps-v${family}`,
    })
    worker.on('message', ({ id, outcome }: { readonly id: number; readonly outcome: Outcome }) => {
      const job = this.waiting.get(id)
      this.waiting.delete(id)
      if ('error' in outcome) job?.reject(new Error(outcome.error))
      else job?.resolve(outcome.result)
      if (this.waiting.size === 0) this.idle = setTimeout(() => this.rest(), IDLE_MS).unref()
    })
    worker.on('error', error => {
      this.worker = undefined
      this.fail(error instanceof Error ? error : new Error(String(error)))
    })
    return worker
  }

  private rest(): void {
    void this.worker?.terminate()
    this.worker = undefined
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
  }
}
