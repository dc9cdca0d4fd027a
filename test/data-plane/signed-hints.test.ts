// Hints that follow a steered name, in signed zones: whatever they come to is signed, and before it is asked for.
import { afterAll, expect, test } from 'vitest'
import type { Health } from '../../src/control-plane/health/health.js'
import type { Message } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE, typeNumber } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { healthOf, readDocument, World } from '../world.js'
import { askSigned, makeKeys, NOW } from './signed-world.js'
import { validate } from './validator.js'

const keys = makeKeys()
afterAll(() => keys.remove())

const ADDRESSES = ['192.0.2.1', '192.0.2.2', '2001:db8::1', '192.0.2.4', '2001:db8::4', '192.0.2.7'] as const
const HINTED = '{ type: HTTPS, data: 1 . alpn=h2, hints: steer }'
const document = (denial: string) =>
  readDocument(`
regions:
  a: { addresses: [192.0.2.1, 192.0.2.2, "2001:db8::1"], location: [35.68, 139.69] }
  b: { addresses: [192.0.2.4, "2001:db8::4"], location: [52.52, 13.4] }
  c: { addresses: [192.0.2.7], location: [1.3, 103.8] }
policies:
  two: [distance, take: 2]
  shared: [{ spread: { within: '30000km' } }]
  some: [{ spread: { within: '30000km' } }, take: 2]
zones:
  example.com:
    dnssec: { denial: ${denial} }
    nameservers: [ns.example.net]
    records:
      one: [ { steer: nearest }, ${HINTED} ]
      two: [ { steer: two, regions: [b, a, c] }, ${HINTED} ]
      all: [ { steer: all }, ${HINTED} ]
      shared: [ { steer: shared }, ${HINTED} ]
      some: [ { steer: some }, ${HINTED} ]
      fixed: [ { steer: nearest, when-all-down: { fixed: [192.0.2.99, "2001:db8::99"] } }, ${HINTED} ]
      failing: [ { steer: nearest, when-all-down: servfail }, ${HINTED} ]
      four: [ { steer: nearest, regions: [c] }, { type: SVCB, data: 1 ., hints: steer } ]
      "*.wild": [ { steer: nearest }, ${HINTED} ]
      "@": [ { type: ALIAS, data: one.example.com. }, ${HINTED} ]
      _8443._https.one: [ { type: HTTPS, data: 1 one port=8443, hints: steer }, { type: HTTPS, data: 2 backup.example.net. } ]
      elsewhere: { type: HTTPS, data: 1 api.other.example., hints: steer }
  other.example:
    nameservers: [ns.example.net]
    records: { api: { steer: two, when-all-down: nodata } }
`)

const OWNERS = [
  'one',
  'two',
  'all',
  'shared',
  'some',
  'fixed',
  'failing',
  'four',
  'q.wild',
  '@',
  '_8443._https.one',
  'elsewhere',
]
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
]
const CLIENTS = ['133.11.2.0/24', '128.143.2.0/24', '8.8.8.0/24']

const nameOf = (owner: string): string => (owner === '@' ? 'example.com' : `${owner}.example.com`)
const typeOf = (owner: string): string => (owner === 'four' ? 'SVCB' : 'HTTPS')

const without = (health: Health, down: readonly string[]): Health =>
  new Map(
    [...health].map(([id, all]) => [id, all.map(one => (down.includes(one.address) ? { ...one, up: false } : one))]),
  )

const dataOf = ({ answers }: Message, type: string): readonly string[] =>
  answers.filter(answer => answer.type === typeNumber(type)).map(({ type, rdata }) => formatRdata(type, rdata))

function judge(world: World, owner: string, subnet: string): void {
  const [name, type] = [nameOf(owner), typeOf(owner)]
  const signed = askSigned(world, name, type, { subnet })
  validate(signed, { name: parseName(name), type: typeNumber(type)! }, keys.anchors(world.document), NOW)
  const plain = askSigned(world, name, type, { subnet, dnssecOk: false })
  expect(dataOf(plain, type), name).toEqual(dataOf(signed, type))
  expect(plain.answers.every(answer => answer.type !== TYPE.RRSIG)).toBe(true)
  expect(signed.edns?.subnet?.scope).toBe(plain.edns?.subnet?.scope)
}

test.each([
  ['nsec', 2 ** ADDRESSES.length],
  ['nsec3', 4],
  ['compact', 4],
])(
  'whichever addresses are down, nothing is signed for it, and all hints are secure: %s',
  async (denial, sets) => {
    const world = await World.of(document(denial), NETWORKS, new Map(), { ...keys.signing, ahead: true })
    await world.publisher.signAhead()
    const { made } = world.publisher.signatureCounts()
    for (let set = 0; set < sets; set++) {
      const down = ADDRESSES.filter((_, bit) => set & (1 << bit))
      world.publisher.setHealth(without(healthOf(world.document, []), down))
      for (const owner of OWNERS) for (const client of CLIENTS) judge(world, owner, client)
      // Of several regions at once that are partly down some are signed when it comes to that.
      if (down.length <= 1) expect(world.publisher.signatureCounts().made, `without ${down.join(', ')}`).toBe(made)
    }
    expect(world.totals().scalars['faults']).toBe(0)
  },
  60_000,
)

test('they are the addresses that the name has for the client', async () => {
  const world = await World.of(document('nsec'), NETWORKS, new Map(), keys.signing)
  for (const owner of ['one', 'two', 'all', '@'])
    for (const subnet of CLIENTS) {
      const [hinted] = dataOf(askSigned(world, nameOf(owner), 'HTTPS', { subnet }), 'HTTPS')
      for (const [type, key] of [
        ['A', 'ipv4hint'],
        ['AAAA', 'ipv6hint'],
      ] as const) {
        const addresses = dataOf(askSigned(world, nameOf(owner), type, { subnet }), type)
        const hints = new RegExp(`${key}=([^ ]*)`).exec(hinted!)?.[1]?.split(',') ?? []
        expect(hints.toSorted(), `${owner} ${key}`).toEqual(addresses.toSorted())
      }
    }
})

test('ANY, and a question for signatures, are not answered with what was never signed', async () => {
  for (const denial of ['nsec', 'nsec3', 'compact']) {
    const world = await World.of(document(denial), NETWORKS, new Map(), keys.signing)
    const asked = { name: parseName('elsewhere.example.com'), type: TYPE.ANY }
    validate(askSigned(world, 'elsewhere.example.com', 'ANY'), asked, keys.anchors(world.document), NOW)
    expect(dataOf(askSigned(world, 'elsewhere.example.com', 'RRSIG'), 'RRSIG').join()).not.toMatch(/^HTTPS/)
  }
})
