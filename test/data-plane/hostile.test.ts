// Hostile input: whatever comes, the line does not throw, and what it sends back is sound.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HostileWorld, hostilePacket, NAMES, type Random, seeded, wrongWith } from './hostile-world.js'

let world: HostileWorld
beforeAll(async () => {
  world = await HostileWorld.make()
})
afterAll(() => world.stop())

const TRANSPORTS = ['udp', 'tcp'] as const

function check(packet: Uint8Array): void {
  for (const transport of TRANSPORTS) {
    const wrong = wrongWith(packet, world.respond(packet, transport), transport)
    if (wrong !== undefined || world.faults() > 0)
      throw new Error(`${transport}: ${wrong ?? 'the line threw'}: ${Buffer.from(packet).toString('hex')}`)
  }
}

/** Chance as fast-check has it: what fails is made as small as it can be. */
function drawnBy(draw: fc.GeneratorValue): Random {
  const below = (end: number): number => (end < 2 ? 0 : draw(fc.nat, { max: end - 1 }))
  return {
    below,
    chance: probability => below(1000) < probability * 1000,
    pick: list => list[below(list.length)]!, // no list is empty
    bytes: length => Buffer.from(draw(fc.uint8Array, { minLength: length, maxLength: length })),
  }
}

test('2,000 broken queries, each made as small as it can be where it fails: replies are sound, and nothing throws', () => {
  fc.assert(
    fc.property(fc.gen(), draw => check(hostilePacket(drawnBy(draw), NAMES, draw(fc.nat, { max: 65535 })))),
    { numRuns: 2000 },
  )
})

test('any bytes at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), packet => check(packet)),
    { numRuns: 5000 },
  )
})

test('100,000 broken queries', () => {
  const random = seeded(20_260_101)
  for (let i = 0; i < 100_000; i++) check(hostilePacket(random, NAMES, i & 0xffff))
  expect(world.faults()).toBe(0)
})

test('most of them are read as far as the question, and all kinds of replies come back', () => {
  const random = seeded(7)
  const seen = new Map<number, number>()
  for (let i = 0; i < 20_000; i++) {
    const reply = world.respond(hostilePacket(random, NAMES, i), 'udp')
    const code = reply.length === 0 ? -1 : reply[3]! & 15
    seen.set(code, (seen.get(code) ?? 0) + 1)
  }
  // No answer, NOERROR, FORMERR, NXDOMAIN, NOTIMP, REFUSED: each of them often.
  for (const code of [-1, 0, 1, 3, 4, 5]) expect(seen.get(code) ?? 0, `code ${code}`).toBeGreaterThan(100)
})

test('a response is never answered, whatever else it is', () => {
  const random = seeded(8)
  for (let i = 0; i < 20_000; i++) {
    const packet = hostilePacket(random, NAMES, i)
    if (packet.length > 2) packet[2]! |= 0x80
    if (TRANSPORTS.some(transport => world.respond(packet, transport).length > 0))
      throw new Error(`it was answered: ${packet.toString('hex')}`)
  }
})
