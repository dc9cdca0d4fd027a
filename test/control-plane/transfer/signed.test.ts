// What secondaries get of signed zones, as those see it who know nothing of how it was made: the tools of BIND, ldns and Knot, and the line,
// whose denials and those of a secondary have to be the same.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { masterFile } from '../../../src/control-plane/publish/master-file.js'
import { recordsOf, type StaticView } from '../../../src/control-plane/publish/static-view.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { formatName } from '../../../src/dns/name.js'
import { TYPE } from '../../../src/dns/numbers.js'
import { formatRdata } from '../../../src/dns/rdata.js'
import { askSigned, makeKeys } from '../../data-plane/signed-world.js'
import { text } from '../../data-plane/zone-model.js'
import { run } from '../../end-to-end/program.js'
import { anyPlan, documentOf, NETWORKS } from '../../validated/random-document.js'
import { readDocument, World } from '../../world.js'

const traffic = (denial: string) => `
regions:
  one: { addresses: [192.0.2.1, "2001:db8::1"], location: [35.68, 139.69] }
  two: { addresses: [192.0.2.2, 192.0.2.22], location: [52.52, 13.4] }
  spare: { addresses: ["2001:db8::9"] }
  far: { target: balancer.example.net, location: [1.3, 103.8] }
zones:
  example.com:
    dnssec: { denial: ${denial}, split: true }
    nameservers: [ns1.example.com, ns2.example.net]
    transfer: { allow: [127.0.0.1] }
    records:
      "@": [ { type: MX, data: 10 mail.example.com. }, { type: ALIAS, data: www.child.example.com. } ]
      ns1: { type: A, data: 192.0.2.53 }
      mail: { type: A, data: 192.0.2.25 }
      www: { steer: nearest, regions: [one, two], ttl: { max: 60s, min: 5s } }
      svc: { type: HTTPS, data: 1 www, hints: steer }
      only: { steer: nearest, regions: [two], fallback: [spare] }
      cdn: { steer: nearest, regions: [far] }
      "*.geo": { steer: nearest, regions: [one, two] }
      a.b.c: { type: A, data: 192.0.2.3 }
      old: { type: DNAME, data: new.example.com. }
      x.old: { type: TXT, data: '"hidden"' }
      delegated: [ { type: NS, data: ns.delegated.example.com. }, { type: DS, data: "1 13 2 ${'ab'.repeat(32)}" } ]
      ns.delegated: [ { type: A, data: 192.0.2.54 }, { type: TXT, data: '"hidden"' } ]
      plain: { type: NS, data: ns.plain.example.com. }
      ns.plain: { type: AAAA, data: "2001:db8::55" }
  child.example.com:
    dnssec: { algorithm: ed25519 }
    nameservers: [ns.child.example.com]
    records: { ns: { type: A, data: 192.0.2.56 }, www: { type: A, data: 192.0.2.5 } }
  deep.other.example.com:
    nameservers: [ns1.example.com]
`

