// Zone files become zones of a document that are served the same: the test zones, and what is awkward to write.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type CompiledNames, compileNames } from '../../../src/control-plane/publish/names.js'
import { atOnce } from '../../../src/control-plane/threads/steps.js'
import { editText } from '../../../src/control-plane/traffic/edit.js'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import { writtenZone, zoneText } from '../../../src/control-plane/traffic/written-zone.js'
import { ZoneFiles } from '../../../src/control-plane/traffic/zone-files.js'
import { formatName, type Name, parseName } from '../../../src/dns/name.js'
import { readZoneFile, type ZoneFile } from '../../../src/dns/zonefile.js'
import { ANSWER, ANSWER_WORDS } from '../../../src/snapshot/answers.js'
import { entriesOf, LINK, NODE, NODE_WORDS, nameOf } from '../../../src/snapshot/names.js'
import { Slots, ZONE_SLOTS } from '../../../src/snapshot/slots.js'
import { ZONE } from '../../../src/snapshot/snapshot.js'

const FOLDER = fileURLToPath(new URL('../../dns/zones/', import.meta.url))

/** What is compiled of a document whose zone file, if it names one, is this. */
function compile(text: string, zone?: ZoneFile) {
  const outcome = readTraffic(text, 'traffic.yaml', { serial: 1, readZone: zone && (() => zone) })
  if ('problems' in outcome) throw new Error(outcome.problems.map(formatProblem).join('\n'))
  return atOnce(compileNames(outcome.document, new Slots(ZONE_SLOTS)))
}

