// A configuration of BIND with views: what it becomes, and that it answers as named itself does, beside which it runs.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateBind } from '../../../src/control-plane/migrate/bind.js'
import { bindFiles } from '../../../src/control-plane/migrate/bind-files.js'
import { decodeMessage, encodeQuery, type Message } from '../../../src/dns/message.js'
import type { TYPE } from '../../../src/dns/numbers.js'
import { ask } from '../../end-to-end/dns-client.js'
import { World } from '../../world.js'
import { answersOf } from '../answers.js'
import { Named } from '../named.js'
import { textOf } from './text.js'

const SAMPLE = fileURLToPath(new URL('bind', import.meta.url))
const files = readdirSync(SAMPLE).map(name => ({
  name: `/etc/bind/${name}`,
  text: readFileSync(join(SAMPLE, name), 'utf8'),
}))
const OPTIONS = { name: '/etc/bind/options.conf', text: 'options { directory "/etc/bind"; };' }
const migrated = migrateBind(bindFiles([...files, OPTIONS], () => undefined))

let world: World
let named: Named
beforeAll(async () => {
  world = await World.make(textOf(migrated))
  const own = files.map(({ name, text }) => ({ name: basename(name), text }))
  named = await Named.start(own, 'example.com')
})
afterAll(() => named?.stop())

const ours = (name: string, type: keyof typeof TYPE, source: string): Message =>
  decodeMessage(world.respond(encodeQuery({ ...ask(name, type), id: 7 }), { source }))

/** Of each view, its edges and what is carved out of it. */
const CLIENTS = [
  '127.0.1.5',
  '127.0.1.127',
  '127.0.1.129',
  '127.0.1.200',
  '127.0.2.1',
  '127.0.3.1',
  '127.0.3.7',
  '127.0.9.9',
]

describe('it answers as named does', () => {
  test.each(CLIENTS)('to %s', async from => {
    for (const name of ['www', 'shop', 'cdn', 'same', 'ns1', 'x.wild', 'none'])
      for (const type of ['A', 'AAAA', 'TXT'] as const) {
        const [our, their] = [
          ours(`${name}.example.com`, type, from),
          await named.ask(`${name}.example.com`, type, from),
        ]
        // An alias in the zone is followed by both; of one that leads elsewhere the target is for resolvers.
        expect([our.rcode, answersOf(our)], `${name} ${type}`).toEqual([their!.rcode, answersOf(their!)])
      }
    for (const [name, type] of [
      ['a', 'A'],
      ['host2', 'A'],
      ['none', 'A'],
      ['a', 'AAAA'],
    ] as const) {
      const [our, their] = [ours(`${name}.plain.test`, type, from), await named.ask(`${name}.plain.test`, type, from)]
      expect([our.rcode, answersOf(our)], name).toEqual([their!.rcode, answersOf(their!)])
    }
  })

  test('a name of one view has its addresses there, and none elsewhere', () => {
    expect(answersOf(ours('intranet.example.com', 'A', '127.0.1.5'))).toEqual(['1 300 10.0.0.9'])
    expect(ours('intranet.example.com', 'A', '127.0.9.9')).toMatchObject({ rcode: 0, answers: [] })
  })
})

test('everything that is lost, or means something else now, is told', () => {
  expect(migrated.findings.map(({ where, what }) => `${where}: ${what}`)).toEqual(TOLD)
})
const TOLD = [
  'zone example.com in view partner: who is told of changes is not taken over: see "transfer: { notify: … }"',
  'zone slave.test in view external: left out: it is of type secondary, and has no records of its own',
  'zone example.com: views go by the address of the resolver, as before: without "ecs-trust: []" the client’s own network counts',
  'example.com MX: it differs from view to view: all have that of external now',
  'example.com SOA: the serial is counted anew; name servers that transfer the zone have to begin afresh',
  ...['partner', 'external'].map(
    view =>
      `intranet.example.com: it was not there in the view ${view}: it is now, without addresses for these clients where nothing broader has some`,
  ),
  'plain.test SOA: the serial is counted anew; name servers that transfer the zone have to begin afresh',
]

const conf = (text: string, ...more: readonly { name: string; text: string }[]) =>
  migrateBind(bindFiles([{ name: '/etc/bind/named.conf', text }, ...more], () => undefined))

test.each([
  ['a block that is never closed', 'options { directory "/x";', 'named.conf:1: a "{" is never closed'],
  ['a semicolon that is missing', 'options { directory "/x" };', 'named.conf:1: ";" is missing before "}"'],
  ['a string that is never closed', '\noptions { directory "/x', 'named.conf:2: a string is never closed'],
  ['a file that is not there', 'zone "x.test" { type primary; file "none"; };', 'none is named, and is neither there'],
  ['a file that includes itself', 'include "named.conf";', 'files include one another'],
])('%s is refused in words', (_, text, sentence) => {
  expect(() => conf(text)).toThrow(sentence)
})

const ZONE = { name: '/etc/bind/z', text: '@ 60 SOA ns1 me 1 1 1 1 1\n@ NS ns1.example.net.\nw 60 A 192.0.2.1\n' }
const OTHER = { name: '/etc/bind/y', text: '@ 60 SOA ns1 me 1 1 1 1 1\n@ NS ns1.example.net.\nw 60 A 192.0.2.2\n' }
const view = (name: string, clients: string, file: string) =>
  `view ${name} { match-clients { ${clients} }; zone x.test { type primary; file "${file}"; }; };`
const rules = (...views: readonly string[]): unknown =>
  (conf(views.join('\n'), ZONE, OTHER).document['policies'] as Record<string, unknown>)['w-views']

test.each([
  [
    'the first view that takes a network has it',
    ['10.0.0.0/8;', '10.1.0.0/16; any;'],
    { '10.0.0.0/8': 'w-a', '*': 'w-b' },
  ],
  [
    'what is carved out goes on',
    ['!10.1/16; 10/8;', 'any;'],
    { '10.1.0.0/16': 'w-b', '10.0.0.0/8': 'w-a', '*': 'w-b' },
  ],
  [
    'what a list within denies goes on',
    ['{ !10.1.1.1; 10.1/16; }; 10/8;', 'any;'],
    { '10.0.0.0/8': 'w-a', '*': 'w-b' },
  ],
  [
    'places are rules',
    ['geoip country DE; geoip db country continent NA;', 'any;'],
    { DE: 'w-a', 'continent:NA': 'w-a', '*': 'w-b' },
  ],
  ['systems are rules', ['geoip asnum "AS64500 Example";', 'any;'], { AS64500: 'w-a', '*': 'w-b' }],
])('%s', (_, [a = '', b = ''], expected) => {
  expect(rules(view('a', a, 'z'), view('b', b, 'y'))).toEqual([{ geo: { rules: expected, others: 'drop-broader' } }])
})

test.each([
  ['a key', 'key partner; 10/8;', 'view a: clients that sign with the key partner are taken by their address alone'],
  ['a city', 'geoip city "Berlin";', 'view a: "geoip city Berlin" is not known here, and nobody is among it'],
  [
    'networks and places together',
    '10/8; geoip country DE;',
    'views: networks go before places now, whichever view stood first',
  ],
])('%s is told of', (_, clients, sentence) => {
  const { findings } = conf(`${view('a', clients, 'z')}${view('b', 'any;', 'y')}`, ZONE, OTHER)
  expect(findings.map(({ where, what }) => `${where}: ${what}`)).toContain(sentence)
})
