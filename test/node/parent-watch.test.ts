// What a rollover makes of a parent that is away, slow, wrong, or of two minds: real sockets, and the state machine above them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Zone } from '../../src/control-plane/traffic/document/zone.js'
import { dsData } from '../../src/dns/dnssec-key.js'
import { parseName } from '../../src/dns/name.js'
import { RCODE } from '../../src/dns/numbers.js'
import { askParent } from '../../src/node/parent-watch.js'
import { type KeyDesk, openDesk } from '../control-plane/keys/key-desk.js'
import { readDocument } from '../world.js'
import { type Behaviour, cutShort, has, OddParent, reply, says } from './odd-parent.js'

const ORIGIN = parseName('example.com')
const [ONE, TWO, THREE] = ['127.0.41.1', '127.0.41.2', '127.0.41.3'] as const
const DAY = 86_400
const DOCUMENT = readDocument('zones: { example.com: { nameservers: [ns.example.net], dnssec: { split: true } } }')
const ZONE = [...DOCUMENT.zones.values()][0] as Zone // it is written above

let folder: string
let parent: OddParent
let clock: { wall: number }
let desk: KeyDesk
/** DS of the KSK that leaves, and of the one that comes. */
let old: Uint8Array
let fresh: Uint8Array

/** A KSK is being exchanged, and waits for the parent to have the DS of both. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-parent-'))
  parent = await OddParent.start([ONE, TWO, THREE])
  clock = { wall: 1_795_568_400 }
  desk = await openDesk(folder, clock)
  await desk.keys.prepare(DOCUMENT)
  clock.wall += 30 * DAY
  await desk.rollovers.look(DOCUMENT)
  const [ksk] = desk.keys.storedOf(ORIGIN).filter(({ flags }) => flags === 257)
  old = dsData(ORIGIN, ksk!.dnskey, 'SHA256') // it has one
  desk.parent = { ttl: 3600, everywhere: [old], somewhere: [old] }
  await desk.rollovers.begin(ZONE, { kind: 'ksk', emergency: false, actor: 'anna', reason: '' }, DOCUMENT)
  const comes = desk.keys.storedOf(ORIGIN).find(({ file }) => file === desk.keys.rolloverOf(ORIGIN)!.new[0])
  fresh = dsData(ORIGIN, comes!.dnskey, 'SHA256') // it has just been made
  desk.ask = () => askParent(ORIGIN, parent.resolver, clock.wall, parent.ask)
})
afterEach(() => {
  parent.close()
  rmSync(folder, { recursive: true, force: true })
})

const look = async (seconds = 60): Promise<void> => {
  clock.wall += seconds
  await desk.rollovers.look(DOCUMENT)
}
const seen = (): number | undefined => desk.keys.rolloverOf(ORIGIN)!.seen
const stage = (): number => desk.keys.rolloverOf(ORIGIN)!.stage
const why = (): string | undefined => desk.parents.of(ZONE).silence?.why
const both: Behaviour = query => has(old, fresh)(query, false)

/** Once more than it was asked. */
function secondTime(behaviour: Behaviour): Behaviour {
  let times = 0
  return (query, tcp) => (++times > 1 ? behaviour(query, tcp) : undefined)
}
const spoilt = (rdata: Uint8Array): Uint8Array => rdata.map((byte, i) => (i === rdata.length - 1 ? byte ^ 1 : byte))

test.each<[string, () => readonly Behaviour[]]>([
  ['both servers have both', () => [both, both]],
  ['one is asked twice until it answers', () => [both, secondTime(both)]],
  ['one answers by TCP only', () => [both, cutShort(both)]],
  ['one has another DS besides', () => [both, has(old, fresh, spoilt(old))]],
])('the wait for the TTL of the DS begins where %s', async (_, behave) => {
  parent.behaviours.set(ONE, behave()[0]!).set(TWO, behave()[1]!)
  await look()
  expect([seen(), why()]).toEqual([clock.wall, undefined])
})

