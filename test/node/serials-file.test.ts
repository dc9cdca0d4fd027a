import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { TrafficDocument } from '../../src/control-plane/traffic/document.js'
import type { Log } from '../../src/log.js'
import { SerialsFile } from '../../src/node/serials-file.js'
import { readDocument } from '../world.js'

const folder = mkdtempSync(join(tmpdir(), 'meridian-serials-'))
// A node that crashes does nothing any more: its timers never go off.
beforeAll(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.clearAllTimers())
afterAll(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})
let files = 0
const newPath = (): string => join(folder, `${++files}`, 'serials.json')

/** Nothing of these tests goes wrong on the disk. */
const log = { warn: (_: object, sentence: string) => expect.fail(sentence) } as unknown as Log

const written = (path: string): { serial: number; upTo?: number } =>
  JSON.parse(readFileSync(path, 'utf8'))['example.com.']

/** A document with this content, counted as a store would. */
function counted(file: SerialsFile, content: string): TrafficDocument {
  const document = readDocument(
    `zones: { example.com: { nameservers: [ns.example.net], records: { t: { type: TXT, data: "${content}" } } } }`,
  )
  const [name, zone] = [...document.zones][0]!
  const soa = { ...zone.soa, serial: file.count()(zone, document) }
  return { ...document, zones: new Map([[name, { ...zone, soa }]]) }
}

const serialOf = (document: TrafficDocument): number => document.zones.get('example.com.')!.soa.serial

async function serve(file: SerialsFile, content: string): Promise<number> {
  const document = counted(file, content)
  await file.served(document)
  return serialOf(document)
}

/** With a clock that stands still: whatever follows is one of many changes. */
const open = (path: string): SerialsFile => new SerialsFile(path, log, () => 0)

test('a lone change is written as it is, and a node that crashes goes on from it', async () => {
  const path = newPath()
  const serial = await serve(open(path), 'a')
  expect(written(path)).toEqual(expect.objectContaining({ serial }))
  expect(written(path).upTo).toBeUndefined()
  expect(serialOf(counted(open(path), 'a'))).toBe(serial)
})

test('of many changes most are not written one by one, and after a crash amid them every serial is above all of them', async () => {
  const path = newPath()
  const file = open(path)
  const texts = new Set<string>()
  let last = 0
  for (let i = 0; i < 100; i++) {
    last = await serve(file, `${i}`)
    texts.add(readFileSync(path, 'utf8'))
    expect(written(path).upTo ?? written(path).serial).toBeGreaterThanOrEqual(last)
  }
  expect(texts.size).toBe(2)
  // Also for a content that was served before: nobody can tell any more which serial it had.
  for (const content of ['99', '1', 'new']) expect(serialOf(counted(open(path), content))).toBeGreaterThan(last)
})

test('when the room is used up, more is written down before a serial beyond it is served', async () => {
  const path = newPath()
  const file = open(path)
  for (let i = 0; i < 1100; i++) {
    const serial = await serve(file, `${i}`)
    const { serial: known, upTo = known } = written(path)
    expect(upTo).toBeGreaterThanOrEqual(serial)
  }
})

test('a node that is stopped amid many changes leaves the last serial behind, and the same content keeps it', async () => {
  const path = newPath()
  const file = open(path)
  for (const content of ['a', 'b', 'c']) await serve(file, content)
  const last = await serve(file, 'd')
  await file.close()
  expect(written(path).upTo).toBeUndefined()
  expect(serialOf(counted(open(path), 'd'))).toBe(last)
  expect(serialOf(counted(open(path), 'e'))).toBeGreaterThan(last)
})

test('after a second without a change the last serial is on the disk as it is', async () => {
  const path = newPath()
  const file = open(path)
  for (const content of ['a', 'b', 'c']) await serve(file, content)
  expect(written(path).upTo).toBeDefined()
  await vi.advanceTimersByTimeAsync(1000)
  while (written(path).upTo !== undefined) await new Promise(resolve => setImmediate(resolve))
  await file.close()
})
