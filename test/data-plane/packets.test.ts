// The packets of test/packets, through the line.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeMessage } from '../../src/dns/message.js'
import { rcodeName } from '../../src/dns/numbers.js'
import { HostileWorld, wrongWith } from './hostile-world.js'

const FOLDER = fileURLToPath(new URL('../packets', import.meta.url))

const PACKETS = readdirSync(FOLDER)
  .filter(file => file.endsWith('.packet'))
  .map(file => {
    const [what = '', comesBack = '', ...lines] = readFileSync(join(FOLDER, file), 'utf8').split('\n')
    const bytes = Buffer.from(lines.join('').replaceAll(/\s/g, ''), 'hex')
    return { file, what: what.replace(/^# /, ''), comesBack: comesBack.replace(/^# /, ''), bytes }
  })

let world: HostileWorld
beforeAll(async () => {
  world = await HostileWorld.make()
})
afterAll(() => world.stop())

test('there are packets', () => {
  expect(PACKETS.length).toBeGreaterThan(50)
})

test.each(PACKETS)('$file: $what → $comesBack', ({ bytes, comesBack }) => {
  for (const transport of ['udp', 'tcp'] as const) {
    const reply = world.respond(bytes, transport)
    expect(wrongWith(bytes, reply, transport)).toBeUndefined()
    expect(reply.length === 0 ? 'no answer' : rcodeName(decodeMessage(reply).rcode)).toBe(comesBack)
  }
  expect(world.faults()).toBe(0)
})

test.each(PACKETS)('$file, cut anywhere, harms nobody', ({ bytes }) => {
  for (let length = 0; length < bytes.length; length++)
    for (const transport of ['udp', 'tcp'] as const) {
      const cut = bytes.subarray(0, length)
      expect(wrongWith(cut, world.respond(cut, transport), transport)).toBeUndefined()
    }
  expect(world.faults()).toBe(0)
})
