import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLIENTS, EXAMPLE } from './example.js'
import { freePort } from './ports.js'
import { Program, run } from './program.js'
import { Server, until } from './server.js'

const PARENT = '127.0.3.52'
const CHILD = '127.0.3.53'
const RESOLVER = '127.0.3.1'

const LONG = Array.from({ length: 20 }, (_, i) => `        - { type: TXT, data: '"${i} ${'x'.repeat(180)}"' }`).join(
  '\n',
)

/** What is delegated to the server that all of this is about. */
const CHILD_ZONE = `${EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')
  .replaceAll(/(ns[12]: *\{ type: A, data:) 127\.0\.0\.1/g, `$1 ${CHILD}`)
  .replace('addresses: [127.0.1.4]', 'addresses: [127.0.1.4, "2001:db8::4"]')}
      long:
${LONG}
`

/** Another of our servers, for the zone above: it knows nothing of example.com but who is asked about it. */
const PARENT_ZONE = `
zones:
  com:
    nameservers: [ns.com]
    records:
      ns: { type: A, data: ${PARENT} }
      example:
        - { type: NS, data: ns1.example.com. }
        - { type: NS, data: ns2.example.com. }
      ns1.example: { type: A, data: ${CHILD} }
      ns2.example: { type: A, data: ${CHILD} }
`

let folder: string
let parent: Server
let child: Server
let unbound: Program
let port: number

// Resolvers follow delegations to port 53 and no other. Who may not listen there tells the resolver where to go instead.
beforeAll(async () => {
  const dnsPort = (await mayListenOn53()) ? 53 : await freePort()
  const at = (address: string) => () => `listen: ["${address}:${dnsPort}"]`
  parent = await Server.start({ traffic: PARENT_ZONE, settings: at(PARENT) })
  child = await Server.start({ traffic: CHILD_ZONE, settings: at(CHILD) })
  folder = await mkdtemp(join(tmpdir(), 'meridian-e2e-'))
  port = await freePort()
  const file = join(folder, 'unbound.conf')
  await writeFile(join(folder, 'root.hints'), `. 3600 IN NS ns.com.\nns.com. 3600 IN A ${PARENT}\n`)
  await writeFile(file, resolverSettings(dnsPort))
  unbound = new Program('unbound', ['-d', '-p', '-c', file])
  await until('unbound answers', 10_000, async () => {
    const { stdout } = await dig('ns.com', '+time=1', '+tries=1')
    return stdout.includes(PARENT) ? true : undefined
  })
})

afterAll(async () => {
  await unbound?.stop()
  await child?.close()
  await parent?.close()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

function mayListenOn53(): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(53, CHILD, () => server.close(() => resolve(true)))
  })
}

/** As strict as a resolver in production, but for what is on loopback here. */
const resolverSettings = (dnsPort: number): string => `
server:
  interface: ${RESOLVER}@${port}
  directory: "${folder}"
  root-hints: "${folder}/root.hints"
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  module-config: "subnetcache iterator"
  client-subnet-zone: "example.com"
  client-subnet-always-forward: yes
  use-caps-for-id: yes
  qname-minimisation: yes
  qname-minimisation-strict: yes
  harden-glue: yes
  harden-short-bufsize: yes
  harden-large-queries: yes
  harden-below-nxdomain: yes
  harden-referral-path: yes
  unwanted-reply-threshold: 10000
  val-log-level: 2
remote-control:
  control-enable: no
stub-zone:
  name: "com"
  stub-addr: ${PARENT}@${dnsPort}
${dnsPort === 53 ? '' : `stub-zone:\n  name: "example.com"\n  stub-addr: ${CHILD}@${dnsPort}\n`}`

const dig = (...args: readonly string[]) => run('dig', [`@${RESOLVER}`, '-p', String(port), ...args])
const short = async (...args: readonly string[]): Promise<string[]> =>
  (await dig('+short', ...args)).stdout.trim().split('\n')

/** How many queries the server below the delegation has answered. */
async function asked(): Promise<number> {
  const metrics = await (await fetch(`${child.admin}/metrics`)).text()
  const counts = metrics.matchAll(/^meridian_dns_responses_total\{[^}]*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

test.each(CLIENTS)(
  'for a client with the subnet %s (%s) it resolves api.example.com to region %d',
  async (subnet, _, region) => {
    expect(await short('api.example.com', `+subnet=${subnet}`)).toEqual([`127.0.1.${region}`])
  },
)

test('what it learned for one client it tells others within the scope, and asks anew for those outside', async () => {
  await short('api.example.com', '+subnet=133.11.0.0/24')
  const before = await asked()
  expect(before).toBeGreaterThan(0)
  expect(await short('api.example.com', '+subnet=133.11.0.0/24')).toEqual(['127.0.1.4'])
  expect(await short('api.example.com', '+subnet=133.11.77.0/24')).toEqual(['127.0.1.4'])
  expect(await asked()).toBe(before)
  expect(await short('api.example.com', '+subnet=137.132.99.0/24')).toEqual(['127.0.1.5'])
})

test('a client without a subnet gets an answer, too', async () => {
  expect(await short('api.example.com')).toEqual([expect.stringMatching(/^127\.0\.1\.[1-5]$/)])
})

test.each([
  ['AAAA of a steered name', ['api.example.com', 'AAAA', '+subnet=133.11.0.0/24'], ['2001:db8::4']],
  ['a CNAME to a steered name', ['www.example.com', '+subnet=130.149.7.0/24'], ['api.example.com.', '127.0.1.3']],
  ['a static address', ['mail.example.com'], ['192.0.2.25']],
  ['MX', ['example.com', 'MX'], ['10 mail.example.com.']],
  ['CAA', ['example.com', 'CAA'], ['0 issue "letsencrypt.org"']],
  ['the nameservers', ['ns1.example.com'], [CHILD]],
])('it resolves %s', async (_, args, expected) => {
  expect(await short(...args)).toEqual(expected)
})

test('it gets over TCP what does not fit into UDP', async () => {
  expect(await short('long.example.com', 'TXT')).toHaveLength(20)
})

test.each([
  ['a name that does not exist', 'nothing.example.com', 'A', 'NXDOMAIN'],
  ['a type that is not there', 'mail.example.com', 'MX', 'NOERROR'],
  ['a type that is not there at a steered name', 'api.example.com', 'TXT', 'NOERROR'],
])('%s is answered with %s %s %s, and remembered', async (_, name, type, rcode) => {
  const first = (await dig(name, type)).stdout
  expect(first).toContain(`status: ${rcode}`)
  expect(first).toContain('ANSWER: 0')
  expect(Number(/example\.com\.\s+(\d+)\s+IN\s+SOA/.exec(first)?.[1])).toBeLessThanOrEqual(60)
  const before = await asked()
  expect((await dig(name, type)).stdout).toContain(`status: ${rcode}`)
  expect(await asked()).toBe(before)
})

test('it had nothing to complain about', () => {
  expect(`${unbound.stdout}${unbound.stderr}`).not.toMatch(/error|lame|scrub|servfail/i)
})
