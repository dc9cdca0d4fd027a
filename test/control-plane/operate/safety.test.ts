import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Licence, NO_LICENCE } from '../../../src/control-plane/operate/safety/licence.js'
import { Safety, SafetyRefused } from '../../../src/control-plane/operate/safety.js'
import type { Forced, ForcedRegions } from '../../../src/control-plane/publish/forced.js'
import { readKept } from '../../../src/control-plane/state/kept-value.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import type { SharedValue } from '../../../src/control-plane/state/shared-value.js'
import { StoreAway } from '../../../src/control-plane/state/store-away.js'
import { readDocument } from '../../world.js'

const START = Date.parse('2026-03-01T00:00:00Z')
const read = (safety: string, east = '') =>
  readDocument(`regions:
  east: { addresses: [192.0.2.1]${east} }
  west: { addresses: [192.0.2.2] }
zones: {}
safety: ${safety}
`)
const RULES =
  '{ one: { at-least: 1 }, own: { at-least: 1, of: [west], overridable-by: admin }, gate: { facts: { go: true }, of: [east] } }'

let folder: string
let now: number
let inForce: ForcedRegions
let problems: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-safety-'))
  now = START
  inForce = new Map()
  problems = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const path = () => join(folder, 'safety.json')
async function open(document = read(RULES)): Promise<Safety> {
  const options = {
    kept: new OwnValue(path(), (await readKept(path(), Safety.isKept)) ?? Safety.NONE),
    document,
    health: () => new Map(),
    forced: () => inForce,
    world: () => undefined,
    onProblem: (sentence: string) => void problems.push(sentence),
    now: () => now,
  }
  return new Safety(options)
}
const down = (...ids: readonly string[]): ForcedRegions => {
  const word: Forced = { id: '1', state: 'down', drain: 0, until: Infinity, actor: 'alice', reason: 'why' }
  return new Map(ids.map(id => [id, word]))
}
function broken(act: () => unknown): readonly string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof SafetyRefused) return error.refusals.map(({ rule }) => rule)
    throw error
  }
  return []
}

test.each<[Licence, readonly string[]]>([
  // what the caller brought, what it is refused with
  [NO_LICENCE, ['one', 'own', 'gate']],
  [{ rules: ['one'], scopes: ['admin'] }, ['one', 'own', 'gate']],
  [{ rules: ['one', 'own', 'gate'], scopes: ['operate'] }, ['one', 'own', 'gate']],
  [{ rules: ['one', 'own', 'gate', 'other'], scopes: ['admin'] }, []],
])('with %j it is refused with %j: all rules have to be overridden, by whoever they let', async (licence, refused) => {
  const safety = await open()
  expect(broken(() => safety.pass({ forced: down('east', 'west') }, licence))).toEqual(refused)
  await safety.close()
})

test('who overrides is told which rules that were', async () => {
  const safety = await open()
  const licence = { rules: ['one', 'own', 'gate'], scopes: ['admin'] }
  expect(safety.pass({ forced: down('east') }, licence)).toEqual(['gate'])
  await safety.close()
})

test('other latencies are asked of rules about what is done, and count as a move; how things are they cannot make worse', async () => {
  const text = `regions: { east: { addresses: [192.0.2.1] }, west: { addresses: [192.0.2.2] }, far: { addresses: [192.0.2.3] } }
latency: { t: { learned: {} } }
policies: { fast: [ { latency: { table: t } } ] }
zones: { a.example: { nameservers: [ns.example.net], records: { api: { steer: fast, regions: [east, west] } } } }
safety: { all: { at-least: 3 }, whole: { ladder: 0% }, gate: { facts: { go: true }, of: [east] }, other: { facts: { go: true }, of: [far] } }
`
  const safety = await open(readDocument(text))
  const table = { digest: 'other', rows: new Map([['DE', new Map([['west', 3]])]]) }
  expect(safety.judgeTable('t', table).map(({ rule }) => rule)).toEqual(['gate'])
  expect(broken(() => safety.passTable('t', table, NO_LICENCE))).toEqual(['gate'])
  const passage = safety.passTable('t', table, { rules: ['gate'], scopes: [] })
  expect([passage.overrode, safety.judgeTable('t', table)]).toEqual([['gate'], []])
  passage.settle(false)
  expect(safety.judgeTable('t', table)).toHaveLength(1)
  await safety.close()
})

test('a fact opens its gate, and does so after a restart, until it is over', async () => {
  const safety = await open()
  expect(safety.factNames()).toEqual(['go'])
  await safety.setFact('go', { actor: 'alice', reason: 'checked', forMs: 3600_000 })
  expect(safety.judge({ forced: down('east') })).toEqual([])
  const again = await open()
  expect(again.holding()).toEqual([
    { name: 'go', at: START, actor: 'alice', reason: 'checked', expiresAt: START + 3600_000 },
  ])
  now += 3600_000
  expect(again.judge({ forced: down('east') })).toMatchObject([{ rule: 'gate' }])
})

test('a fact that is cleared holds no more, and can be cleared twice', async () => {
  const safety = await open()
  await safety.setFact('go', { actor: 'alice' })
  expect(await safety.clearFact('go')).toBe(true)
  expect(await safety.clearFact('go')).toBe(false)
  expect((await open()).holding()).toEqual([])
})

test('a fact that no rule asks for any more is shown while it holds', async () => {
  const safety = await open()
  await safety.setFact('go', { actor: 'alice' })
  safety.served(read('{}'))
  expect(safety.factNames()).toEqual(['go'])
  await safety.clearFact('go')
  expect(safety.factNames()).toEqual([])
})

