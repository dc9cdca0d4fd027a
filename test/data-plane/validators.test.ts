// Signed zones as validators see them: delv asks the line itself, unbound resolves through it, and the tools of BIND and ldns
// verify the zone as it is gathered from answers, name by name along its NSEC records.
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StoredKey } from '../../src/control-plane/keys/stored-key.js'
import { dsData } from '../../src/dns/dnssec-key.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { run } from '../end-to-end/program.js'
import { type ValidatingUnbound, validatingUnbound } from '../end-to-end/unbound.js'
import { readDocument, World } from '../world.js'
import { gatherZone } from './gather-zone.js'
import { type Served, serveWorld } from './served-world.js'
import { makeKeys } from './signed-world.js'

const TRAFFIC = `
regions:
  one: { addresses: [192.0.2.1, "2001:db8::1"], location: [35.68, 139.69] }
  two: { addresses: [192.0.2.2, 192.0.2.22, "2001:db8::2"], location: [52.52, 13.4] }
  far: { target: balancer.example.net, location: [1.3, 103.8] }
  near: { target: www.example.com, location: [52.52, 13.4] }
zones:
  example.com:
    dnssec: true
    nameservers: [ns1.example.com, ns2.example.net]
    records:
      "@": [ { type: MX, data: 10 mail.example.com. }, { type: TXT, data: '"v=spf1 -all"' } ]
      ns1: { type: A, data: 192.0.2.53 }
      mail: { type: A, data: 192.0.2.25 }
      www: { steer: nearest, regions: [one, two], ttl: { max: 60s, min: 5s } }
      both: { steer: all, regions: [one, two] }
      cdn: { steer: nearest, regions: [far, near] }
      "*.wild": { type: TXT, data: '"wild"' }
      "*.geo": { steer: nearest, regions: [one, two] }
      "*.lead": { type: CNAME, data: mail.example.com. }
      a.b.c: { type: A, data: 192.0.2.3 }
      alias: { type: CNAME, data: www.example.com. }
      away: { type: CNAME, data: www.insecure.example.com. }
      gone: { type: CNAME, data: nowhere.example.com. }
      old: { type: DNAME, data: new.example.com. }
      x.new: { type: A, data: 192.0.2.4 }
      apart: { type: ALIAS, data: www.example.com. }
      delegated: [ { type: NS, data: ns.delegated.example.com. }, { type: DS, data: "1 13 2 ${'ab'.repeat(32)}" } ]
      ns.delegated: { type: A, data: 192.0.2.54 }
      plain: { type: NS, data: ns.plain.example.com. }
      ns.plain: { type: A, data: 192.0.2.55 }
  child.example.com:
    dnssec: { algorithm: ed25519 }
    nameservers: [ns1.example.com]
    records:
      www: { type: A, data: 192.0.2.5 }
  rsa.example.com:
    dnssec: { algorithm: rsasha256 }
    nameservers: [ns1.example.com]
    records:
      www: { type: A, data: 192.0.2.7 }
  insecure.example.com:
    nameservers: [ns1.example.com]
    records:
      www: { type: A, data: 192.0.2.6 }
`

const NETWORKS = [{ prefix: '127.0.0.0/8', latitude: 35.68, longitude: 139.69 }]

/** Zones of ours below the one that is gathered. */
const OURS = ['child.example.com.', 'rsa.example.com.', 'insecure.example.com.']

/** Question, and what it comes to: an answer, no data, or no such name. */
const SECURE = [
  ['example.com SOA', 'NOERROR'],
  ['example.com NS', 'NOERROR'],
  ['example.com MX', 'NOERROR'],
  ['example.com DNSKEY', 'NOERROR'],
  ['example.com CDS', 'NOERROR'],
  ['example.com CDNSKEY', 'NOERROR'],
  ['example.com A', 'NOERROR'],
  ['mail.example.com A', 'NOERROR'],
  ['mail.example.com AAAA', 'NOERROR'],
  ['MAIL.example.com NSEC', 'NOERROR'],
  ['www.example.com A', 'NOERROR'],
  ['www.example.com AAAA', 'NOERROR'],
  ['www.example.com TXT', 'NOERROR'],
  ['both.example.com A', 'NOERROR'],
  ['cdn.example.com CNAME', 'NOERROR'],
  ['apart.example.com A', 'NOERROR'],
  ['any.wild.example.com TXT', 'NOERROR'],
  ['deep.any.wild.example.com TXT', 'NOERROR'],
  ['any.wild.example.com A', 'NOERROR'],
  ['any.geo.example.com A', 'NOERROR'],
  ['any.geo.example.com MX', 'NOERROR'],
  ['any.lead.example.com A', 'NOERROR'],
  ['b.c.example.com A', 'NOERROR'],
  ['c.example.com TXT', 'NOERROR'],
  ['alias.example.com A', 'NOERROR'],
  ['alias.example.com TXT', 'NOERROR'],
  ['gone.example.com A', 'NXDOMAIN'],
  ['x.old.example.com A', 'NOERROR'],
  ['y.old.example.com A', 'NXDOMAIN'],
  ['nowhere.example.com A', 'NXDOMAIN'],
  ['0.example.com A', 'NXDOMAIN'],
  ['zzz.zzz.example.com A', 'NXDOMAIN'],
  ['delegated.example.com DS', 'NOERROR'],
  ['plain.example.com DS', 'NOERROR'],
  ['child.example.com DS', 'NOERROR'],
  ['www.child.example.com A', 'NOERROR'],
  ['www.child.example.com TXT', 'NOERROR'],
  ['no.child.example.com A', 'NXDOMAIN'],
  ['www.rsa.example.com A', 'NOERROR'],
  ['insecure.example.com DS', 'NOERROR'],
] as const

