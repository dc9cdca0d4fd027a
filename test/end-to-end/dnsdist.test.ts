// dnsdist in front, as operators run it: it takes the queries, and says by the PROXY protocol (version 2) whose they are.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLIENTS, EXAMPLE } from './example.js'
import { freePort } from './ports.js'
import { Program, run } from './program.js'
import { Server, until } from './server.js'

const LONG = Array.from({ length: 12 }, (_, i) => `        - { type: TXT, data: '"${i} ${'x'.repeat(180)}"' }`)
const TRAFFIC = `${EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')}
      long:
${LONG.join('\n')}
`
/** A client in each network of the example. */
const SOURCES = CLIENTS.map(([subnet, , region]) => [subnet.replace(/\/.*/, ''), region] as const)

let server: Server
let folder: string
let dnsdist: Program | undefined
/** Where dnsdist answers whoever asks, those who say by such a header whom they speak for, and in private. */
let ports: { readonly open: number; readonly proxied: number; readonly tls: number }

beforeAll(async () => {
  server = await Server.start({
    traffic: TRAFFIC,
    settings: () => 'proxy-protocol: { from: [127.0.0.1] }\ncookies: { bad-cookie: always }',
  })
  folder = await mkdtemp(join(tmpdir(), 'meridian-dnsdist-'))
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
  const files = ['-subj', '/CN=dnsdist.example', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  execFileSync('openssl', [...words, ...files], { stdio: 'ignore' })
  ports = { open: await freePort(), proxied: await freePort(), tls: await freePort() }
  const conf = join(folder, 'dnsdist.conf')
  await writeFile(conf, configuration())
  dnsdist = new Program('dnsdist', ['--supervised', '--disable-syslog', '-C', conf])
  await until('dnsdist answers', 60_000, async () =>
    (await kdig(ports.open, '+short', '+retry=0', '+timeout=1', 'mail.example.com')) === '192.0.2.25\n'
      ? true
      : undefined,
  )
})
afterAll(async () => {
  await dnsdist?.stop()
  await server?.close()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

/** What it says beside the addresses, a protocol and bytes of a kind that is nobody's, is not our business. */
const configuration = (): string => `
setSecurityPollSuffix("")
setLocal("127.0.0.1:${ports.open}")
addLocal("127.0.0.2:${ports.proxied}")
addTLSLocal("127.0.0.1:${ports.tls}", "${join(folder, 'cert.pem')}", "${join(folder, 'key.pem')}")
setProxyProtocolACL({"127.0.0.2/32"})
setProxyProtocolMaximumPayloadSize(512)
newServer({address="127.0.0.1:${server.port}", useProxyProtocol=true, checkName="mail.example.com.", mustResolve=true})
addAction(AllRule(), SetProxyProtocolValuesAction({["1"]="dns", ["224"]="${'v'.repeat(200)}"}))
`

const kdig = async (port: number, ...words: readonly string[]): Promise<string> => {
  const at = port === ports.proxied ? ['@127.0.0.2', '-b', '127.0.0.2'] : ['@127.0.0.1']
  const { stdout, stderr } = await run('kdig', [...at, '-p', String(port), ...words])
  return stdout + stderr
}
const speakingFor = (client: string, ...words: readonly string[]): Promise<string> =>
  kdig(ports.proxied, `+proxy=${client}-192.0.2.53`, ...words)

describe.each([['+notcp'], ['+tcp']])('%s', how => {
  test('the client that dnsdist names is the one that is located', async () => {
    for (const [source, region] of SOURCES)
      expect(await speakingFor(source, how, '+short', 'api.example.com')).toBe(`127.0.1.${region}\n`)
  })

  test('its subnet counts for more than its address, and comes back with a scope', async () => {
    const out = await speakingFor('133.11.0.1', how, '+subnet=130.149.7.0/24', 'api.example.com')
    expect(out).toMatch(/CLIENT-SUBNET: 130\.149\.7\.0\/24\/\d+\n/)
    expect(out).toContain('127.0.1.3\n')
  })
})

test('a cookie is good for the client that got it, and for no other one of dnsdist', async () => {
  const as = (client: string, cookie: string): Promise<string> =>
    speakingFor(client, `+cookie=${cookie}`, '+nobadcookie', 'mail.example.com')
  const cookie = /COOKIE: ([0-9A-F]{48})/.exec(await as('198.51.100.1', '2464c4abcf10c957'))![1]!
  expect(await as('198.51.100.1', cookie)).toContain('status: NOERROR')
  expect(await as('198.51.100.2', cookie)).toContain('status: BADCOOKIE')
})

test('an answer that does not fit is truncated, and comes whole by TCP', async () => {
  expect(await kdig(ports.open, '+ignore', 'long.example.com', 'TXT')).toContain('Flags: qr aa tc')
  const whole = await kdig(ports.open, '+short', 'long.example.com', 'TXT')
  expect(whole.split('\n').filter(line => line.startsWith('"'))).toHaveLength(LONG.length)
})

test('queries that come together on one connection are all answered', async () => {
  const names = ['mail.example.com', 'www.example.com', 'nothing.example.com', 'mail.example.com']
  const out = await kdig(ports.open, '+tcp', '+keepopen', ...names)
  expect(out.match(/status: [A-Z]+/g)).toEqual(['NOERROR', 'NOERROR', 'NXDOMAIN', 'NOERROR'].map(s => `status: ${s}`))
})

test('whoever asks dnsdist in private is answered', async () => {
  expect(await kdig(ports.tls, '+tls', '+short', 'mail.example.com')).toBe('192.0.2.25\n')
})

test('not one of its headers was refused, its own checks among them', async () => {
  const metrics = await (await fetch(`${server.admin}/metrics`)).text()
  expect(metrics).toContain('meridian_proxy_headers_refused_total 0\n')
  expect(metrics).toContain('meridian_faults_total 0\n')
  expect(dnsdist!.stdout + dnsdist!.stderr).toContain("as 'up'")
})