test('who moved what is remembered over a restart', async () => {
  const calm = read('{ calm: { wait: 5m } }')
  const safety = await open(calm)
  safety.pass({ forced: down('east') }, NO_LICENCE)
  inForce = down('east')
  await safety.close()
  now += 299_000
  const again = await open(calm)
  expect(broken(() => again.pass({ forced: down('east', 'west') }, NO_LICENCE))).toEqual(['calm'])
  now += 1000
  expect(broken(() => again.pass({ forced: down('east', 'west') }, NO_LICENCE))).toEqual([])
  await again.close()
})

test('what was only asked about is not remembered as a move', async () => {
  const safety = await open(read('{ calm: { wait: 5m } }'))
  safety.judge({ forced: down('east') })
  expect(broken(() => safety.pass({ forced: down('west') }, NO_LICENCE))).toEqual([])
  await safety.close()
})

test('while an edit is being written, words of operators are judged as if it were in force', async () => {
  const safety = await open(read('{ one: { at-least: 1 } }'))
  const passed = safety.passDocument(read('{ one: { at-least: 1 } }', ', enabled: false'), NO_LICENCE)
  expect(broken(() => safety.pass({ forced: down('west') }, NO_LICENCE))).toEqual(['one'])
  passed.settle(false)
  expect(broken(() => safety.pass({ forced: down('west') }, NO_LICENCE))).toEqual([])
  await safety.close()
})

test('an edit that somebody asked about is no surprise when it comes into force; one by hand is', async () => {
  const safety = await open(read('{ two: { at-least: 2 } }'))
  const asked = read('{ two: { at-least: 2 } }', ', enabled: false')
  const passed = safety.passDocument(asked, { rules: ['two'], scopes: [] })
  expect(passed.overrode).toEqual(['two'])
  expect(safety.served(asked)).toEqual([])
  passed.settle(true)
  safety.served(read('{ two: { at-least: 2 } }'))
  expect(safety.served(read('{ two: { at-least: 2 } }', ', enabled: false'))).toMatchObject([{ rule: 'two' }])
  expect(safety.broken()).toMatchObject([{ rule: 'two' }])
  await safety.close()
})

test('a disk that takes nothing is told of, and the fact holds all the same', async () => {
  const safety = await open()
  await rm(folder, { recursive: true })
  await writeFile(folder, 'no folder')
  await safety.setFact('go', { actor: 'alice' })
  expect(problems).toEqual(['facts hold, but would not survive a restart'])
  expect(safety.judge({ forced: down('east') })).toEqual([])
})

test.each([
  [{}],
  [{ facts: [], moves: { east: 'x' } }],
  [{ facts: [{ name: 'go' }], moves: {} }],
  [{ facts: [{ name: 'go', actor: 'a', at: 1, expiresAt: 'soon' }], moves: {} }],
])('%j is not taken for what a node has kept', async value => {
  await writeFile(path(), JSON.stringify({ form: 1, value }))
  await expect(open()).rejects.toThrow('is damaged')
})

/** Nodes of a fleet, over one value that they share. */
function nodes(kept: SharedValue<typeof Safety.NONE>, document = read(RULES)): readonly [Safety, Safety] {
  const node = () =>
    new Safety({
      kept,
      document,
      health: () => new Map(),
      forced: () => inForce,
      world: () => undefined,
      onProblem: sentence => void problems.push(sentence),
      now: () => now,
    })
  return [node(), node()]
}

test('a fact that was told on one node of a fleet opens the gate on another, and shuts it again', async () => {
  const [a, b] = nodes(new OwnValue(path(), Safety.NONE))
  expect(broken(() => b.pass({ forced: down('east') }, NO_LICENCE))).toEqual(['gate'])
  await a.setFact('go', { actor: 'alice' })
  expect(broken(() => b.pass({ forced: down('east') }, NO_LICENCE))).toEqual([])
  expect(await b.clearFact('go')).toBe(true)
  expect(await a.clearFact('go')).toBe(false)
  expect(a.holding()).toEqual([])
})

test('who moved what is remembered for all nodes, and one move is written down once', async () => {
  const kept = new OwnValue(path(), Safety.NONE)
  let writes = 0
  kept.onChange(() => void writes++)
  const [a, b] = nodes(kept, read('{ slow: { wait: 10m } }'))
  a.pass({ forced: down('east') }, NO_LICENCE)
  expect(broken(() => b.pass({ forced: down('east') }, NO_LICENCE))).toEqual(['slow'])
  now += 600_000
  const edited = read('{ slow: { wait: 10m } }', ', weight: 3')
  expect(a.served(edited)).toEqual([])
  now += 100
  b.served(edited)
  expect(writes).toBe(2)
  expect(kept.current().moves).toEqual({ east: START + 600_000 })
  await kept.settled()
})

test('where the fleet cannot be told, a fact is refused, and what was moved here is known here all the same', async () => {
  const away: SharedValue<typeof Safety.NONE> = {
    current: () => Safety.NONE,
    update: () => Promise.reject(new StoreAway('cut off')),
    onChange: () => undefined,
    settled: async () => undefined,
  }
  const [a] = nodes(away, read('{ slow: { wait: 10m }, gate: { facts: { go: true } } }'))
  await expect(a.setFact('go', { actor: 'alice' })).rejects.toThrow(StoreAway)
  expect(a.holding()).toEqual([])
  a.served(read('{ slow: { wait: 10m } }', ', weight: 3'))
  expect(broken(() => a.pass({ forced: down('east') }, NO_LICENCE))).toEqual(['slow'])
  await Promise.resolve()
  expect(problems).toEqual(['who moved what would not be remembered after a restart'])
})
