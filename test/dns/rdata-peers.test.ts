// Record data against BIND's named-checkzone and ldns-read-zone: what they make of a line, we make of it; what BIND refuses, so do we.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseName, ROOT } from '../../src/dns/name.js'
import { typeName } from '../../src/dns/numbers.js'
import { encodeRdata, formatRdata, RdataError } from '../../src/dns/rdata.js'
import { readZoneFile } from '../../src/dns/zonefile.js'
import { BAD, GOOD, LENIENT, OTHER_TEXT } from './rdata-lines.js'

const ORIGIN = 'example.com.'
const HEAD = '$ORIGIN example.com.\n$TTL 60\n@ SOA ns.example.net. host.example.net. 1 2 3 4 5\n@ NS ns.example.net.\n'
const folder = mkdtempSync(join(tmpdir(), 'meridian-rdata-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Peer = 'bind' | 'ldns'
const RUN: Readonly<Record<Peer, (file: string) => string>> = {
  bind: file => run('named-checkzone', ['-i', 'none', '-k', 'ignore', '-D', '-o', '-', 'example.com', file]),
  ldns: file => run('ldns-read-zone', ['-b', file]),
}
const run = (program: string, words: readonly string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** What the peer lists for `r0`, `r1`, …: the text of each one's data. */
function listed(peer: Peer, lines: readonly string[]): ReadonlyMap<number, string> {
  const file = join(folder, `${peer}.zone`)
  writeFileSync(file, `${HEAD}${lines.map((line, i) => `r${i} ${line}\n`).join('')}`)
  const found = [...RUN[peer](file).matchAll(/^r(\d+)\.example\.com\.\s+\d+\s+IN\s+\S+[ \t]*(.*)$/gm)]
  return new Map(found.map(([, i, data = '']) => [Number(i), data.replace(/ ;\{.*$/, '').trim()]))
}

function refuses(peer: Peer, line: string): boolean {
  const file = join(folder, 'bad.zone')
  writeFileSync(file, `${HEAD}r0 ${line}\n`)
  try {
    RUN[peer](file)
    return false
  } catch {
    return true
  }
}

/** Our data of the line, as a zone file has it. */
function ours(line: string): { readonly type: number; readonly rdata: Uint8Array } {
  const { records, problems } = readZoneFile(`r0 60 ${line}\n`, { file: 'z', origin: parseName(ORIGIN) })
  if (problems.length > 0) throw new RdataError(problems[0]!.message)
  return records.at(0)
}

describe.each(['bind', 'ldns'] as const)('%s', peer => {
  const lines = GOOD.map(({ line, unread }) => ({ line, read: unread?.[0] !== peer }))
  // What it cannot read at all is kept from it, so that it reads the rest.
  const texts = listed(
    peer,
    lines.map(({ line, read }) => (read ? line : 'A 192.0.2.1')),
  )
  const reasons = OTHER_TEXT.filter(each => each.peer === peer)
  const plain = (type: string, text: string): string =>
    reasons.filter(({ types }) => types.includes(type)).reduce((before, each) => each.plain(before), text)
  const read = lines.map(({ line, read }, i) => ({ i, line, read })).filter(({ read }) => read)

  test.each(read)('makes the same bytes and the same text of $line', ({ i, line }) => {
    const { type, rdata } = ours(line)
    expect(encodeRdata(type, texts.get(i)!, ROOT)).toEqual(rdata)
    expect(plain(typeName(type), formatRdata(type, rdata))).toBe(plain(typeName(type), texts.get(i)!))
  })

  test.each(reasons)('$types: $why', ({ types, plain: alone }) => {
    const differing = read.filter(({ i, line }) => {
      const { type, rdata } = ours(line)
      const [a, b] = [formatRdata(type, rdata), texts.get(i)!]
      return types.includes(typeName(type)) && a !== b && (alone(a) === alone(b) || alone(b) !== b)
    })
    expect(differing).not.toEqual([])
  })

  test.each(GOOD.filter(({ unread }) => unread?.[0] === peer))('does not read $line', ({ line }) => {
    expect(refuses(peer, line)).toBe(true)
    expect(() => ours(line)).not.toThrow()
  })
})

test.each(BAD)('$line is refused', ({ line, served }) => {
  expect(() => ours(line)).toThrow(RdataError)
  expect(refuses('bind', line)).toBe(served === undefined)
})

test.each(LENIENT)('$line is served here, and refused by BIND: $why', ({ line }) => {
  expect(() => ours(line)).not.toThrow()
  expect(refuses('bind', line)).toBe(true)
})
