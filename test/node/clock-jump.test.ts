import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Log } from '../../src/log.js'
import { openDnssec } from '../../src/node/dnssec.js'
import { readDnssec } from '../../src/settings-dnssec.js'
import { readDocument, World } from '../world.js'

const DAY = 86_400
const DOCUMENT = readDocument(`zones:
  example.com:
    nameservers: [ns.example.net]
    dnssec: true
    records: { www: { type: A, data: 192.0.2.1 } }
`)

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-jump-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('a machine that slept until its signatures had ended makes them anew when it wakes, long before the next look', async () => {
  const began = Date.now() / 1000
  const time = { wall: began, steady: began }
  const said: string[] = []
  const say = (_: unknown, text: string): void => void said.push(text)
  const log = { info: () => {}, error: say } as unknown as Log // no more of it is used
  const settings = {
    stateDirectory: folder,
    dnssec: readDnssec(
      {},
      written => written,
      () => {},
    ),
  }
  const dnssec = await openDnssec(settings, undefined, log, { tell: () => {} }, () => ({ ...time }))
  const world = await World.of(DOCUMENT, [], new Map(), dnssec.signing)
  const stop = dnssec.watch(
    world.publisher,
    () => DOCUMENT,
    () => {},
  )
  try {
    const { firstExpiration } = world.publisher.signatureCounts()
    expect(firstExpiration).toBeGreaterThan(began + 12 * DAY)
    await pause(300) // the look at the start is over
    time.wall += 20 * DAY // a clock that nobody sets stands still in sleep
    const expiration = (): number => world.publisher.signatureCounts().firstExpiration
    await expect.poll(expiration, { timeout: 25_000 }).toBeGreaterThan(time.wall + 12 * DAY)
    expect(said.join()).toContain(`has jumped by ${20 * DAY} s`)
  } finally {
    stop()
  }
})
