// A zone of PowerDNS with LUA records: what it becomes, and that it answers as PowerDNS itself does, beside which it runs.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migratePowerdns } from '../../../src/control-plane/migrate/powerdns.js'
import { readPowerdnsZone } from '../../../src/control-plane/migrate/powerdns-zone.js'
import { decodeMessage, encodeQuery, type Message } from '../../../src/dns/message.js'
import type { TYPE } from '../../../src/dns/numbers.js'
import { ask } from '../../end-to-end/dns-client.js'
import { freePort } from '../../end-to-end/ports.js'
import { until } from '../../end-to-end/server.js'
import { healthOf, World } from '../../world.js'
import { answersOf, drawn } from '../answers.js'
import { databaseFile } from '../geo/mmdb-writer.js'
import { CLIENTS, PLACES, PowerDns } from '../power-dns.js'
import { textOf } from './text.js'

const SAMPLE = readFileSync(new URL('powerdns/example.com.zone', import.meta.url), 'utf8')
const NAMES = ['mail', 'one', 'many', 'every', 'order', 'nets', 'alias', 'none']
const DRAWN = ['', 'shares', 'both', 'port', 'ports', 'sets']
const DRAWN_BY_PLACE = ['place', 'office']
/** What is reached on these is up. */
const UP = ['127.0.9.1', '127.0.9.3', '127.0.9.5', '127.0.9.6', '127.0.9.9']

const migrate = (port: number) =>
  migratePowerdns([readPowerdnsZone('example.com', 'example.com.zone', SAMPLE.replaceAll('PORT', String(port)))])

let world: World
let pdns: PowerDns
const servers: Server[] = []
beforeAll(async () => {
  const up = await freePort()
  for (const host of UP) {
    const server = createServer((_, response) => response.end('all is fine'))
    await new Promise<void>(resolve => server.listen(up, host, () => resolve()))
    servers.push(server)
  }
  world = await World.make(textOf(migrate(up)))
  const database = databaseFile('test.mmdb', PLACES)
  await world.publisher.setDatabases({ 4: database, 6: database })
  const down = [...world.document.regions.values()].filter(({ addresses = [] }) =>
    addresses.some(({ text }) => text.startsWith('127.') && !UP.includes(text)),
  )
  const alone = down.filter(({ addresses = [] }) => addresses.length === 1)
  world.publisher.setHealth(
    new Map(
      [
        ...healthOf(
          world.document,
          alone.map(({ id }) => id),
        ),
      ].map(([id, all]) => [
        id,
        all.map(one => ({ ...one, up: !one.address.startsWith('127.') || UP.includes(one.address) })),
      ]),
    ),
  )
  pdns = await PowerDns.start(SAMPLE.replaceAll('PORT', String(up)))
  // It looks only at what was asked for, and takes it to be up until then.
  for (const [name, count] of [
    ['port', 2],
    ['ports', 1],
    ['sets', 1],
  ] as const)
    await until(`PowerDNS knows what of ${name} is up`, 30_000, async () => {
      const seen = await drawn(() => theirs(name, 'A', CLIENTS[0]!), 30)
      return seen.length === count &&
        seen.every(answer => UP.some(up => answer.includes(up))) &&
        !seen.some(answer => /9\.[248]\b|9\.7/.test(answer))
        ? seen
        : undefined
    })
})
afterAll(async () => {
  await pdns?.stop()
  for (const server of servers) server.close()
})

const full = (name: string): string => (name === '' ? 'example.com' : `${name}.example.com`)
const theirs = (name: string, type: keyof typeof TYPE, subnet: string): Promise<Message> =>
  pdns.ask(full(name), type, subnet)
const ours = async (name: string, type: keyof typeof TYPE, subnet: string): Promise<Message> =>
  decodeMessage(world.respond(encodeQuery({ ...ask(full(name), type, subnet), id: 7 })))
describe.each(CLIENTS)('to %s it answers as PowerDNS does', subnet => {
  test('what is the same each time', async () => {
    for (const name of NAMES)
      for (const type of ['A', 'AAAA'] as const) {
        const [our, their] = [await ours(name, type, subnet), await theirs(name, type, subnet)]
        expect([our.rcode, answersOf(our)], `${name} ${type}`).toEqual([their.rcode, answersOf(their)])
      }
  })

  test.each(DRAWN_BY_PLACE)('what is drawn: "%s"', async name => {
    expect(await drawn(() => ours(name, 'A', subnet))).toEqual(await drawn(() => theirs(name, 'A', subnet)))
  })
})