const clock = { wall: Date.now() / 1000, steady: Date.now() / 1000 }
const keys = makeKeys(clock)
const folder = mkdtempSync(join(tmpdir(), 'meridian-validators-'))
let world: World
let served: Served
let port: number
let unbound: ValidatingUnbound

beforeAll(async () => {
  world = await World.of(readDocument(TRAFFIC), NETWORKS, new Map(), keys.signing)
  // BIND comes by TCP where it is told of a DNAME without a cookie.
  served = await serveWorld(world)
  port = served.port
  const origin = parseName('example.com.')
  const [{ dnskey }] = keys.store.storedOf(origin) as [StoredKey] // one was made
  const [flags, protocol, algorithm, bytes] = formatRdata(TYPE.DNSKEY, dnskey).split(' ')
  await writeFile(
    join(folder, 'anchors'),
    `trust-anchors { example.com. static-key ${flags} ${protocol} ${algorithm} "${bytes}"; };\n`,
  )
  const anchor = `example.com. DS ${formatRdata(TYPE.DS, dsData(origin, dnskey, 'SHA384'))}`
  unbound = await validatingUnbound(folder, port, [anchor], ['aggressive-nsec: yes'])
})
afterAll(async () => {
  await unbound?.stop()
  served?.close()
  keys.remove()
  rmSync(folder, { recursive: true, force: true })
})

test.each(SECURE)('unbound finds %s secure', async (question, rcode) => {
  const said = await unbound.ask(question)
  expect(said).toContain(`status: ${rcode}`)
  expect(said, unbound.log()).toMatch(/flags:[^;]* ad[ ;]/)
})

test.each(['www.insecure.example.com A', 'away.example.com A'])('unbound finds %s insecure', async question => {
  const said = await unbound.ask(question)
  expect(said).toContain('status: NOERROR')
  expect(said).not.toMatch(/flags:[^;]* ad[ ;]/)
})

// delv asks for one set at a time, and follows no delegation: names of the zone itself.
test.each(SECURE.filter(([question]) => !/child|rsa|CNAME|insecure|NSEC/.test(question)))(
  'delv finds %s fully validated',
  async question => {
    const words = ['@127.0.0.1', '-p', `${port}`, '-a', join(folder, 'anchors'), '+root=example.com']
    const { stdout, stderr } = await run('delv', [...words, ...question.split(' ')])
    expect(`${stdout}${stderr}`).toContain('fully validated')
    expect(`${stdout}${stderr}`).not.toMatch(/unsigned|failed: (?!ncache)/)
  },
)

describe('the zone, gathered along its NSEC records', () => {
  const file = (): string => join(folder, 'gathered.zone')

  beforeAll(async () => {
    const lines = await gatherZone(port, 'example.com.', OURS)
    expect(lines.length).toBeGreaterThan(100)
    await writeFile(file(), `${lines.join('\n')}\n`)
  })

  test('dnssec-verify takes it', async () => {
    const { code, stdout, stderr } = await run('dnssec-verify', ['-z', '-o', 'example.com', file()])
    expect(`${stdout}${stderr}`).toContain('Zone fully signed')
    expect(code).toBe(0)
  })

  test('ldns-verify-zone takes it', async () => {
    const { code, stdout, stderr } = await run('ldns-verify-zone', [file()])
    expect(`${stdout}${stderr}`).toContain('Zone is verified and complete')
    expect(code).toBe(0)
  })
})
