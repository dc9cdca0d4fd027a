import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXAMPLE } from './example.js'
import { Cable, ip, runIn } from './namespaces.js'
import { Server } from './server.js'

// Addresses of the public internet, since Zonemaster takes no others for those of nameservers. They are so in a namespace only.
const ROOT = ['5.9.1.53', '2a01:4f8:1::53'] as const
const NS1 = ['62.2.3.53', '2001:67c:3::53'] as const
const NS2 = ['77.88.8.53', '2a02:6b8:2::53'] as const
const ROUTER = '10.77.0.1'
const CLIENT = '10.77.0.9'
const [ROUTER_6, CLIENT_6] = ['fd77::1', 'fd77::9']

const addresses = ([v4, v6]: readonly [string, string]): string =>
  `[{ type: A, data: ${v4} }, { type: AAAA, data: "${v6}" }]`

/** The whole internet but for one zone; with the names of its servers' addresses, which Zonemaster wants, too. */
const ELSEWHERE = `
zones:
  ".":
    nameservers: [a.ns.com]
    records:
      com: { type: NS, data: a.ns.com. }
      in-addr.arpa: { type: NS, data: a.ns.com. }
      ip6.arpa: { type: NS, data: a.ns.com. }
      a.ns.com: ${addresses(ROOT)}
  com:
    nameservers: [a.ns.com]
    records:
      a.ns: ${addresses(ROOT)}
      example: [{ type: NS, data: ns1.example.com. }, { type: NS, data: ns2.example.com. }]
      ns1.example: ${addresses(NS1)}
      ns2.example: ${addresses(NS2)}
  in-addr.arpa:
    nameservers: [a.ns.com]
    records:
      ${reversed(NS1[0])}: { type: PTR, data: ns1.example.com. }
      ${reversed(NS2[0])}: { type: PTR, data: ns2.example.com. }
  ip6.arpa:
    nameservers: [a.ns.com]
    records:
      ${reversed(NS1[1])}: { type: PTR, data: ns1.example.com. }
      ${reversed(NS2[1])}: { type: PTR, data: ns2.example.com. }
`

/** The example, with nameservers in other networks and the negative TTL that Zonemaster likes. */
const ZONE = EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')
  .replace(/ns1: *\{ type: A, data: 127\.0\.0\.1 \}/, `ns1: ${addresses(NS1)}`)
  .replace(/ns2: *\{ type: A, data: 127\.0\.0\.1 \}/, `ns2: ${addresses(NS2)}`)
  .replace('negative-ttl: 60s', 'negative-ttl: 5m')

/** `62.2.3.53` as `53.3.2.62`, and IPv6 by its half bytes. */
function reversed(address: string): string {
  if (!address.includes(':')) return address.split('.').reverse().join('.')
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string): string[] => text.split(':').map(group => group.padStart(4, '0'))
  const digits =
    groups(head)
      .join('')
      .padEnd(32 - groups(tail).join('').length, '0') + groups(tail).join('')
  return [...digits].reverse().join('.')
}

interface Finding {
  readonly level: string
  readonly testcase: string
  readonly tag: string
}

const unavailable = await Cable.unavailable()

describe.runIf(unavailable === undefined)('Zonemaster', () => {
  let cable: Cable
  let folder: string
  const servers: Server[] = []

  beforeAll(async () => {
    cable = await Cable.lay([`${ROUTER}/24`, `${ROUTER_6}/64`], [`${CLIENT}/24`, `${CLIENT_6}/64`])
    for (const address of [...ROOT, ...NS1, ...NS2])
      await ip('-n', cable.server.name, 'address', 'add', address, 'dev', 'lo')
    await ip('-n', cable.client.name, 'route', 'add', 'default', 'via', ROUTER)
    await ip('-n', cable.client.name, '-6', 'route', 'add', 'default', 'via', ROUTER_6)
    const start = (traffic: string, listen: readonly string[]): Promise<Server> =>
      Server.start({
        traffic,
        settings: () => `listen: [${listen.map(at => (at.includes(':') ? `"[${at}]:53"` : `"${at}:53"`)).join(', ')}]`,
        within: cable.server.enter,
      })
    servers.push(await start(ELSEWHERE, ROOT), await start(ZONE, [...NS1, ...NS2]))
    folder = await mkdtemp(join(tmpdir(), 'meridian-zonemaster-'))
    const hints = `. 3600 IN NS a.ns.com.\na.ns.com. 3600 IN A ${ROOT[0]}\na.ns.com. 3600 IN AAAA ${ROOT[1]}\n`
    await writeFile(join(folder, 'hints'), hints)
  })

  afterAll(async () => {
    for (const server of servers) await server.close()
    await cable?.remove()
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  })

  test('has no warning about a zone with two servers of two families, delegated from a root', async () => {
    const words = ['zonemaster-cli', '--hints', join(folder, 'hints'), '--level', 'INFO', '--json', 'example.com']
    const { stdout, stderr } = await runIn(cable.client, ...words)
    expect(stderr).toBe('')
    const findings: readonly Finding[] = JSON.parse(stdout)
    const notices = findings.filter(({ level }) => level !== 'INFO')
    expect(notices.map(({ level, testcase, tag }) => `${level} ${testcase} ${tag}`)).toEqual([
      'NOTICE DNSSEC07 NEITHER_DNSKEY_NOR_DS',
      'NOTICE UNSPECIFIED NOT_SIGNED',
      // Secondaries are to notice changes of a traffic document sooner than in four hours.
      'NOTICE ZONE02 REFRESH_MINIMUM_VALUE_LOWER',
      'NOTICE ZONE04 RETRY_MINIMUM_VALUE_LOWER',
    ])
    // It did look: these are about what the servers answered.
    expect(findings.map(({ tag }) => tag)).toEqual(
      expect.arrayContaining(['ARE_AUTHORITATIVE', 'EDNS0_SUPPORT', 'QNAME_CASE_SENSITIVE', 'CASE_QUERIES_RESULTS_OK']),
    )
  })
})
