import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { decodeMessage } from '../../../src/dns/message.js'
import { bareReply } from '../../../src/dns/message-reply.js'
import { OPCODE, RCODE, rcodeName, TYPE, typeName } from '../../../src/dns/numbers.js'
import { findTsig, TSIG_ERROR } from '../../../src/dns/tsig.js'
import { signRequest } from '../../../src/dns/tsig-check.js'
import { ACME, DOCUMENT, OfficeWorld, question, recordsIn, rr, XFER } from './world.js'

let world: OfficeWorld
beforeEach(async () => {
  world = await OfficeWorld.make()
})
afterEach(() => world.close())

const AXFR = question(TYPE.AXFR)
const SECONDARY = { sender: '192.0.2.53' }
const rcodeOf = ([answer]: readonly Uint8Array[]): string => rcodeName(decodeMessage(answer!).rcode)
const typesIn = (messages: readonly Uint8Array[]): string[] => recordsIn(messages).map(({ type }) => typeName(type))

/** Many records, so that a transfer takes many messages. */
const large = (text: string): string =>
  text.replace(
    '    records:\n',
    `    records:\n${Array.from({ length: 900 }, (_, i) => `      n${i}: { type: TXT, data: '"${'x'.repeat(100)}"' }\n`).join('')}`,
  )

describe('AXFR', () => {
  test('begins and ends with the SOA, and has the static view between', async () => {
    const messages = await world.ask(AXFR, SECONDARY)
    expect(typesIn(messages)).toEqual(['SOA', 'NS', 'A', 'TXT', 'TXT', 'MX', 'MX', 'A', 'SOA'])
    expect(decodeMessage(messages[0]!)).toMatchObject({ id: 5, authoritative: true, questions: [{ type: TYPE.AXFR }] })
  })

  test.each([
    // sender, key, rcode
    ['192.0.2.53', undefined, 'NOERROR'],
    ['2001:db8:1::1', undefined, 'NOERROR'],
    ['198.51.100.7', XFER, 'NOERROR'],
    ['198.51.100.7', undefined, 'REFUSED'],
    ['198.51.100.7', ACME, 'REFUSED'],
    ['192.0.2.54', undefined, 'REFUSED'],
  ])('from %s with the key %j is %s', async (sender, key, rcode) => {
    const request = key === undefined ? AXFR : signRequest(AXFR, key, world.now)
    expect(rcodeOf(await world.ask(request, { sender }))).toBe(rcode)
  })

  test('of a zone that nobody may have is REFUSED, of one that is not ours NOTAUTH', async () => {
    expect(rcodeOf(await world.ask(question(TYPE.AXFR, undefined, 'other.example.'), SECONDARY))).toBe('REFUSED')
    expect(rcodeOf(await world.ask(question(TYPE.AXFR, undefined, 'host.example.com.'), SECONDARY))).toBe('NOTAUTH')
    expect(rcodeOf(await world.ask(question(TYPE.AXFR, undefined, 'example.net.'), SECONDARY))).toBe('NOTAUTH')
  })

  test('does not exist by UDP', async () => {
    expect(rcodeOf(await world.ask(AXFR, { ...SECONDARY, transport: 'udp' }))).toBe('REFUSED')
  })

  test('of a large zone takes many messages, and is of one moment whatever happens meanwhile', async () => {
    await world.rewrite(large)
    const answers = world.office.answer({ message: AXFR, sender: Uint8Array.of(192, 0, 2, 53), transport: 'tcp' })
    const messages = [(await answers.next()).value as Uint8Array]
    await world.rewrite(text => text.replaceAll('x'.repeat(100), 'y'))
    for await (const message of answers) messages.push(message)
    expect(messages.length).toBeGreaterThan(5)
    const records = recordsIn(messages)
    expect(records).toHaveLength(909)
    expect(records[0]).toEqual(records.at(-1))
    expect(records.filter(({ type, rdata }) => type === TYPE.TXT && rdata.length > 90)).toHaveLength(900)
  })

  test('that is signed is signed in each message', async () => {
    await world.rewrite(large)
    const messages = await world.ask(signRequest(AXFR, XFER, world.now))
    expect(messages.every(message => findTsig(message).kind === 'tsig')).toBe(true)
  })
})

