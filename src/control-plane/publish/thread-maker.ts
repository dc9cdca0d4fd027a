// Maps made beside everything else: a thread for each client family, so that both are compiled at once.
import { Worker } from 'node:worker_threads'
import type { Family } from '../../dns/address.js'
import type { ClientMap } from '../../snapshot/map.js'
import type { DatabaseFile } from '../geo/library.js'
import type { MapMaker } from './map-maker.js'
import type { SteeringMap } from './steering-map.js'
import type { MapSpec } from './steerings.js'

export type Job =
  | { readonly kind: 'database'; readonly file: DatabaseFile | undefined }
  | { readonly kind: 'compile'; readonly spec: MapSpec }
  | { readonly kind: 'widen'; readonly base: ClientMap; readonly choiceOf: Int32Array }

export type Outcome = { readonly result: unknown } | { readonly error: string }

export interface MapThreadData {
  readonly family: Family
  readonly cacheDirectory: string
}

const FAMILIES = [4, 6] as const

/** Starts both threads. @param cacheDirectory where maps are kept over restarts */
export function threadMapMaker(cacheDirectory: string): MapMaker {
  const threads: Readonly<Record<Family, MapThread>> = {
    4: new MapThread({ family: 4, cacheDirectory }),
    6: new MapThread({ family: 6, cacheDirectory }),
  }
  return {
    async setDatabases(files) {
      await Promise.all(FAMILIES.map(family => threads[family].run({ kind: 'database', file: files[family] })))
    },
    async compile(spec) {
      const [v4, v6] = await Promise.all(FAMILIES.map(family => threads[family].run({ kind: 'compile', spec })))
      return { 4: v4 as SteeringMap, 6: v6 as SteeringMap } // what a thread answers to this kind of job
    },
    async widen(family, base, choiceOf) {
      return (await threads[family].run({ kind: 'widen', base, choiceOf })) as ClientMap // likewise
    },
    async close() {
      await Promise.all([threads[4].close(), threads[6].close()])
    },
  }
}

/** One thread, which does its jobs in the order in which they were given. */
class MapThread {
  private readonly worker: Worker
  private readonly waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  private next = 0

  constructor(data: MapThreadData) {
    this.worker = new Worker(new URL('./map-thread.js', import.meta.url), {
      workerData: data,
      name: `maps-v${data.family}`,
    })
    this.worker.on('message', ({ id, outcome }: { readonly id: number; readonly outcome: Outcome }) => {
      const job = this.waiting.get(id)
      this.waiting.delete(id)
      if ('error' in outcome) job?.reject(new Error(outcome.error))
      else job?.resolve(outcome.result)
    })
    this.worker.on('error', error => this.fail(error instanceof Error ? error : new Error(String(error))))
    this.worker.unref()
  }

  run(job: Job): Promise<unknown> {
    const id = this.next++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.worker.postMessage({ id, job })
    })
  }

  async close(): Promise<void> {
    this.fail(new Error('the map thread was stopped'))
    await this.worker.terminate()
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
  }
}
