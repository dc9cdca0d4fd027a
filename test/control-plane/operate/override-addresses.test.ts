import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Health } from '../../../src/control-plane/health/health.js'
import { readBreakGlass } from '../../../src/control-plane/operate/break-glass.js'
import type { OverrideWish } from '../../../src/control-plane/operate/override-wish.js'
import { Overrides } from '../../../src/control-plane/operate/overrides.js'
import type { ForcedRegions } from '../../../src/control-plane/publish/forced.js'
import { regionStates, served } from '../../../src/control-plane/publish/region-states.js'
import { readKept } from '../../../src/control-plane/state/kept-value.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import { readDocument } from '../../world.js'

const document = readDocument(`
regions:
  east: { addresses: [192.0.2.1, 192.0.2.2, "2001:db8::1"] }
  west: { addresses: [192.0.2.3], tags: [edge] }
zones: {}
`)
const START = Date.parse('2026-03-01T12:00:00Z')

let folder: string
let now: number
let down: readonly string[]
let forced: ForcedRegions
let book: Overrides

const health = (): Health =>
  new Map(
    [...document.regions.values()].map(({ id, addresses }) => [
      id,
      addresses.map(({ text }) => ({
        address: text,
        up: !down.includes(text),
        since: 1,
        changeInMs: 9000,
        checks: [],
      })),
    ]),
  )

async function open(): Promise<Overrides> {
  const path = join(folder, 'overrides.json')
  const kept = new OwnValue(path, (await readKept(path, Overrides.isKept)) ?? Overrides.NONE)
  const apply = (words: ForcedRegions): void => {
    forced = words
  }
  const onProblem = (sentence: string): never => {
    throw new Error(sentence)
  }
  const rest = { longestMs: 7200_000, onExpired: () => undefined, onProblem, now: () => now }
  return new Overrides({ kept, document: () => document, health, apply, ...rest })
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-addresses-'))
  now = START
  down = []
  book = await open()
  book.refresh()
})
afterEach(async () => {
  await book.close()
  await rm(folder, { recursive: true, force: true })
})

const say = (state: OverrideWish['state'], ...targets: readonly string[]) =>
  book.create({ targets, state, reason: 'because', for: '1h' }, 'alice')

const stand = (id: string) => regionStates(document, health(), 4, forced, now).get(id)
const given = (id: string) =>
  served(document.regions.get(id)!, health(), 4, forced.get(id)).map(({ canonical }) => canonical)

test('an address that is said to be down is given to nobody, and its region keeps its clients', async () => {
  await say('down', '192.0.2.1')
  expect(given('east')).toEqual(['192.0.2.2'])
  expect(stand('east')).toMatchObject({ up: true, changeIn: 9 })
  expect(stand('west')).not.toHaveProperty('forced')
})

test('an address that is said to be up is given, whatever its checks find', async () => {
  down = ['192.0.2.1', '192.0.2.2']
  await say('up', '192.0.2.2')
  expect(given('east')).toEqual(['192.0.2.2'])
  expect(stand('east')?.up).toBe(true)
})

test('whoever takes out every address takes out the region, and the ladder does not revive it', async () => {
  await say('down', '192.0.2.3')
  expect(stand('west')).toMatchObject({ up: false, forced: 'down' })
})

test('an address is meant however it is written', async () => {
  await say('down', '2001:DB8:0:0::1')
  expect([...forced.get('east')!.addresses!.keys()]).toEqual(['2001:db8::1'])
})

test('of two words on an address the newer holds, and the older again when that is cancelled', async () => {
  await say('down', '192.0.2.1')
  const { id } = await say('up', '192.0.2.1')
  down = ['192.0.2.1']
  expect(given('east')).toEqual(['192.0.2.1', '192.0.2.2'])
  await book.cancel(id)
  expect(given('east')).toEqual(['192.0.2.2'])
})

test('a word on an address ends by itself, and answers end with it', async () => {
  await say('down', '192.0.2.1')
  now = START + 3600_000 - 2000
  expect(stand('east')?.changeIn).toBe(2)
  now = START + 3600_000
  book.refresh()
  expect(given('east')).toEqual(['192.0.2.1', '192.0.2.2'])
})

