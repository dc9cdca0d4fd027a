// The process that the proof of revisions kills: edits one document without a pause, and says which edits were acknowledged.
import { writeSync } from 'node:fs'
import { openFileStore } from '../../../dist/control-plane/traffic/file-store.js'
import { Revisions } from '../../../dist/control-plane/traffic/revisions.js'

/** Several at once, so that some are written together. */
const AT_ONCE = 5

const [folder, document, first] = process.argv.slice(2)
// Few are kept, so that the journal is written anew now and then, which is a moment to be killed in as well.
const revisions = await Revisions.open(folder, {
  limits: { count: 40, bytes: 1e9 },
  onProblem: sentence => writeSync(1, `problem ${sentence}\n`),
})
const store = await openFileStore(document, { revisions, serial: () => 1 })
writeSync(1, 'ready\n')
let weight = Number(first)
await Promise.all(Array.from({ length: AT_ONCE }, edit))

async function edit() {
  for (;;) {
    const mine = weight++
    await store.edit([{ path: ['regions', 'eu', 'weight'], value: mine }], { actor: `editor-${mine}` })
    writeSync(1, `done ${mine}\n`)
  }
}
