// Linear programs solved in a thread of its own, which is there while there is something to solve.
import { Worker } from 'node:worker_threads'
import type { LinearProgram } from './linear-program.js'

export type Outcome = { readonly values: Float64Array } | { readonly error: string }

export interface ThreadSolver {
  /** @throws Error where there is no best solution, or the thread died */
  solve(program: LinearProgram): Promise<Float64Array>
  close(): Promise<void>
}

/** A thread that has had nothing to do for so long, ms, is stopped: what solving left in its memory goes with it. */
const IDLE_MS = 5000

/** One program at a time. @param thread what it runs */
export function threadSolver(thread = new URL('./solver-thread.js', import.meta.url)): ThreadSolver {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  const end = async (): Promise<void> => {
    clearTimeout(idle)
    const ended = worker
    worker = undefined
    await ended?.terminate()
  }
  return {
    async solve(program) {
      clearTimeout(idle)
      worker ??= new Worker(thread, { name: 'balance' }).setMaxListeners(0)
      try {
        return await outcomeOf(worker, program)
      } catch (error) {
        await end()
        throw error
      } finally {
        idle = setTimeout(() => void end(), IDLE_MS).unref()
      }
    },
    close: end,
  }
}

function outcomeOf(worker: Worker, program: LinearProgram): Promise<Float64Array> {
  return new Promise((resolve, reject) => {
    const told = (outcome: Outcome): void => {
      forget()
      if ('values' in outcome) resolve(outcome.values)
      else reject(new Error(outcome.error))
    }
    const died = (error: unknown): void => {
      forget()
      reject(error instanceof Error ? error : new Error('the thread that balances ended'))
    }
    const forget = (): void => {
      worker.off('message', told).off('error', died).off('exit', died)
    }
    worker.on('message', told).on('error', died).on('exit', died)
    worker.postMessage(program)
  })
}
