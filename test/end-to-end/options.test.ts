import { execFileSync } from 'node:child_process'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLIENTS, EXAMPLE } from './example.js'
import { freePort } from './ports.js'
import { run } from './program.js'
import { Server, until } from './server.js'

const TRAFFIC = EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')
const SECRET = '0123456789abcdef0123456789abcdef'

/** A client in each network of the example. */
const SOURCES = CLIENTS.map(([subnet, , region]) => [subnet.replace(/\/.*/, ''), region] as const)

let server: Server
beforeAll(async () => {
  server = await Server.start({
    traffic: TRAFFIC,
    settings: () =>
      'identity: { server: fra-1, version: quiet }\ncookies: { bad-cookie: always }\nexplain: { to: [127.0.0.1] }',
  })
})
afterAll(() => server?.close())

const ask = async (program: string, ...words: readonly string[]): Promise<string> =>
  (await run(program, [`@${server.host}`, '-p', String(server.port), ...words])).stdout

describe('dig', () => {
  test('is sent away for a cookie, comes again with it, and finds it good', async () => {
    const out = await ask('dig', '+cookie', 'mail.example.com')
    expect(out).toContain('BADCOOKIE, retrying')
    expect(out).toMatch(/status: NOERROR/)
    expect(out).toMatch(/; COOKIE: [0-9a-f]{16}01000000[0-9a-f]{24} \(good\)/)
    expect(out).toContain('192.0.2.25')
  })

  test('gets a cookie without asking for a name', async () => {
    const out = await ask('dig', '+cookie', '+header-only')
    expect(out).toMatch(/status: NOERROR/)
    expect(out).toMatch(/QUERY: 0, ANSWER: 0/)
    expect(out).toContain('(good)')
  })

  test('hears which server it is, by NSID and in class CH', async () => {
    expect(await ask('dig', '+nsid', '+nocookie', 'mail.example.com')).toContain('("fra-1")')
    expect(await ask('dig', '+short', 'CH', 'TXT', 'id.server')).toBe('"fra-1"\n')
    expect(await ask('dig', '+short', 'CH', 'TXT', 'version.bind')).toBe('"quiet"\n')
  })

  test('hears how long a TCP connection may be idle', async () => {
    expect(await ask('dig', '+tcp', '+keepalive', '+nocookie', 'mail.example.com')).toContain(
      'TCP KEEPALIVE: 10.0 secs',
    )
  })

  test('hears why it is refused', async () => {
    expect(await ask('dig', 'example.org')).toContain('EDE: 20 (Not Authoritative)')
  })
})

