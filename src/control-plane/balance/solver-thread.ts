// The thread that solves linear programs. Messages in and out are in thread-solver.ts.
import { parentPort } from 'node:worker_threads'
import { giveWay } from '../threads/give-way.js'
import { solve } from './highs.js'
import type { LinearProgram } from './linear-program.js'
import type { Outcome } from './thread-solver.js'

giveWay()
parentPort?.on('message', async (program: LinearProgram) => {
  parentPort?.postMessage(await outcomeOf(program))
})

async function outcomeOf(program: LinearProgram): Promise<Outcome> {
  try {
    return { values: await solve(program) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
