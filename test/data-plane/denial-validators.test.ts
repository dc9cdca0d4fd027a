// Zones that deny by NSEC3 (RFC 5155), and compactly (RFC 9824), as validators see them: unbound, BIND, Knot Resolver and delv ask the line.
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import type { StoredKey } from '../../src/control-plane/keys/stored-key.js'
import { dsData } from '../../src/dns/dnssec-key.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { run } from '../end-to-end/program.js'
import { validatingUnbound } from '../end-to-end/unbound.js'
import { bindFor, knotResolverFor, type Trusted, type Validating } from '../end-to-end/validating-resolvers.js'
import { readDocument, World } from '../world.js'
import { serveWorld } from './served-world.js'
import { makeKeys } from './signed-world.js'

const trafficOf = (denial: string): string => `
regions:
  one: { addresses: [192.0.2.1, "2001:db8::1"], location: [35.68, 139.69] }
  two: { addresses: [192.0.2.2], location: [52.52, 13.4] }
  far: { target: balancer.example.net, location: [1.3, 103.8] }
zones:
  example.com:
    dnssec: { denial: ${denial} }
    nameservers: [ns1.example.com, ns2.example.net]
    records:
      "@": { type: MX, data: 10 mail.example.com. }
      ns1: { type: A, data: 127.0.0.1 }
      mail: { type: A, data: 192.0.2.25 }
      www: { steer: nearest, regions: [one, two], ttl: { max: 60s, min: 5s } }
      cdn: { steer: nearest, regions: [far] }
      "*.wild": { type: TXT, data: '"wild"' }
      "*.geo": { steer: nearest, regions: [one, two] }
      "*.lead": { type: CNAME, data: mail.example.com. }
      a.b.c: { type: A, data: 192.0.2.3 }
      alias: { type: CNAME, data: www.example.com. }
      gone: { type: CNAME, data: nowhere.example.com. }
      old: { type: DNAME, data: new.example.com. }
      x.new: { type: A, data: 192.0.2.4 }
      delegated: [ { type: NS, data: ns.delegated.example.com. }, { type: DS, data: "1 13 2 ${'ab'.repeat(32)}" } ]
      ns.delegated: { type: A, data: 192.0.2.54 }
      plain: { type: NS, data: ns.plain.example.com. }
      ns.plain: { type: A, data: 192.0.2.55 }
  child.example.com:
    dnssec: { algorithm: ed25519, denial: ${denial} }
    nameservers: [ns1.example.com]
    records:
      www: { type: A, data: 192.0.2.5 }
  insecure.example.com:
    nameservers: [ns1.example.com]
    records:
      www: { type: A, data: 192.0.2.6 }
`

/** Question, and what it comes to: an answer, no data, or no such name. */
const SECURE = [
  ['example.com SOA', 'NOERROR'],
  ['example.com NSEC3PARAM', 'NOERROR'],
  ['example.com A', 'NOERROR'],
  ['mail.example.com A', 'NOERROR'],
  ['mail.example.com AAAA', 'NOERROR'],
  ['www.example.com A', 'NOERROR'],
  ['WWW.example.com TXT', 'NOERROR'],
  ['cdn.example.com CNAME', 'NOERROR'],
  ['any.wild.example.com TXT', 'NOERROR'],
  ['deep.any.wild.example.com TXT', 'NOERROR'],
  ['any.wild.example.com A', 'NOERROR'],
  ['any.geo.example.com A', 'NOERROR'],
  ['deep.any.geo.example.com MX', 'NOERROR'],
  ['any.lead.example.com A', 'NOERROR'],
  ['any.lead.example.com TXT', 'NOERROR'],
  ['b.c.example.com A', 'NOERROR'],
  ['c.example.com TXT', 'NOERROR'],
  ['alias.example.com A', 'NOERROR'],
  ['gone.example.com A', 'NXDOMAIN'],
  ['x.old.example.com A', 'NOERROR'],
  ['y.old.example.com A', 'NXDOMAIN'],
  ['nowhere.example.com A', 'NXDOMAIN'],
  ['deep.nowhere.example.com A', 'NXDOMAIN'],
  ['z.a.b.c.example.com A', 'NXDOMAIN'],
  ['delegated.example.com DS', 'NOERROR'],
  ['plain.example.com DS', 'NOERROR'],
  ['child.example.com DS', 'NOERROR'],
  ['www.child.example.com A', 'NOERROR'],
  ['www.child.example.com TXT', 'NOERROR'],
  ['no.child.example.com A', 'NXDOMAIN'],
  ['insecure.example.com DS', 'NOERROR'],
] as const