describe('explain by DNS', () => {
  const why = (source: string, ...words: readonly string[]) =>
    ask('dig', '-b', source, '_explain.api.example.com', 'TXT', ...words)

  test('says why to those who may know, in one record, by TCP where it does not fit', async () => {
    const [subnet] = CLIENTS[0]!
    const out = await why('127.0.0.1', `+subnet=${subnet}`)
    expect(out).toMatch(/status: NOERROR/)
    expect(out).toMatch(/_explain\.api\.example\.com\.\s+0\s+IN\s+TXT\s+"api.example.com. A: NOERROR /)
    expect(out).toContain(`from the client subnet: `)
    expect(out).toContain('"1 ap-northeast: chosen, ')
    expect(out).toMatch(/CLIENT-SUBNET: [0-9.]+\/(\d+)\/\1$/m)
    expect(await why('127.0.0.1', '+notcp', '+ignore', '+bufsize=512')).toMatch(/flags: qr[ a-z]* tc/)
  })

  test('is not there for anybody else, nor for another type', async () => {
    expect(await why('127.0.0.2')).toMatch(/status: NXDOMAIN/)
    expect(await ask('dig', '-b', '127.0.0.1', '_explain.api.example.com', 'A')).toMatch(/status: NXDOMAIN/)
  })
})

test('kdig is sent away for a cookie, and comes again with it', async () => {
  const out = await ask('kdig', '+cookie', 'mail.example.com')
  expect(out).toContain('BADCOOKIE')
  expect(out).toMatch(/status: NOERROR/)
  expect(out).toContain('192.0.2.25')
})

test('cookies of one server are good at another with the same secrets, while the secrets roll over', async () => {
  const files = (server: Server) => server.path('shared')
  const start = async (secrets: string): Promise<Server> => {
    const other = await Server.start({ traffic: TRAFFIC, settings: () => 'cookies: { bad-cookie: always }' })
    await other.program.stop()
    await writeFile(files(other), secrets, { mode: 0o600 })
    const text = 'cookies: { bad-cookie: always, secret-file: shared }\n'
    const lines = `admin: { listen: "127.0.0.1:0" }\nlisten: [127.0.0.1:${other.port}]\ngeo: { databases: [geo.mmdb] }\n`
    await writeFile(other.path('server.yaml'), lines + text)
    await other.restart()
    return other
  }
  const changes = ({ program }: Server): number => program.stdout.split('shared has changed').length
  const replace = async (server: Server, secrets: string): Promise<void> => {
    const before = changes(server)
    await writeFile(`${files(server)}.new`, secrets, { mode: 0o600 })
    await rename(`${files(server)}.new`, files(server))
    await until('the new secrets', 5000, async () => (changes(server) > before ? true : undefined))
  }
  const cookieFrom = async ({ host, port }: Server): Promise<string> => {
    const { stdout } = await run('dig', [`@${host}`, '-p', String(port), '+cookie', '+header-only'])
    return /COOKIE: ([0-9a-f]{48})/.exec(stdout)![1]!
  }
  const isGood = async ({ host, port }: Server, cookie: string): Promise<boolean> => {
    const words = [`+cookie=${cookie}`, '+nobadcookie', 'mail.example.com']
    const { stdout } = await run('dig', [`@${host}`, '-p', String(port), ...words])
    return !stdout.includes('status: BADCOOKIE')
  }
  const [a, b] = [await start(`${SECRET}\n`), await start(`${SECRET}\n`)]
  try {
    const old = await cookieFrom(a)
    expect(await isGood(b, old)).toBe(true)
    expect(await isGood(server, old)).toBe(false)
    // The new secret is known everywhere before anybody makes cookies with it, and the old one goes last.
    const fresh = 'fedcba9876543210fedcba9876543210'
    for (const each of [a, b]) await replace(each, `${SECRET}\n${fresh}\n`)
    await replace(a, `${fresh}\n${SECRET}\n`)
    const made = await cookieFrom(a)
    expect([await isGood(b, made), await isGood(b, old), await isGood(a, old)]).toEqual([true, true, true])
    await replace(b, `${fresh}\n`)
    expect([await isGood(b, made), await isGood(b, old)]).toEqual([true, false])
  } finally {
    await a.close()
    await b.close()
  }
})

describe('DNS over TLS', () => {
  let folder: string
  let port: number
  let secure: Server
  const certify = (name: string): void => {
    const certificate = ['-subj', `/CN=${name}`, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...key, ...certificate], { stdio: 'ignore' })
  }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meridian-dot-'))
    certify('one.example')
    port = await freePort()
    const files = `certificate: ${folder}/cert.pem, key: ${folder}/key.pem`
    secure = await Server.start({
      traffic: TRAFFIC,
      settings: () => `tls: { listen: [127.0.0.1:${port}], ${files} }`,
    })
  })
  afterAll(async () => {
    await secure?.close()
    await rm(folder, { recursive: true })
  })
  const subject = async (): Promise<string> => {
    const shell = `openssl s_client -connect 127.0.0.1:${port} -alpn dot </dev/null 2>/dev/null`
    const { stdout } = await run('sh', ['-c', shell])
    expect(stdout).toContain('ALPN protocol: dot')
    return /CN ?= ?(\S+)/.exec(stdout)![1]!
  }

  test('kdig and dig are answered, and kdig’s padded query with 468 bytes', async () => {
    const at = ['@127.0.0.1', '-p', String(port)]
    const kdig = await run('kdig', [...at, '+tls', '+padding', 'mail.example.com'])
    expect(kdig.stdout).toContain('192.0.2.25')
    expect(kdig.stdout).toContain('Received 468 B')
    const dig = await run('dig', [...at, '+tls', '+short', 'mail.example.com'])
    expect(dig.stdout).toBe('192.0.2.25\n')
  })

  test('openssl is shown the certificate, and without a restart the one that takes its place', async () => {
    expect(await subject()).toBe('one.example')
    certify('two.example')
    await until('the new certificate', 10_000, async () => ((await subject()) === 'two.example' ? true : undefined))
  })
})

describe.each(['batch', 'dgram'])('behind a proxy, with UDP by %s', udp => {
  let behind: Server
  beforeAll(async () => {
    behind = await Server.start({
      traffic: TRAFFIC,
      settings: () => `udp: ${udp}\nproxy-protocol: { from: [127.0.0.1] }\ncookies: { bad-cookie: always }`,
    })
  })
  afterAll(() => behind?.close())
  const kdig = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run('kdig', ['@127.0.0.1', '-p', String(behind.port), ...words])
    return stdout + stderr
  }

  test.each([['+notcp'], ['+tcp']])(
    'the client that is named by the proxy is the one that is located, %s',
    async how => {
      for (const [source, region] of SOURCES) {
        const family = source.includes(':') ? '2001:db8::53' : '192.0.2.53'
        const out = await kdig(how, `+proxy=${source}-${family}`, '+short', 'api.example.com')
        expect(out).toBe(`127.0.1.${region}\n`)
      }
    },
  )

  test('its cookie is good for it, and for no other client of the proxy', async () => {
    const as = (client: string, cookie: string) =>
      kdig(`+proxy=${client}-192.0.2.53`, `+cookie=${cookie}`, '+nobadcookie', 'mail.example.com')
    const first = await as('198.51.100.1', '2464c4abcf10c957')
    const cookie = /COOKIE: ([0-9A-F]{48})/.exec(first)![1]!
    expect(await as('198.51.100.1', cookie)).toContain('status: NOERROR')
    expect(await as('198.51.100.2', cookie)).toContain('status: BADCOOKIE')
  })

  test('what comes from it without a header is dropped, and from elsewhere is answered', async () => {
    expect(await kdig('+retry=0', '+timeout=1', 'mail.example.com')).toContain('timeout')
    expect(await kdig('-b', '127.0.0.2', '+short', 'mail.example.com')).toBe('192.0.2.25\n')
    const metrics = await (await fetch(`${behind.admin}/metrics`)).text()
    expect(metrics).toContain('meridian_proxy_headers_refused_total 1\n')
  })
})