describe('IXFR', () => {
  test('from the serial before has only what has changed, between the SOA of then and now', async () => {
    const before = world.serial()
    world.now += 10
    await world.rewrite(text => text.replace('192.0.2.80', '192.0.2.81'))
    const messages = await world.ask(question(TYPE.IXFR, before), SECONDARY)
    expect(typesIn(messages)).toEqual(['SOA', 'SOA', 'A', 'SOA', 'A', 'SOA'])
  })

  test('from older serials has each step', async () => {
    const before = world.serial()
    for (const last of [81, 82, 83]) await world.rewrite(text => text.replace(/192\.0\.2\.8\d/, `192.0.2.${last}`))
    expect(typesIn(await world.ask(question(TYPE.IXFR, before), SECONDARY))).toHaveLength(2 + 3 * 4)
    expect(typesIn(await world.ask(question(TYPE.IXFR, before + 2), SECONDARY))).toHaveLength(2 + 4)
  })

  test('from the present serial, or a newer one, is the SOA alone', async () => {
    for (const serial of [world.serial(), world.serial() + 1])
      expect(typesIn(await world.ask(question(TYPE.IXFR, serial), SECONDARY))).toEqual(['SOA'])
  })

  test('from a serial that is not known is the whole zone', async () => {
    expect(typesIn(await world.ask(question(TYPE.IXFR, world.serial() - 5), SECONDARY))).toHaveLength(9)
  })

  test('by UDP that does not fit is the SOA alone', async () => {
    const udp = { ...SECONDARY, transport: 'udp' } as const
    expect(typesIn(await world.ask(question(TYPE.IXFR, 1), udp)).length).toBeGreaterThan(1)
    await world.rewrite(large)
    const messages = await world.ask(question(TYPE.IXFR, 1), udp)
    expect(typesIn(messages)).toEqual(['SOA'])
    expect(messages[0]!.length).toBeLessThan(512)
  })

  test('without a serial is FORMERR, and who may not have the zone gets none of it', async () => {
    expect(rcodeOf(await world.ask(question(TYPE.IXFR), SECONDARY))).toBe('FORMERR')
    expect(rcodeOf(await world.ask(question(TYPE.IXFR, 1)))).toBe('REFUSED')
  })
})

test.each([
  // origin, rcode
  ['example.com.', 'REFUSED'],
  ['example.net.', 'NOTAUTH'],
])('NOTIFY of %s is %s: we are the primary', async (origin, rcode) => {
  const notify = question(TYPE.SOA, undefined, origin)
  notify[2] = OPCODE.NOTIFY << 3
  const answers = await world.ask(notify)
  expect(rcodeOf(answers)).toBe(rcode)
  expect(decodeMessage(answers[0]!)).toMatchObject({ opcode: OPCODE.NOTIFY, questions: [{ type: TYPE.SOA }] })
})

describe('an ordinary query that is signed', () => {
  const QUERY = question(TYPE.A)

  test('is answered by the line, and signed', async () => {
    const [answer] = await world.ask(signRequest(QUERY, XFER, world.now), { transport: 'udp' })
    expect(findTsig(answer!)).toMatchObject({ kind: 'tsig', tsig: { error: 0, key: XFER.name } })
    expect(decodeMessage(answer!)).toMatchObject({ rcode: RCODE.NOERROR, truncated: false })
  })

  test('whose answer does not fit with its signature is told to come by TCP', async () => {
    world.line = query => Uint8Array.from([...bareReply(query, RCODE.NOERROR), ...new Uint8Array(450)])
    const [answer] = await world.ask(signRequest(QUERY, XFER, world.now), { transport: 'udp' })
    expect(answer!.length).toBeLessThanOrEqual(512)
    expect(decodeMessage(answer!)).toMatchObject({ truncated: true, answers: [] })
  })

  test.each([
    ['BADSIG', { ...XFER, name: ACME.name }, 0, TSIG_ERROR.badSignature],
    ['BADTIME', XFER, 301, TSIG_ERROR.badTime],
  ])('with %s gets NOTAUTH and nothing else', async (_, key, late, error) => {
    const request = signRequest(QUERY, key, world.now)
    world.now += late
    const [answer] = await world.ask(request, { transport: 'udp' })
    expect(decodeMessage(answer!)).toMatchObject({ rcode: RCODE.NOTAUTH, answers: [] })
    expect(findTsig(answer!)).toMatchObject({ kind: 'tsig', tsig: { error } })
  })
})

test('what cannot be read is FORMERR', async () => {
  const update = question(TYPE.SOA)
  update[2] = OPCODE.UPDATE << 3
  update[7] = 3
  expect(rcodeOf(await world.ask(update))).toBe('FORMERR')
})

describe('the serial', () => {
  test('stays where nothing changes that a secondary sees, and grows where something does', async () => {
    const first = world.serial()
    world.now += 100
    await world.rewrite(text => `${text}# a comment\n`)
    expect(world.serial()).toBe(first)
    await world.rewrite(text => text.replace('[192.0.2.1]', '[192.0.2.1], description: x'))
    expect(world.serial()).toBe(first)
    await world.rewrite(text => text.replace('[192.0.2.1]', '[192.0.2.2]'))
    expect(world.serial()).toBe(world.now)
    await world.rewrite(text => text.replace('192.0.2.80', '192.0.2.81'))
    expect(world.serial()).toBe(world.now + 1)
  })

  test('goes on from what was written, where it is not written any more', async () => {
    await world.rewrite(text => text.replace('    transfer:', '    soa: { serial: 2026010100 }\n    transfer:'))
    expect(world.serial()).toBe(2026010100)
    await world.rewrite(() => DOCUMENT)
    expect(world.serial()).toBe(2026010101)
  })
})

test('a record that is added and taken out again leaves two differences', async () => {
  const before = world.serial()
  const add = rr('_acme-challenge', 'IN', 'TXT', '"x"', 60)
  await world.update({ changes: [add] })
  await world.update({ changes: [rr('_acme-challenge', 'ANY', 'TXT')] })
  const records = recordsIn(await world.ask(question(TYPE.IXFR, before), SECONDARY))
  expect(records.map(({ type }) => typeName(type))).toEqual(['SOA', 'SOA', 'SOA', 'TXT', 'SOA', 'TXT', 'SOA', 'SOA'])
})