const clock = { wall: Date.now() / 1000, steady: Date.now() / 1000 }
const keys = makeKeys(clock)
let closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.toReversed()) await close()
  closing = []
})
afterAll(() => keys.remove())

type Validator = (trusted: Trusted, folder: string) => Promise<Validating>

/** delv follows no delegation, and tells in words what others tell by a bit. */
const delvFor: Validator = async ({ port, zone, ds }, folder) => {
  const [, tag, data] = /^(\d+ \d+ \d+) (.*)$/.exec(ds[0]!)!
  await writeFile(join(folder, 'anchors'), `trust-anchors { ${zone} static-ds ${tag} "${data}"; };\n`)
  const words = ['@127.0.0.1', '-p', String(port), '-a', join(folder, 'anchors'), `+root=${zone}`]
  return {
    ask: async question => {
      if (/child|insecure/.test(question)) return 'flags: ad;'
      const { stdout, stderr } = await run('delv', [...words, ...question.split(' ')])
      const said = `${stdout}${stderr}`
      return /fully validated/.test(said) && !/unsigned|failed: (?!ncache)/.test(said) ? `flags: ad; ${said}` : said
    },
    log: () => '',
    stop: async () => {},
  }
}

const unboundFor: Validator = ({ port, zone, ds }, folder) =>
  validatingUnbound(
    folder,
    port,
    ds.map(data => `${zone} DS ${data}`),
    [],
  )

const VALIDATORS = {
  unbound: unboundFor,
  BIND: bindFor,
  'Knot Resolver': knotResolverFor,
  delv: delvFor,
} satisfies Record<string, Validator>

const cases = (['nsec3', 'compact'] as const).flatMap(denial =>
  (['unbound', 'BIND', 'Knot Resolver', 'delv'] as const).map(name => [name, denial] as const),
)

test.each(cases)(
  '%s finds every answer and every denial secure, by %s',
  async (name, denial) => {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-denial-'))
    closing.push(() => rmSync(folder, { recursive: true, force: true }))
    const world = await World.of(readDocument(trafficOf(denial)), [], new Map(), keys.signing)
    const served = await serveWorld(world)
    closing.push(() => served.close())
    const origin = parseName('example.com.')
    const [{ dnskey }] = keys.store.storedOf(origin) as [StoredKey] // one was made
    const ds = [formatRdata(TYPE.DS, dsData(origin, dnskey, 'SHA256'))]
    const validator = await VALIDATORS[name]({ zone: 'example.com.', ds, port: served.port }, folder)
    closing.push(() => validator.stop())

    for (const [question, rcode] of SECURE) {
      const said = await validator.ask(question)
      const status = denial === 'compact' ? 'NOERROR' : rcode
      if (name !== 'delv') expect(said, `${question}\n${validator.log()}`).toContain(`status: ${status}`)
      expect(said, `${question}\n${validator.log()}`).toMatch(/flags:[^;]* ad[ ;]/)
    }
    if (name === 'delv') return
    const said = await validator.ask('www.insecure.example.com A')
    expect(said).toContain('status: NOERROR')
    expect(said).not.toMatch(/flags:[^;]* ad[ ;]/)
  },
  120_000,
)
