// The thread of checkAside: checks one file, says what it found, and is gone.
import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../threads/give-way.js'
import { type CheckReport, check } from './check.js'

giveWay()
const { path, file } = workerData as { readonly path: string; readonly file: string } // what checkAside passes
parentPort?.postMessage(report())

function report(): CheckReport {
  try {
    return { checked: check(path, file) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
