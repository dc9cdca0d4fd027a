// A thread that makes the maps of one client family. Messages in and out are in thread-maker.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { Release } from '../../snapshot/release.js'
import { giveWay } from '../threads/give-way.js'
import { FamilyMaker } from './map-maker.js'
import type { Job, MapThreadData, Outcome } from './thread-maker.js'

giveWay()
const { family, cacheDirectory, files } = workerData as MapThreadData // what thread-maker.ts passes
const maker = new FamilyMaker(family, cacheDirectory)
maker.setDatabases(files)

/** What has been sent away is held no longer. */
const release = new Release()

parentPort?.on('message', ({ id, job }: { readonly id: number; readonly job: Job }) => {
  parentPort?.postMessage({ id, outcome: carryOut(job) })
})

function carryOut(job: Job): Outcome {
  try {
    switch (job.kind) {
      case 'databases':
        return { result: maker.setDatabases(job.files) }
      case 'compile':
        return { result: maker.compile(job.spec) }
      case 'let-go':
        release.drop(maker.letGo())
        release.idle()
        return { result: undefined }
      case 'widen': {
        const map = maker.widen(job.base, job.choiceOf)
        release.drop(map.nodes.byteLength)
        return { result: map }
      }
    }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
