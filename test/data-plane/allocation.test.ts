import { afterAll, expect, test } from 'vitest'
import { CookieGuard, makeSecretTable, setSecrets } from '../../src/data-plane/cookie-guard.js'
import { makeCounters } from '../../src/data-plane/counters.js'
import { Peer } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { SampleRhythm } from '../../src/data-plane/sample-rhythm.js'
import { makeSampleRing } from '../../src/data-plane/sample-ring.js'
import { Sampler } from '../../src/data-plane/sampler.js'
import { parsePrefix } from '../../src/dns/address.js'
import { encodeQuery } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { CLASS, OPTION, TYPE } from '../../src/dns/numbers.js'
import { healthOf, query, readDocument, World } from '../world.js'
import { garbageOf } from './garbage.js'
import { makeKeys } from './signed-world.js'

const zoneDeniedBy = (denial: string): string => `
  ${denial}.example:
    dnssec: { denial: ${denial} }
    nameservers: [ns1.example.com]
    records:
      api: { steer: nearest, regions: [east, twin, tokyo] }
      lb: { steer: nearest, regions: [lb] }
      alias: { type: ALIAS, data: api }
      www: { type: CNAME, data: api }
      old: { type: DNAME, data: ${denial}.example. }
      "*.wild": { type: A, data: 198.51.100.4 }
      child: { type: NS, data: ns1.example.com. }
      deep.down: { type: TXT, data: x }
`
const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1, "2001:db8::1"] }
  twin: { location: [38.9, -77], addresses: [192.0.2.2], weight: 50 }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.4, "2001:db8::4"] }
  lb: { target: api.example.com }
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      "@": { type: MX, data: "10 ns1" }
      ns1: { type: A, data: 198.51.100.1 }
      api: { steer: nearest, regions: [east, twin, tokyo] }
      lb: { steer: nearest, regions: [lb] }
      alias: { type: ALIAS, data: api }
      old: { type: DNAME, data: example.com. }
      www: { type: CNAME, data: api }
      "*.wild": { type: A, data: 198.51.100.4 }
      child: { type: NS, data: ns1 }
      svc: [ { steer: nearest, regions: [east, twin, tokyo] }, { type: HTTPS, data: 1 . alpn=h2, hints: steer } ]
      _8443._https.svc:
        - { type: HTTPS, data: 1 svc alpn=h2 port=8443 key667=abc, hints: steer }
        - { type: HTTPS, data: 2 svc port=8443 }
      away: { type: HTTPS, data: 0 svc }