test.each(DRAWN)('it draws what PowerDNS draws: "%s"', async name => {
  for (const type of name === 'both' ? (['A', 'AAAA'] as const) : (['A'] as const)) {
    const [our, their] = [
      await drawn(() => ours(name, type, CLIENTS[0]!)),
      await drawn(() => theirs(name, type, CLIENTS[0]!)),
    ]
    expect(our, type).toEqual(their)
  }
})

test('everything that is lost, or means something else now, is told', () => {
  const lines = migrate(80).findings.map(({ where, what }) => `${where}: ${what}`)
  expect(lines).toEqual(TOLD)
})
const NETWORK = 'the network that a resolver tells of a client counts, as with "edns-subnet-processing=yes"'
const TOLD = [
  'example.com SOA: the serial is counted anew; name servers that transfer the zone have to begin afresh',
  `place.example.com. LUA A: ${NETWORK}`,
  `order.example.com. LUA A: ${NETWORK}`,
  `office.example.com. LUA A: ${NETWORK}`,
  'nets.example.com. LUA A: networks go before places now, whichever it asked for first',
  `nets.example.com. LUA A: ${NETWORK}`,
  `alias.example.com. LUA CNAME: ${NETWORK}`,
  'ports.example.com. LUA A: where all are down, the first choice of its selector is answered, not that of its backupSelector',
  'sets.example.com. LUA A: where all are down, it is one of the first set, not of all of them',
  'now.example.com. LUA A: left out: what it returns is not known before it runs',
  'text.example.com. LUA TXT: left out: a TXT record is the same for everybody here',
]

const lua = (code: string) =>
  migratePowerdns([
    readPowerdnsZone('x.test', 'x.test', `@ 60 SOA a b 1 1 1 1 1\n@ 60 NS ns.example.net.\nw 60 LUA A "${code}"\n`),
  ])

test.each([
  ['a loop', ';for i=1,2 do end', '"for" is not read here'],
  ['a function of others', 'createForward()', 'createForward() is not known here'],
  ['an end that is missing', ";if country('DE') then return 'a'", 'it ends too soon'],
  [
    'a condition within a condition',
    ";if country('DE') then if asnum(1) then return 'a' end end",
    'conditions within conditions',
  ],
  ['a condition over something else', ";if qname == 'a' then return 'a' end", 'a condition other than over the place'],
  [
    'the second of what is up',
    "ifportup(80, {'192.0.2.1'}, {selector='all', backupSelector='all'})[2]",
    'what is within the brackets is not known here',
  ],
  ['the first of one that is drawn', "ifportup(80, {'192.0.2.1'})[1]", 'the first of several needs "selector=\'all\'"'],
  ['a selector of others', "ifportup(80, {'192.0.2.1'}, {selector='who'})", 'the selector who is not known here'],
])('%s is told of, and left out', (_, code, sentence) => {
  const { document, findings } = lua(code)
  expect(findings.map(({ what }) => what).join()).toContain(`left out: ${sentence}`)
  expect(document).not.toHaveProperty('regions')
})

test.each([
  ['sticky', "pickwhashed({ {3, '192.0.2.1'}, {1, '192.0.2.2'} })", ['sticky', { weight: { 'w-1': 3, 'w-2': 1 } }]],
  ['the nearest', "pickclosest({'192.0.2.1', '192.0.2.2'})", ['distance']],
  ['some of them', "pickrandomsample(2, {'192.0.2.1', '192.0.2.2', '192.0.2.3'})", ['round-robin', { take: 2 }]],
])('%s', (_, code, steps) => {
  expect(lua(code).document['policies']).toEqual({ 'w-lua': steps })
})

test('of what a port is looked at, the first that is up: one after the other', () => {
  const { document } = lua("ifportup(443, {'192.0.2.1', '192.0.2.2'}, {selector='all', backupSelector='all'})[1]")
  expect(document['regions']).toMatchObject({
    'w-1': { addresses: ['192.0.2.1'], checks: ['tcp-443'] },
    'w-2': { addresses: ['192.0.2.2'], checks: ['tcp-443'] },
  })
  expect(document['policies']).toEqual({ 'w-lua': [{ tier: ['w-1', 'w-2'] }] })
})

test('what is looked at is looked at in the same rhythm', () => {
  const code =
    "ifurlup('https://www.example.com/up?x=1', {'192.0.2.1'}, {useragent='me', httpcode=204, minimumFailures=3, interval=7, timeout=4, byteslimit=9})"
  const { document, findings } = lua(code)
  expect(document['checks']).toEqual({
    'www-example-com-https': {
      type: 'https',
      port: 443,
      path: '/up?x=1',
      host: 'www.example.com',
      headers: { 'user-agent': 'me' },
      expect: ['204'],
      interval: '7s',
      timeout: '4s',
      fall: 3,
      rise: 1,
    },
  })
  expect(findings.map(({ what }) => what)).toContain('the option byteslimit is left out')
})