/** The tools go by the clock of this machine. */
const clock = { wall: Date.now() / 1000, steady: Date.now() / 1000 }
const keys = makeKeys(clock)
const folder = mkdtempSync(join(tmpdir(), 'meridian-transfer-'))
afterAll(() => {
  keys.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** The file of a view. */
function fileOf(view: StaticView): string {
  const file = join(folder, `${formatName(view.origin)}zone`)
  writeFileSync(file, masterFile(view))
  return file
}

describe.each(['nsec', 'nsec3'])('a zone with %s, as secondaries get it', denial => {
  let world: World
  let view: StaticView
  let file: string

  beforeAll(async () => {
    world = await World.of(readDocument(traffic(denial)), NETWORKS, new Map(), keys.signing)
    const views = [...world.publisher.signedViews().values()]
    expect(views).toHaveLength(1) // nobody may have the others
    view = views[0]!
    file = fileOf(view)
  })

  test.each([
    ['ldns-verify-zone', [], 'Zone is verified and complete'],
    ['dnssec-verify', ['-z', '-o', 'example.com'], 'Zone fully signed'],
    ['named-checkzone', ['-i', 'none', 'example.com'], 'OK'],
    ['kzonecheck', ['-v', '--dnssec', 'on', '-o', 'example.com'], 'No semantic error found'],
  ])('is sound to %s', async (program, words, wanted) => {
    const { code, stdout, stderr } = await run(program, [...words, file])
    expect(`${stdout}${stderr}`).toContain(wanted)
    expect(code).toBe(0)
  })

  const recordsAt = (name: string): readonly string[] =>
    [...recordsOf(view)]
      .filter(({ owner, type }) => formatName(owner) === name && type !== TYPE.RRSIG && type !== TYPE.NSEC)
      .map(({ type, rdata }) => `${type} ${formatRdata(type, rdata)}`)

  test.each([
    [
      'www.example.com.',
      [`${TYPE.A} 192.0.2.1`, `${TYPE.A} 192.0.2.2`, `${TYPE.A} 192.0.2.22`, `${TYPE.AAAA} 2001:db8::1`],
    ],
    ['only.example.com.', [`${TYPE.A} 192.0.2.2`, `${TYPE.A} 192.0.2.22`, `${TYPE.AAAA} 2001:db8::9`]],
    [
      'svc.example.com.',
      [`${TYPE.HTTPS} 1 www.example.com. ipv4hint=192.0.2.1,192.0.2.2,192.0.2.22 ipv6hint=2001:db8::1`],
    ],
    ['cdn.example.com.', [`${TYPE.CNAME} balancer.example.net.`]],
    ['ns.delegated.example.com.', [`${TYPE.A} 192.0.2.54`]],
    ['ns.child.example.com.', [`${TYPE.A} 192.0.2.56`]],
    ['x.old.example.com.', []],
    ['www.child.example.com.', []],
    ['deep.other.example.com.', [`${TYPE.NS} ns1.example.com.`]],
  ])('has at %s what can be had without clients and health: %j', (name, records) => {
    expect(recordsAt(name).toSorted()).toEqual(records.toSorted())
  })

  test('leads to a zone of ours below it by its servers and its DS', () => {
    const types = recordsAt('child.example.com.').map(record => Number(record.split(' ')[0]))
    expect(new Set(types)).toEqual(new Set([TYPE.NS, TYPE.DS]))
    expect(recordsAt('child.example.com.')).toContain(`${TYPE.NS} ns.child.example.com.`)
  })

  test('says the serial that the line says', () => {
    const [soa] = askSigned(world, 'example.com', 'SOA').answers
    expect(formatRdata(TYPE.SOA, soa!.rdata)).toBe(formatRdata(TYPE.SOA, view.soa.rdata))
    expect(view.serial).toBe(Number(formatRdata(TYPE.SOA, soa!.rdata).split(' ')[2]))
  })
})

test('a secondary denies what the line denies: each name has the same types', async () => {
  const world = await World.of(readDocument(traffic('nsec')), NETWORKS, new Map(), keys.signing)
  const [view] = [...world.publisher.signedViews().values()]
  const proofs = [...recordsOf(view!)].filter(({ type }) => type === TYPE.NSEC)
  const cuts = ['child', 'delegated', 'plain', 'deep.other'].map(name => `${name}.example.com.`)
  expect(proofs.length).toBeGreaterThan(12)
  for (const { owner, rdata } of proofs.filter(({ owner }) => !cuts.includes(formatName(owner)))) {
    const said = askSigned(world, formatName(owner), 'NSEC').answers.find(({ type }) => type === TYPE.NSEC)
    expect(formatRdata(TYPE.NSEC, said!.rdata)).toBe(formatRdata(TYPE.NSEC, rdata))
  }
})

/** Anybody may have all of its zones. */
function open(document: TrafficDocument): TrafficDocument {
  const allow = [{ kind: 'network', prefix: { bytes: new Uint8Array(4), length: 0 } }] as const
  return {
    ...document,
    zones: new Map([...document.zones].map(([name, zone]) => [name, { ...zone, transfer: { allow, notify: [] } }])),
  }
}

const RUNS = process.env['RUNS'] === undefined ? undefined : Number(process.env['RUNS'])

test('whatever signed zones hold, ldns finds what is transferred complete and verified', async () => {
  let judged = 0
  await fc.assert(
    fc.asyncProperty(anyPlan, async plan => {
      const world = await World.of(open(documentOf(plan)), NETWORKS, new Map(), keys.signing)
      const hashed = plan.zones.filter(({ denial }) => denial !== 'compact').map(({ origin }) => text(origin))
      for (const view of world.publisher.signedViews().values()) {
        if (!hashed.includes(formatName(view.origin))) continue
        const { stdout, stderr } = await run('ldns-verify-zone', [fileOf(view)])
        expect(`${stdout}${stderr}`).toContain('Zone is verified and complete')
        judged++
      }
    }),
    // Every run of the tests judges the same.
    { numRuns: RUNS ?? 8, ...(RUNS === undefined ? { seed: 11 } : {}) },
  )
  expect(judged).toBeGreaterThan(2)
}, 300_000)