${['nsec', 'nsec3', 'compact'].map(zoneDeniedBy).join('')}`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
]
const SUBNET = parsePrefix('133.11.2.0/24')!
const QUERIES = [
  query('api.example.com', 'A', '133.11.2.0/24'),
  query('API.example.com', 'A', '128.143.2.0/24'),
  query('api.example.com', 'AAAA', '2400:1::/48'),
  query('api.example.com', 'A', '10.1.2.0/24'),
  query('api.example.com', 'A', undefined, false),
  query('www.example.com', 'A', '133.11.2.0/24'),
  query('x.wild.example.com', 'A'),
  query('example.com', 'MX'),
  query('x.child.example.com', 'A'),
  query('nowhere.example.com', 'A', '133.11.2.0/24'),
  query('example.com', 'TXT'),
  query('lb.example.com', 'A', '133.11.2.0/24'),
  query('alias.example.com', 'A', '133.11.2.0/24'),
  query('api.old.example.com', 'A', '133.11.2.0/24'),
  query('x.child.old.old.example.com', 'A'),
  query('example.org', 'A'),
  Uint8Array.from(query('api.example.com', 'A')).fill(0xff, 30),
]
const asking = (name: string, type: number, subnet: string, dnssecOk: boolean): Uint8Array =>
  encodeQuery({ name: parseName(name), type, edns: { dnssecOk }, subnet: parsePrefix(subnet)! })
const HINTS = ['133.11.2.0/24', '128.143.2.0/24', '2400:1::/48'].flatMap(subnet =>
  ['svc', '_8443._https.svc', 'away'].map(name => asking(`${name}.example.com`, TYPE.HTTPS, subnet, false)),
)
const SIGNED = ['nsec.example', 'nsec3.example', 'compact.example'].flatMap(zone => [
  ...(
    ['api', 'www', 'alias', 'lb', 'x.wild', 'api.old', 'x.child', 'nowhere', 'x.deep.down', 'down', ''] as const
  ).flatMap(name =>
    [TYPE.A, TYPE.TXT, TYPE.SOA].map(type =>
      asking(`${name === '' ? '' : `${name}.`}${zone}`, type, '133.11.2.0/24', true),
    ),
  ),
  asking(`child.${zone}`, TYPE.DS, '133.11.2.0/24', true),
  asking(zone, TYPE.DNSKEY, '133.11.2.0/24', true),
])
/** A client that knows no cookie yet, one that sends a good one, one that sends an old one, and whatever else can be asked for. */
const COOKIES = [
  '2464c4abcf10c957',
  '2464c4abcf10c957010000005cf79f111f8130c3eee29480',
  '2464c4abcf10c957010000005cf00000000000000000000f',
]
const OPTIONS = [
  ...COOKIES.map(text => ({ code: OPTION.COOKIE, data: Buffer.from(text, 'hex') })),
  ...[OPTION.NSID, OPTION.PADDING, OPTION.TCP_KEEPALIVE, OPTION.ZONE_VERSION].map(code => ({
    code,
    data: new Uint8Array(0),
  })),
].map(option => encodeQuery({ name: parseName('api.example.com'), type: TYPE.A, subnet: SUBNET, options: [option] }))
const CHAOS = encodeQuery({ name: parseName('id.server'), type: TYPE.TXT, qclass: CLASS.CH, edns: true })
const SLOT = 2048
const MILLION = 1_000_000
/** A busy machine takes longer, and what is looked for is no time. */
const PATIENCE_MS = 180_000

const keys = makeKeys()
afterAll(() => keys.remove())

test.each([
  ['answers of every kind', QUERIES],
  ['answers with cookies and other options', [...OPTIONS, CHAOS]],
  ['answers with hints', HINTS],
  ['signed answers and denials', SIGNED],
])(
  'a million %s leave nothing for the garbage collector, also when all regions are down',
  async (_, queries) => {
    const world = await World.of(readDocument(DOCUMENT), NETWORKS, new Map(), keys.signing)
    world.publisher.setHealth(healthOf(world.document, ['tokyo'], 20_000))
    await world.widened()
    const up = world.publisher.current()!.snapshot
    world.publisher.setHealth(healthOf(world.document, ['east', 'twin', 'tokyo'], 20_000))
    await world.widened()
    const down = world.publisher.current()!.snapshot
    const secrets = makeSecretTable()
    setSecrets(secrets, [new Uint8Array(16), Buffer.from('e5e973e5a6b2a43f48e7dc849e37bfcf', 'hex')])
    const cookies = new CookieGuard(secrets, 'always')
    const responder = new Responder(up, makeCounters(), undefined, {
      cookies,
      identity: { server: 'fra-1' },
      rotate: true,
      sampler: new Sampler(makeSampleRing(true), new SampleRhythm(4, 1)),
    })
    const peer = new Peer()
    peer.set(Uint8Array.of(198, 51, 100, 100))
    const arena = new Uint8Array(new SharedArrayBuffer(SLOT))

    const answer = (count: number): number => {
      let bytes = 0
      for (let i = 0; i < count; i++) {
        const query = queries[i % queries.length]!
        for (let k = 0; k < query.length; k++) arena[k] = query[k]!
        responder.snapshot = i % 1000 < 500 ? up : down
        if (i % 64 === 0) responder.setTime(1559731985_000 + i)
        bytes += responder.respond(arena, 0, query.length, peer)
      }
      return bytes
    }
    answer(300_000)
    let bytes = 0
    const { collections, grown } = await garbageOf(() => {
      bytes = answer(MILLION)
    })

    expect(bytes / MILLION).toBeGreaterThan(40)
    expect(collections).toBe(0)
    // A single object a query would be tens of millions of bytes.
    expect(grown).toBeLessThan(MILLION)
  },
  PATIENCE_MS,
)
