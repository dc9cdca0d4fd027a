// Nodes that end, as by kill -9, before or after any of the writes of a rollover.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RolloverWish } from '../../../src/control-plane/keys/exchange.js'
import type { Zone } from '../../../src/control-plane/traffic/document/zone.js'
import { readDocument } from '../../world.js'
import { type KeyDesk, openDesk } from './key-desk.js'

const DAY = 86_400
const STEP = 3600

let folder: string
let clock: { wall: number }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-cut-short-'))
  clock = { wall: 1_795_568_400 }
})
afterEach(() => rmSync(folder, { recursive: true }))

const documentOf = (dnssec: string) =>
  readDocument(`zones: { example.com: { nameservers: [ns.example.net], dnssec: ${dnssec} } }`)

class Killed extends Error {}

test.each([
  ['true', 'csk'],
  ['{ split: true }', 'ksk'],
  ['true', 'unsign'],
] as const)(
  'of a zone with dnssec: %s, wherever the rollover %s is cut short, it goes on or was never begun',
  async (dnssec, kind) => {
    const document = documentOf(dnssec)
    const zone: Zone = [...document.zones.values()][0]!
    const wish: RolloverWish = { kind, emergency: false, actor: 'anna', reason: '' }

    /** @param last so many writes, counted before and after each, are the last of the first node */
    async function run(last: number): Promise<number> {
      rmSync(folder, { recursive: true })
      let writes = Number.NEGATIVE_INFINITY
      const open = async (): Promise<KeyDesk> => {
        const desk = await openDesk(folder, clock, undefined, false, () => {
          if (writes++ === last) throw new Killed()
        })
        await desk.keys.prepare(document)
        return desk
      }
      let desk = await open()
      for (clock.wall += 90 * DAY; desk.keys.rolloverOf(zone.origin) !== undefined; )
        await desk.rollovers.look(document)
      const first = desk.keys.storedOf(zone.origin)
      writes = 0
      const goOn = async (what: () => Promise<unknown>): Promise<void> => {
        try {
          await what()
        } catch (error) {
          if (!(error instanceof Killed)) throw error
          writes = Number.NEGATIVE_INFINITY
          desk = await open()
        }
      }
      await goOn(() => desk.rollovers.begin(zone, wish, document))
      const end = clock.wall + DAY
      for (; clock.wall < end; clock.wall += STEP) {
        const served = desk.keys.keysOf(zone)!
        const asked = kind === 'unsign' ? [] : served.atParent.cds
        desk.parent = { ttl: 3600, everywhere: asked, somewhere: asked }
        expect(served.signsKeys.length, `at ${clock.wall}`).toBeGreaterThan(0)
        expect(served.signsZone.length, `at ${clock.wall}`).toBeGreaterThan(0)
        await goOn(() => desk.rollovers.look(document))
      }
      const left = desk.keys.storedOf(zone.origin)
      expect(left).toHaveLength(first.length)
      if (kind !== 'unsign') expect(desk.keys.rolloverOf(zone.origin)).toBeUndefined()
      // No private key is lost: each is in use, or was put aside.
      for (const { file } of first) {
        const isLeft = left.some(key => key.file === file)
        expect(isLeft || readdirSync(join(folder, 'keys', 'retired')).includes(`${file}.private`)).toBe(true)
      }
      return writes
    }

    const all = await run(Number.POSITIVE_INFINITY)
    expect(all).toBeGreaterThan(3)
    for (let last = 0; last < all; last++) expect(await run(last), `after ${last}`).toBeLessThan(0)
  },
  120_000,
)
