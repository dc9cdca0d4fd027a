// Garbage of this process, as its collector tells of it.
import { PerformanceObserver, performance } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
export const collect: () => void = runInNewContext('gc')

export interface Garbage {
  /** How often it was collected. */
  readonly collections: number
  /** By how many bytes the heap grew. */
  readonly grown: number
}

/** What `work` leaves for the collector, in a process that does nothing else. */
export async function garbageOf(work: () => void): Promise<Garbage> {
  // What the world was made with is not to be collected in the middle.
  collect()
  await turn()
  let collections = 0
  // What the runtime collects of its own accord while nothing is asked is no matter of the line.
  let end = Number.POSITIVE_INFINITY
  const observer = new PerformanceObserver(list => {
    collections += list.getEntries().filter(({ startTime }) => startTime < end).length
  })
  observer.observe({ entryTypes: ['gc'] })
  const before = process.memoryUsage().heapUsed
  work()
  end = performance.now()
  const grown = process.memoryUsage().heapUsed - before
  await turn()
  await turn()
  observer.disconnect()
  return { collections, grown }
}
