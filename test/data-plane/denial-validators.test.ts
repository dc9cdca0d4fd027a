// Zones whose names are hashed (RFC 5155) as validators see them: unbound, BIND, Knot Resolver and delv ask the line, and the tools
// of BIND and ldns verify the zone as it is gathered from answers.
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StoredKey } from '../../src/control-plane/keys/stored-key.js'
import { dsData } from '../../src/dns/dnssec-key.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { bindFor, knotResolverFor, type Validating } from '../end-to-end/validating-resolvers.js'
import { readDocument, World } from '../world.js'
import { type Served, serveWorld } from './served-world.js'
import { makeKeys } from './signed-world.js'

const TRAFFIC = `
regions:
  one: { addresses: [192.0.2.1, "2001:db8::1"], location: [35.68, 139.69] }
  two: { addresses: [192.0.2.2], location: [52.52, 13.4] }
  far: { target: balancer.example.net, location: [1.3, 103.8] }
zones:
  example.com:
    dnssec: { denial: nsec3 }
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
    dnssec: { algorithm: ed25519, denial: nsec3 }
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
const folder = mkdtempSync(join(tmpdir(), 'meridian-denial-'))
let served: Served
let resolvers: Readonly<Record<'BIND' | 'Knot Resolver', Validating>>

beforeAll(async () => {
  const world = await World.of(readDocument(TRAFFIC), [], new Map(), keys.signing)
  served = await serveWorld(world)
  const origin = parseName('example.com.')
  const [{ dnskey }] = keys.store.storedOf(origin) as [StoredKey] // one was made
  const ds = [formatRdata(TYPE.DS, dsData(origin, dnskey, 'SHA256'))]
  const trusted = { zone: 'example.com.', ds, port: served.port }
  resolvers = { BIND: await bindFor(trusted, folder), 'Knot Resolver': await knotResolverFor(trusted, folder) }
  const [, tag, data] = /^(\d+ \d+ \d+) (.*)$/.exec(ds[0]!)!
  await writeFile(join(folder, 'anchors'), `trust-anchors { example.com. static-ds ${tag} "${data}"; };\n`)
}, 120_000)
afterAll(async () => {
  for (const resolver of Object.values(resolvers ?? {})) await resolver.stop()
  served?.close()
  keys.remove()
  rmSync(folder, { recursive: true, force: true })
})

test.each(['BIND', 'Knot Resolver'] as const)(
  '%s finds every answer and every denial secure',
  async name => {
    for (const [question, rcode] of SECURE) {
      const said = await resolvers[name].ask(question)
      expect(said, `${question}\n${resolvers[name].log()}`).toContain(`status: ${rcode}`)
      expect(said, `${question}\n${resolvers[name].log()}`).toMatch(/flags:[^;]* ad[ ;]/)
    }
    const said = await resolvers[name].ask('www.insecure.example.com A')
    expect(said).toContain('status: NOERROR')
    expect(said).not.toMatch(/flags:[^;]* ad[ ;]/)
  },
  120_000,
)
