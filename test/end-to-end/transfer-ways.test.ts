// Transfers and signed questions by other ways than plain ones: over TLS (RFC 9103), and behind a proxy (PROXY protocol 2).
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from './ports.js'
import { run } from './program.js'
import { Server } from './server.js'

const SECRET = Buffer.from('a secret of other transfer tests').toString('base64')
const KEY = `hmac-sha256:xfer:${SECRET}`
const LINES = 3000
/** SOA at both ends, NS, and the addresses of the steered name. */
const RECORDS = LINES + 5

const TRAFFIC = `
regions:
  east: { addresses: [192.0.2.1, "2001:db8::1"] }
zones:
  example.com:
    nameservers: [ns.example.net]
    transfer: { allow: [xfer, 198.51.100.7] }
    records:
      api: { steer: nearest }
${Array.from({ length: LINES }, (_, i) => `      n${i}: { type: MX, data: "${i} host${i}.example.com." }`).join('\n')}
`

let folder: string
let tlsPort: number
let server: Server
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-ways-'))
  const made = ['-subj', '/CN=ns.example', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, ...made], { stdio: 'ignore' })
  tlsPort = await freePort()
  server = await Server.start({
    traffic: TRAFFIC,
    settings: () => `
workers: 2
keys: { xfer: { secret: ${SECRET} } }
tls: { listen: [127.0.0.1:${tlsPort}], certificate: ${folder}/cert.pem, key: ${folder}/key.pem }
proxy-protocol: { from: [127.0.0.1] }
`,
  })
})
afterAll(async () => {
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

/** From an address that is no proxy's. */
const own = ['-b', '127.0.0.2']
const ask = async (program: string, port: number, ...words: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await run(program, ['@127.0.0.1', '-p', String(port), ...words])
  return stdout + stderr
}
/** Records of a transfer, without comments and signatures. */
const count = (output: string): number =>
  output.split('\n').filter(line => line !== '' && !line.startsWith(';') && !/\sTSIG\s/.test(line)).length

describe('over TLS', () => {
  test.each([
    ['dig', ['+tls', '+tries=1', '+time=20']],
    ['kdig', ['+tls', '+retry=0', '+timeout=20']],
  ])('%s gets the whole zone with its key', async (program, words) => {
    const output = await ask(program, tlsPort, ...own, ...words, '-y', KEY, 'example.com', 'AXFR')
    expect(count(output)).toBe(RECORDS)
    expect(output).not.toMatch(/could not be validated|not verified|WARNING/i)
  })

  test('nobody gets it without one', async () => {
    const output = await ask('dig', tlsPort, ...own, '+tls', '+tries=1', 'example.com', 'AXFR')
    expect([count(output), output]).toEqual([0, expect.stringContaining('Transfer failed')])
  })
})

describe('behind a proxy', () => {
  /** As a client of the proxy, asking of a server of its own. */
  const as = (client: string, ...words: readonly string[]): Promise<string> =>
    ask('kdig', server.port, `+proxy=${client}-192.0.2.53`, '+retry=0', '+timeout=20', ...words)

  test.each([['+notcp'], ['+tcp']])('a signed question is answered with a signature that is good, %s', async how => {
    const output = await as('198.51.100.9', how, '-y', KEY, 'api.example.com', 'A')
    expect(output).toContain('192.0.2.1')
    expect(output).toMatch(/TSIG/)
    expect(output).not.toMatch(/WARNING|not verified/i)
  })

  test('a zone goes to the client that may have it, and to no other one of the proxy', async () => {
    expect(count(await as('198.51.100.7', 'example.com', 'AXFR'))).toBe(RECORDS)
    expect(count(await as('198.51.100.8', 'example.com', 'AXFR'))).toBe(0)
    expect(count(await as('198.51.100.8', '-y', KEY, 'example.com', 'AXFR'))).toBe(RECORDS)
  })
})
