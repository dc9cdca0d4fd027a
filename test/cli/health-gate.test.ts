// The gate that keepalived, BIRD and ExaBGP go by: what is ready, and what is told when.
import { expect, test } from 'vitest'
import { faultOf, type Gate, watchGate } from '../../src/cli/health-gate.js'
import { healthGate } from '../../src/cli/health-gate-verb.js'
import { readCall, UsageError } from '../../src/cli/verb.js'
import { encodeQuery } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'

const ZONE = parseName('example.com.')

/** The query as an answer: with these flags and this rcode, and with the SOA where it is wished for. */
function reply(query: Uint8Array, { flags = 0x84, rcode = 0, soa = true }): Uint8Array {
  const head = Buffer.from(query)
  head[2] = flags
  head[3] = rcode
  head[7] = soa ? 1 : 0
  const record = Buffer.from(`c00c00060001000000000016${'00'.repeat(22)}`, 'hex')
  return soa ? Buffer.concat([head, record]) : head
}

test.each([
  ['is answered with authority', {}, undefined],
  ['comes from a cache', { flags: 0x80 }, 'example.com.: answers without authority'],
  ['is refused', { rcode: 5, soa: false }, 'example.com.: answers with REFUSED'],
  ['fails', { rcode: 2, soa: false }, 'example.com.: answers with SERVFAIL'],
  ['is not there', { soa: false }, 'example.com.: has no SOA in its answer'],
])('an SOA that %s is judged so', async (_, shape, fault) => {
  expect(
    await faultOf(
      [ZONE],
      () => 7,
      async query => reply(query, shape),
    ),
  ).toBe(fault)
})

test('one zone of two that is not answered is a fault', async () => {
  const answers = [async (query: Uint8Array) => reply(query, {}), async () => undefined]
  expect(
    await faultOf(
      [ZONE, parseName('example.net.')],
      () => 7,
      query => answers.shift()!(query),
    ),
  ).toBe('example.net.: does not answer')
})

test('an answer that is no message is a fault', async () => {
  const cut = encodeQuery({ name: ZONE, type: TYPE.SOA, id: 7 }).subarray(0, 14)
  expect(
    await faultOf(
      [ZONE],
      () => 7,
      async () => reply(cut, {}).subarray(0, 14),
    ),
  ).toMatch(/what is no message/)
})

/** A look a second, each passing where its letter is `+`; what is told, and when, in ms. `refusals` are the first that fail. */
async function story(looks: string, refusals = 0): Promise<readonly string[]> {
  const told: string[] = []
  const end = new AbortController()
  let [look, now, refused] = [0, 0, 0]
  const gate: Gate = {
    everyMs: 1000,
    rise: 2,
    fall: 2,
    look: async () => (looks[look++] === '+' ? undefined : 'does not answer'),
    tell: async up => {
      if (refused++ < refusals) throw new Error('no daemon')
      told.push(`${now} ${up ? 'ready' : 'lost'}`)
    },
    complain: text => void told.push(`${now} ${text}`),
    pause: async ms => {
      now += ms
      if (look === looks.length) end.abort()
    },
    now: () => now,
  }
  await watchGate(gate, end.signal)
  return told
}

test.each([
  ['the first look is believed at once', '+', ['0 ready', '1000 lost']],
  ['a node that does not answer yet is lost at once', '-', ['0 lost', '1000 lost']],
  ['one failure is borne', '+-++', ['0 ready', '3200 lost']],
  ['a second one, looked for sooner, is not', '+--', ['0 ready', '1200 lost', '2200 lost']],
  ['two answers in a row bring it back', '--++', ['0 lost', '3000 ready', '4000 lost']],
])('%s', async (_, looks, told) => {
  expect(await story(looks)).toEqual(told)
})

test('what is so is told every ten seconds', async () => {
  expect(await story('+'.repeat(21))).toEqual(['0 ready', '10000 ready', '20000 ready', '21000 lost'])
})

test('what could not be told is told after the next look', async () => {
  expect(await story('+++', 2)).toEqual(['0 no daemon', '1000 no daemon', '2000 ready', '3000 lost'])
})

test.each([
  [[], /name a zone/],
  [['example..com'], /is no name/],
  [['example.com', '--port', '0'], /--port is a number/],
  [['example.com', '--watch'], /--ready COMMAND and --lost COMMAND/],
  [['example.com', '--ready', 'true'], /--ready is for --watch/],
])('%j makes no sense', async (words, why) => {
  const outcome = await healthGate.run(readCall(healthGate, words)).catch((error: unknown) => error)
  expect(outcome).toBeInstanceOf(UsageError)
  expect(String(outcome)).toMatch(why)
})