/** What each name has to say, whatever the order in which names were compiled. */
function spoken({ names, answers, zones }: CompiledNames) {
  const textOf = (node: number): string => formatName(nameOf(names, node))
  const said = (answer: number) => {
    const head = answers.heads.slice(answer * ANSWER_WORDS, answer * ANSWER_WORDS + Object.keys(ANSWER).length)
    const length = head[ANSWER.answerLength]! + head[ANSWER.authorityLength]! + head[ANSWER.additionalLength]!
    const from = head[ANSWER.relocationAt]!
    return {
      // Where it lies, and which other answer stands beside it, is not what it says.
      counts: head.filter((_, word) => ![ANSWER.at, ANSWER.relocationAt, ANSWER.signed].includes(word as 0)),
      bytes: Buffer.from(answers.bytes.slice(head[ANSWER.at], head[ANSWER.at]! + length)).toString('hex'),
      relocations: answers.relocations.slice(from, from + head[ANSWER.relocationCount]!),
    }
  }
  const nodes = names.slots.filter((word, i) => i % 2 === 1 && word > 0).map(word => word - 1)
  const all = Array.from(nodes, node => {
    const words = names.nodes.slice(node * NODE_WORDS, node * NODE_WORDS + NODE.name)
    const link = words[NODE.link]!
    return {
      name: textOf(node),
      kind: words[NODE.kind],
      sets: entriesOf(names, node).map(([type, answer]) => ({ type, ...said(answer) })),
      wildcard: words[NODE.wildcard] === 0 ? '' : textOf(words[NODE.wildcard]! - 1),
      link: (link & 3) === LINK.node ? textOf(link >> 2) : link & 3,
    }
  })
  const denial = said(zones[ZONE.negative]!)
  return { denial, all: all.sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

const written = (zone: ZoneFile, origin: Name): string =>
  editText('zones:\n', [{ path: ['zones', zoneText(origin)], value: writtenZone(zone.records, origin) }])

const served = (zone: ZoneFile, origin: Name) =>
  compile(JSON.stringify({ zones: { [zoneText(origin)]: { file: 'z' } } }), zone)

test.each(readdirSync(FOLDER).filter(file => file.endsWith('.zone')))('%s is served the same when imported', file => {
  const origin = parseName('example.com.')
  const zone = new ZoneFiles(FOLDER).read(join(FOLDER, file), origin)
  expect(zone.records.length).toBeGreaterThan(1)
  expect(spoken(compile(written(zone, origin)))).toEqual(spoken(served(zone, origin)))
})

describe('what is awkward to write is served the same, too', () => {
  const SOA = 'SOA ns.example.net. host 7 2h 15m 2w 30'
  const big = Array.from({ length: 300 }, (_, i) => `host${i} A 192.0.2.${i % 256}`)
  test.each([
    ['a primary that is no nameserver', 'example.com.', [`@ ${SOA}`, '@ NS ns.example.org.']],
    ['an SOA with a TTL of its own', 'example.com.', [`@ 5 ${SOA}`, '@ NS ns.example.net.']],
    ['NS with a TTL of their own', 'example.com.', [`@ ${SOA}`, '@ 7 NS ns.example.net.', 'a A 192.0.2.1']],
    ['a TTL of zero', 'example.com.', [`@ 0 ${SOA}`, '@ NS ns.example.net.', 'a 0 A 192.0.2.1']],
    ['a mailbox with dots', 'example.com.', ['@ SOA . first\\.last\\"x.a.b. 1 2 3 4 5', '@ NS ns.example.net.']],
    ['nobody’s mailbox', 'example.com.', ['@ SOA . . 1 2 3 4 5', '@ NS ns.example.net.']],
    ['a mailbox of the root', 'example.com.', ['@ SOA . host. 1 2 3 4 5', '@ NS ns.example.net.']],
    [
      'owners that look like something else',
      'example.com.',
      [
        `@ ${SOA}`,
        '@ NS ns.example.net.',
        'example.com A 192.0.2.1',
        '\\@ A 192.0.2.2',
        '*.x A 192.0.2.3',
        'yes A 192.0.2.4',
        '123 A 192.0.2.5',
        'null A 192.0.2.6',
        'a\\.b\\000\\" A 192.0.2.7',
        '__proto__ A 192.0.2.8',
        '~ A 192.0.2.9',
        '\\#x A 192.0.2.10',
      ],
    ],
    [
      'a name spelled in two ways',
      'example.com.',
      [`@ ${SOA}`, '@ NS ns.example.net.', 'aA A 192.0.2.1', 'Aa MX 1 aa'],
    ],
    [
      'data that YAML could take for something else',
      'example.com.',
      [
        `@ ${SOA}`,
        '@ NS ns.example.net.',
        'a TXT "# no: comment" "{x}" "\\\\ \\""',
        'b TYPE65280 \\# 0',
        'c HTTPS 1 . alpn="h2,h3"',
      ],
    ],
    ['the root as a zone', '.', [`@ ${SOA}`, '@ NS ns.com.', 'com NS ns.com', 'ns.com A 192.0.2.1']],
    ['hundreds of names', 'example.com.', [`@ ${SOA}`, '@ NS ns.example.net.', ...big]],
  ])('%s', (_, originText, lines) => {
    const origin = parseName(originText)
    const zone = readZoneFile(`$TTL 60\n${lines.join('\n')}\n`, { file: 'z', origin })
    expect(zone.problems).toEqual([])
    expect(spoken(compile(written(zone, origin)))).toEqual(spoken(served(zone, origin)))
  })
})

test('it reads well', () => {
  const origin = parseName('example.com.')
  const text = `$TTL 1h
@ SOA ns1 a\\.b 2026010101 2h 15m 2w 5m
@ NS ns1
@ NS ns2.example.net.
ns1 A 192.0.2.53
@ MX 10 mail
@ 5m TXT "v=spf1 mx -all"
mail A 192.0.2.25
mail AAAA 2001:db8::25
www CNAME @
`
  expect(written(readZoneFile(text, { file: 'z', origin }), origin)).toBe(`zones:
  example.com:
    nameservers: [ns1.example.com, ns2.example.net]
    ttl: 1h
    negative-ttl: 5m
    soa: { mailbox: a.b@example.com, serial: 2026010101, refresh: 2h, retry: 15m, expire: 14d }
    records:
      ns1: { type: A, data: 192.0.2.53 }
      "@":
        - { type: MX, data: 10 mail.example.com. }
        - { type: TXT, data: '"v=spf1 mx -all"', ttl: 5m }
      mail: [{ type: A, data: 192.0.2.25 }, { type: AAAA, data: 2001:db8::25 }]
      www: { type: CNAME, data: example.com. }
`)
})
