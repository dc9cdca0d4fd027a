import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Audit, olderFile, verifyAudit } from '../../../src/control-plane/operate/audit.js'

let folder: string
let path: string
let problems: string[]
const opened: Audit[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-audit-'))
  path = join(folder, 'audit.log')
  problems = []
})
afterEach(async () => {
  for (const audit of opened.splice(0)) await audit.close().catch(() => undefined)
  await rm(folder, { recursive: true, force: true })
})

async function open(maxBytes = 1e6): Promise<Audit> {
  const audit = await Audit.open(path, { now: () => 0, maxBytes, onProblem: sentence => void problems.push(sentence) })
  opened.push(audit)
  return audit
}
const entry = (number: number) => ({ actor: 'alice', what: `deed ${number}` })
async function write(count: number, maxBytes?: number): Promise<Audit> {
  const audit = await open(maxBytes)
  for (let i = 0; i < count; i++) await audit.record(entry(i))
  return audit
}

test('an entry is a line of JSON with its time', async () => {
  await write(1)
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ at: '1970-01-01T00:00:00.000Z', ...entry(0) })
})

test('a log that nobody touched is whole, over restarts and new files', async () => {
  await write(3)
  await write(3)
  const audit = await write(40, 2000)
  const older = await readFile(olderFile(path), 'utf8')
  expect(older.length).toBeGreaterThan(1000)
  expect(await verifyAudit(path)).toMatchObject({ faults: [], head: audit.head, has: true })
  expect(problems).toEqual([])
})

test.each<[string, (lines: string[]) => string[]]>([
  ['a changed line', ([a = '', b = '', ...rest]) => [a, b.replace('alice', 'bob'), ...rest]],
  ['a line that was taken out', ([a = '', _, ...rest]) => [a, ...rest]],
  ['a first line that was taken out', ([_, ...rest]) => rest],
  ['a line that was put in', ([a = '', ...rest]) => [a, '{"actor":"mallory"}', ...rest]],
  ['lines that changed places', ([a = '', b = '', ...rest]) => [b, a, ...rest]],
])('%s shows', async (_, change) => {
  await write(4)
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
  await writeFile(path, `${change(lines).join('\n')}\n`)
  expect((await verifyAudit(path)).faults.length).toBeGreaterThan(0)
  await open()
  expect(problems[0]).toMatch(/^.*audit\.log: lines .* are damaged, or were changed$/)
})

test('an end that was cut off shows to whoever noted a hash of it', async () => {
  const { head } = await write(4)
  const lines = (await readFile(path, 'utf8')).split('\n')
  await writeFile(path, `${lines.slice(0, 2).join('\n')}\n`)
  expect(await verifyAudit(path)).toMatchObject({ lines: 2, faults: [], has: true })
  expect(await verifyAudit(path, head)).toMatchObject({ has: false })
})

test('a hash that was the last one once is still there when more has been written', async () => {
  const { head } = await write(2)
  await write(2)
  expect(await verifyAudit(path, head)).toMatchObject({ has: true, faults: [] })
})

test('what cannot be written is told, and stops nobody', async () => {
  const audit = await write(1)
  await audit.close()
  await audit.record(entry(9))
  expect(problems).toEqual(['an entry of the audit log could not be written: alice, deed 9'])
})

test('what was written before a restart is listed after it, and the newest come first', async () => {
  await write(3)
  const audit = await write(1)
  expect(audit.list(10).map(({ what }) => what)).toEqual(['deed 0', 'deed 2', 'deed 1', 'deed 0'])
  expect(audit.list(1, 4, ({ what }) => what !== 'deed 2').map(({ number }) => number)).toEqual([2])
})