test.each<[string, () => Behaviour]>([
  ['has the old one only', () => has(old)],
  ['has the new one only', () => has(fresh)],
  ['has none', () => has()],
  ['has one with the right tag and a wrong digest', () => has(old, spoilt(fresh))],
  ['has those of another zone', () => query => reply(query, [old, fresh], { owner: 'example.net.' })],
  [
    'knows no such name',
    () => query => {
      const answer = reply(query, [])
      answer[3]! |= RCODE.NXDOMAIN
      return answer
    },
  ],
])('nothing goes on while one of two servers %s', async (_, behave) => {
  parent.behaviours.set(ONE, both).set(TWO, behave())
  for (let i = 0; i < 3; i++) await look(DAY)
  expect([stage(), seen(), why()]).toEqual([0, undefined, undefined])
  expect(desk.parents.of(ZONE).seen?.servers?.map(({ server }) => server)).toEqual([
    `ns1.com. (${ONE})`,
    `ns2.com. (${TWO})`,
  ])
})

test.each<[string, () => Behaviour, RegExp]>([
  ['says nothing', () => () => undefined, /ns2\.com\. does not tell the DS: 127\.0\.41\.2 does not answer$/],
  ['says SERVFAIL', () => says(RCODE.SERVFAIL), /127\.0\.41\.2 says SERVFAIL, and has no authority$/],
  ['says REFUSED', () => says(RCODE.REFUSED), /127\.0\.41\.2 says REFUSED/],
  [
    'only knows somebody who knows',
    () => query => reply(query, [old, fresh], { authoritative: false }),
    /no authority/,
  ],
  ['says what cannot be read', () => query => both(query, false)!.subarray(0, 40), /answers what cannot be read$/],
  [
    'answers what was not asked',
    () => query => both(query, false)!.map((byte, i) => (i === 13 ? byte ^ 1 : byte)),
    /not asked/,
  ],
  ['cuts its answer short and hangs up', () => cutShort(() => undefined), /127\.0\.41\.2 ends its answer early$/],
])('nothing goes on, and it is said why, where one of two servers %s', async (_, behave, words) => {
  parent.behaviours.set(ONE, both).set(TWO, behave())
  if (words.source.endsWith('does not answer$')) parent.silent.add(TWO)
  await look()
  expect([stage(), seen()]).toEqual([0, undefined])
  expect(why()).toMatch(words)
})

test('where the resolver says nothing of the parent, or that it has no zone, nothing goes on', async () => {
  await look()
  expect(why()).toBe('no zone is above it')
  parent.close()
  parent.silent.add(parent.resolver.host)
  await look()
  expect(why()).toBe('127.0.41.53 does not answer')
  expect([stage(), seen()]).toEqual([0, undefined])
})

test('a parent that takes a DS back begins its wait anew', async () => {
  parent.behaviours.set(ONE, both).set(TWO, both)
  await look()
  const first = seen()
  parent.behaviours.set(TWO, has(old))
  await look()
  expect(seen()).toBeUndefined()
  parent.behaviours.set(TWO, both)
  await look()
  expect(seen()).toBe(first! + 120)
})

test('where the parent is away when its time is over, the stage waits until it has been asked again', async () => {
  parent.behaviours.set(ONE, both).set(TWO, both)
  await look()
  parent.behaviours.set(TWO, () => undefined)
  parent.silent.add(TWO)
  await look(3600 + 300)
  expect(stage()).toBe(0)
  parent.behaviours.set(TWO, both)
  parent.silent.delete(TWO)
  await look()
  expect(stage()).toBe(1)
})

test('where the delegation of the parent moves, its new servers are asked, and the old ones no more', async () => {
  parent.behaviours.set(ONE, has(old)).set(TWO, has(old))
  await look()
  parent.behaviours.delete(ONE)
  parent.behaviours.delete(TWO)
  parent.behaviours.set(THREE, both)
  const before = parent.asked.get(ONE)
  await look()
  expect([seen(), parent.asked.get(ONE)]).toEqual([clock.wall, before])
  expect(desk.parents.of(ZONE).seen?.servers?.map(({ server }) => server)).toEqual([`ns1.com. (${THREE})`])
})

test('the parent of a zone of which nothing is waited for is asked once an hour, and told of where it comes to stand otherwise', async () => {
  parent.behaviours.set(ONE, both).set(TWO, both)
  await desk.parents.look([ZONE])
  const asked = parent.asked.get(ONE)
  await desk.parents.look([ZONE])
  expect(parent.asked.get(ONE)).toBe(asked)
  parent.behaviours.set(ONE, has(spoilt(old))).set(TWO, has(spoilt(old)))
  clock.wall += 3600
  await desk.parents.look([ZONE])
  expect(desk.standings).toEqual(['insecure', 'secure', 'broken'])
})