test('an address that no region has is refused', async () => {
  await expect(say('down', '192.0.2.9')).rejects.toThrow(/no region has the address 192.0.2.9/)
})

const drain = (percent: number, target: string) =>
  book.create({ targets: [target], state: 'drain', percent, reason: 'because', for: '1h' }, 'alice')

test('an address that is drained divides the clients of its region; who drains all of them drains it', async () => {
  await drain(30, '192.0.2.1')
  expect(stand('east')).toMatchObject({ up: true, drain: 0, divided: true })
  const { id } = await drain(50, '192.0.2.2')
  expect(stand('east')).toMatchObject({ drain: 30, divided: true })
  await book.extend(id, { percent: 30 })
  expect(stand('east')).toMatchObject({ drain: 30 })
  expect(stand('east')).not.toHaveProperty('divided')
  await drain(40, '192.0.2.3')
  expect(stand('west')).toMatchObject({ up: true, drain: 40 })
})

test('what is drained is as its checks find it, and what is down is none of what is left', async () => {
  await drain(30, '192.0.2.1')
  down = ['192.0.2.2']
  expect(given('east')).toEqual(['192.0.2.1'])
  expect(stand('east')).toMatchObject({ drain: 30 })
  down = ['192.0.2.1']
  expect(given('east')).toEqual(['192.0.2.2'])
  expect(stand('east')).toMatchObject({ drain: 0 })
})

test('who drains a region does not drain an address of it less, nor who says that it is up', async () => {
  await drain(30, '192.0.2.3')
  await drain(20, 'west')
  expect(stand('west')).toMatchObject({ drain: 30 })
  await say('up', 'west')
  expect(stand('west')).toMatchObject({ drain: 30, forced: 'up' })
})

test('what is observed stays as it was, up or down, until the word is over', async () => {
  down = ['192.0.2.1', '192.0.2.3']
  await say('observe', 'east', 'tag:edge')
  down = ['192.0.2.2']
  expect(given('east')).toEqual(['192.0.2.2'])
  expect(stand('east')?.up).toBe(true)
  expect(stand('west')?.up).toBe(false)
  now = START + 3600_000
  book.refresh()
  expect(given('east')).toEqual(['192.0.2.1'])
  expect(stand('west')?.up).toBe(true)
})

test('what is observed may stay down: it is what the checks found then, and the ladder may revive it', async () => {
  down = ['192.0.2.3']
  await say('observe', 'west')
  expect(stand('west')).not.toHaveProperty('forced')
})

test('whoever names an address of a region that is observed means it', async () => {
  await say('observe', 'east')
  await say('down', '192.0.2.1')
  expect(given('east')).toEqual(['192.0.2.2'])
})

test('a newer word on the region ends what was observed, for as long as it holds', async () => {
  await say('observe', 'east')
  const { id } = await say('down', 'east')
  expect(stand('east')).toMatchObject({ up: false, forced: 'down' })
  down = ['192.0.2.1', '192.0.2.2']
  await book.cancel(id)
  expect(stand('east')?.up).toBe(true)
})

test('both survive a restart, with what was found before it', async () => {
  down = ['192.0.2.1']
  await say('observe', 'east')
  await say('down', '192.0.2.2')
  await book.close()
  down = []
  book = await open()
  book.refresh()
  expect(given('east')).toEqual(['192.0.2.1'])
  expect(stand('east')?.up).toBe(false)
})

test('the break-glass file speaks of addresses, and keeps what it found when it was read first', async () => {
  const read = (text: string): void => {
    const outcome = readBreakGlass(text, 'break-glass.yaml', document.regions, now)
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems))
    expect(outcome.warnings).toEqual([])
    book.setFile(outcome.overrides)
  }
  down = ['192.0.2.3']
  read('192.0.2.1: drain 25%\n')
  expect(stand('east')).toMatchObject({ divided: true })
  read('192.0.2.1: down\nwest: observe\n')
  expect(given('east')).toEqual(['192.0.2.2'])
  down = []
  read('192.0.2.2: down\nwest: observe\n')
  expect(given('east')).toEqual(['192.0.2.1'])
  expect(stand('west')?.up).toBe(false)
})
