import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileStore } from '../../src/control-plane/traffic/file-store.js'
import { Revisions } from '../../src/control-plane/traffic/revisions.js'
import { auditHands } from '../../src/node/audit-hands.js'

const document = (address: string): string => `regions: { one: { addresses: [${address}] } }\nzones: {}\n`

let folder: string
let entries: Record<string, unknown>[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-hands-'))
  entries = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** As editors do: nobody sees half of it. */
async function write(text: string): Promise<void> {
  await writeFile(join(folder, 'new.yaml'), text)
  await rename(join(folder, 'new.yaml'), join(folder, 'traffic.yaml'))
}

/** A node's store, watched by its audit log. */
async function open() {
  const startedAt = Date.now()
  const revisions = await Revisions.open(folder, {
    limits: { count: 100, bytes: 1e6 },
    onProblem: sentence => {
      throw new Error(sentence)
    },
  })
  const store = await openFileStore(join(folder, 'traffic.yaml'), { revisions })
  await auditHands(store, { record: async entry => void entries.push(entry) }, startedAt)
  return {
    store,
    close: async () => {
      store.close()
      await revisions.close()
    },
  }
}

test('an edit of the file by hand is an entry, also one that is not sound, and an edit by the API is not', async () => {
  await write(document('192.0.2.1'))
  const { store, close } = await open()
  entries.length = 0
  await write(document('192.0.2.2'))
  await store.reread()
  await store.edit([{ path: ['regions', 'one', 'weight'], value: 7 }], { actor: 'alice' })
  await write('regions: [')
  await store.reread()
  expect(entries).toEqual([
    {
      actor: 'file',
      what: 'an edit of the document by hand: revision 2',
      revision: expect.any(String),
      changes: [expect.stringContaining('192.0.2.2')],
    },
    { actor: 'file', what: 'an edit of the document by hand', refused: expect.stringContaining('traffic.yaml:') },
  ])
  await close()
})

test('an edit that was made while no node ran is an entry of the next start, and of no other', async () => {
  await write(document('192.0.2.1'))
  await (await open()).close()
  entries.length = 0
  await write(document('192.0.2.2'))
  await (await open()).close()
  expect(entries).toMatchObject([{ what: 'an edit of the document by hand: revision 2' }])
  entries.length = 0
  await (await open()).close()
  expect(entries).toEqual([])
})
