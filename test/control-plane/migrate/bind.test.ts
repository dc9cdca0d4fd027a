// A configuration of BIND with views: what it becomes, and that it answers as named itself does, beside which it runs.

import { createSocket } from 'node:dgram'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrateBind } from '../../../src/control-plane/migrate/bind.js'
import { bindFiles } from '../../../src/control-plane/migrate/bind-files.js'
import { decodeMessage, encodeQuery, type Message } from '../../../src/dns/message.js'
import type { TYPE } from '../../../src/dns/numbers.js'
import { formatRdata } from '../../../src/dns/rdata.js'
import { ask } from '../../end-to-end/dns-client.js'
import { freePort } from '../../end-to-end/ports.js'
import { Program } from '../../end-to-end/program.js'
import { until } from '../../end-to-end/server.js'
import { World } from '../../world.js'
import { textOf } from './text.js'

const SAMPLE = fileURLToPath(new URL('bind', import.meta.url))
const files = readdirSync(SAMPLE).map(name => ({
  name: `/etc/bind/${name}`,
  text: readFileSync(join(SAMPLE, name), 'utf8'),
}))
const OPTIONS = { name: '/etc/bind/options.conf', text: 'options { directory "/etc/bind"; };' }
const migrated = migrateBind(bindFiles([...files, OPTIONS], () => undefined))

let world: World
let folder: string
let named: Program
let port: number
beforeAll(async () => {
  world = await World.make(textOf(migrated))
  folder = mkdtempSync(join(tmpdir(), 'meridian-bind-'))
  port = await freePort()
  cpSync(SAMPLE, folder, { recursive: true })
  writeFileSync(
    join(folder, 'options.conf'),
    `options { directory "${folder}"; pid-file none; session-keyfile none; listen-on port ${port} { 127.0.0.1; };
      listen-on-v6 { none; }; recursion no; notify no; empty-zones-enable no; minimal-responses yes; allow-transfer { none; }; };
     controls { };\n`,
  )
  named = new Program('named', ['-4', '-g', '-n', '1', '-c', join(folder, 'named.conf')], {
    cwd: folder,
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
  })
  let ended = false
  void named.exited.then(() => (ended = true))
  await until('named answers', 30_000, async () => {
    if (ended) throw new Error(`named did not start: ${named.stderr}`)
    const message = await theirs('example.com', 'SOA', '127.0.0.1', 300)
    return message?.rcode === 0 ? message : undefined
  })
})
afterAll(async () => {
  await named?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Asks from an address of the machine: views go by that. */
function theirs(name: string, type: keyof typeof TYPE, from: string, ms = 10_000): Promise<Message | undefined> {
  return new Promise(resolve => {
    const socket = createSocket('udp4')
    const done = (message: Message | undefined): void => {
      clearTimeout(timer)
      socket.close()
      resolve(message)
    }
    const timer = setTimeout(() => done(undefined), ms)
    socket.once('message', bytes => done(decodeMessage(bytes)))
    socket.on('error', () => {})
    socket.bind(0, from, () => socket.send(encodeQuery({ ...ask(name, type), id: 7 }), port, '127.0.0.1'))
  })
}

const ours = (name: string, type: keyof typeof TYPE, source: string): Message =>
  decodeMessage(world.respond(encodeQuery({ ...ask(name, type), id: 7 }), { source }))

const told = ({ answers }: Message): readonly string[] =>
  answers.map(({ type, ttl, rdata }) => `${type} ${ttl} ${formatRdata(type, rdata)}`).sort()

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
        const [our, their] = [ours(`${name}.example.com`, type, from), await theirs(`${name}.example.com`, type, from)]
        // An alias in the zone is followed by both; of one that leads elsewhere the target is for resolvers.
        expect([our.rcode, told(our)], `${name} ${type}`).toEqual([their!.rcode, told(their!)])
      }
    for (const [name, type] of [
      ['a', 'A'],
      ['host2', 'A'],
      ['none', 'A'],
      ['a', 'AAAA'],
    ] as const) {
      const [our, their] = [ours(`${name}.plain.test`, type, from), await theirs(`${name}.plain.test`, type, from)]
      expect([our.rcode, told(our)], name).toEqual([their!.rcode, told(their!)])
    }
  })

  test('a name of one view has its addresses there, and none elsewhere', () => {
    expect(told(ours('intranet.example.com', 'A', '127.0.1.5'))).toEqual(['1 300 10.0.0.9'])
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
