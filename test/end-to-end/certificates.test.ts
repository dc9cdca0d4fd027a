import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Pebble, readCertificate } from './pebble.js'
import { type Finished, run } from './program.js'
import { Server, until } from './server.js'

const SECRET = Buffer.from('a secret of the certificates, 32').toString('base64')

const TRAFFIC = `# Certificates are for these.
regions:
  east: { addresses: [192.0.2.1] }
zones:
  example.com:
    nameservers: [ns.example.net]
    update:
      - { key: acme, names: ["_acme-challenge", "_acme-challenge.*"] }   # and for nothing else
    records:
      www: { steer: nearest }
  acme.example:
    nameservers: [ns.example.net]
  strange.example:
    nameservers: [ns.example.net]
    records:
      www: { steer: nearest }
`

let server: Server
let pebble: Pebble

beforeAll(async () => {
  server = await Server.start({
    traffic: TRAFFIC,
    settings: () => `keys: { acme: { algorithm: hmac-sha512, secret: ${SECRET} } }
acme-dns: { listen: "127.0.0.1:0", zone: acme.example, keep: 40s }`,
  })
  pebble = await Pebble.start(server.port)
})

afterAll(async () => {
  await pebble?.stop()
  await server?.close()
})

const inFolder = (...names: readonly string[]): string => join(pebble.folder, ...names)

/** Sentences of the server's log that start so. */
const logged = (start: string): number => server.program.stdout.split(`"msg":"${start}`).length - 1

async function expectNothingLeft(): Promise<void> {
  expect(await server.readTraffic()).toBe(TRAFFIC)
  for (const name of ['_acme-challenge.example.com', '_acme-challenge.www.example.com']) {
    const { stdout } = await run('dig', ['@127.0.0.1', '-p', String(server.port), name, 'TXT'])
    expect(stdout).toContain('status: NXDOMAIN')
  }
}

describe('certbot, by dynamic updates', () => {
  const live = (): string => inFolder('certbot', 'live', 'example.com', 'cert.pem')

  async function certbot(...args: readonly string[]): Promise<Finished> {
    const folders = ['config', 'work', 'logs'].flatMap(kind => [
      `--${kind}-dir`,
      inFolder('certbot', ...(kind === 'config' ? [] : [kind])),
    ])
    return run('certbot', [...args, '--server', pebble.directory, '--non-interactive', ...folders], {
      env: { REQUESTS_CA_BUNDLE: pebble.authority },
    })
  }

  async function obtain(...names: readonly string[]): Promise<Finished> {
    const credentials = inFolder('rfc2136.ini')
    const lines = { server: '127.0.0.1', port: server.port, name: 'acme.', secret: SECRET, algorithm: 'HMAC-SHA512' }
    await writeFile(
      credentials,
      Object.entries(lines)
        .map(([key, value]) => `dns_rfc2136_${key} = ${value}\n`)
        .join(''),
      { mode: 0o600 },
    )
    return certbot(
      'certonly',
      ...['--agree-tos', '--register-unsafely-without-email', '--cert-name', 'example.com'],
      ...['--dns-rfc2136', '--dns-rfc2136-credentials', credentials, '--dns-rfc2136-propagation-seconds', '0'],
      ...names.flatMap(name => ['-d', name]),
    )
  }

  test('obtains a certificate for a zone, all names in it and a steered name, and leaves no challenge behind', async () => {
    const { code, stdout, stderr } = await obtain('example.com', '*.example.com', 'www.example.com')
    expect(code, stdout + stderr).toBe(0)
    expect((await readCertificate(live())).names).toEqual(['*.example.com', 'example.com', 'www.example.com'])
    expect(logged('dynamic update from 127.0.0.1 (key acme.)')).toBe(6) // three challenges there, and gone
    await expectNothingLeft()
  })

  test('renews it', async () => {
    const { serial, names } = await readCertificate(live())
    const { code, stdout, stderr } = await certbot('renew', '--force-renewal', '--no-random-sleep-on-renew')
    expect(code, stdout + stderr).toBe(0)
    const renewed = await readCertificate(live())
    expect(renewed.names).toEqual(names)
    expect(renewed.serial).not.toBe(serial)
    await expectNothingLeft()
  })

  test('gets none for a zone that its key may not change', async () => {
    const { code, stdout, stderr } = await obtain('strange.example')
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('REFUSED')
    await expectNothingLeft()
  })
})

describe('lego, by dynamic updates', () => {
  const file = (): string => inFolder('lego', 'certificates', '_.example.com.crt')

  function lego(...words: readonly string[]): Promise<Finished> {
    const domains = ['*.example.com', 'example.com'].flatMap(name => ['--domains', name])
    const dns = ['--dns', 'rfc2136', '--dns.disable-cp', '--dns.resolvers', `127.0.0.1:${server.port}`]
    const who = ['--server', pebble.directory, '--accept-tos', '--email', 'ops@example.com', '--path', inFolder('lego')]
    return run('lego', [...who, ...domains, ...dns, ...words], {
      env: {
        LEGO_CA_CERTIFICATES: pebble.authority,
        RFC2136_NAMESERVER: `127.0.0.1:${server.port}`,
        RFC2136_TSIG_ALGORITHM: 'hmac-sha512.',
        RFC2136_TSIG_KEY: 'acme.',
        RFC2136_TSIG_SECRET: SECRET,
        RFC2136_SEQUENCE_INTERVAL: '1',
      },
    })
  }

  test('obtains a certificate for a zone and all names in it, and leaves no challenge behind', async () => {
    const { code, stdout, stderr } = await lego('run')
    expect(code, stdout + stderr).toBe(0)
    expect((await readCertificate(file())).names).toEqual(['*.example.com', 'example.com'])
    await expectNothingLeft()
  })

  test('renews it', async () => {
    const { serial } = await readCertificate(file())
    const { code, stdout, stderr } = await lego('renew', '--days', '5000', '--no-random-sleep')
    expect(code, stdout + stderr).toBe(0)
    expect((await readCertificate(file())).serial).not.toBe(serial)
    expect(await readdir(inFolder('lego', 'certificates'))).toContain('_.example.com.json')
    await expectNothingLeft()
  })
})

describe('lego with a hook that speaks the protocol of acme-dns', () => {
  const file = (): string => inFolder('lego-acme-dns', 'certificates', 'shop.example.org.crt')
  const base = async (): Promise<string> => (await server.program.says(/acme-dns for ACME clients on (http:[^"]+)/))[1]!

  function lego(...words: readonly string[]): Promise<Finished> {
    const domains = ['shop.example.org', '*.shop.example.org'].flatMap(name => ['--domains', name])
    const dns = ['--dns', 'exec', '--dns.disable-cp', '--dns.resolvers', `127.0.0.1:${server.port}`]
    const who = ['--server', pebble.directory, '--accept-tos', '--email', 'ops@example.com']
    return run('lego', [...who, '--path', inFolder('lego-acme-dns'), ...domains, ...dns, ...words], {
      env: { LEGO_CA_CERTIFICATES: pebble.authority, EXEC_PATH: inFolder('hook'), EXEC_SEQUENCE_INTERVAL: '1' },
    })
  }

  test('curl registers an account, and the name of the challenge is led to it', async () => {
    const { stdout } = await run('curl', ['-fsS', '-X', 'POST', `${await base()}/register`])
    const { fulldomain, subdomain, username, password } = JSON.parse(stdout)
    await writeFile(
      inFolder('hook'),
      `#!/bin/sh
[ "$1" = present ] || exit 0
exec curl -fsS ${await base()}/update -H 'X-Api-User: ${username}' -H 'X-Api-Key: ${password}' \\
  -d '{"subdomain": "${subdomain}", "txt": "'"$3"'"}'
`,
      { mode: 0o700 },
    )
    const records = { '_acme-challenge.shop': { type: 'CNAME', data: `${fulldomain}.` } }
    const zone = { nameservers: ['ns.example.net'], records }
    expect((await server.api('PUT', '/v1/traffic/zones/example.org', { body: zone })).status).toBe(200)
  })

  test('it obtains a certificate, wildcard included, and renews it', async () => {
    const first = await lego('run')
    expect(first.code, first.stdout + first.stderr).toBe(0)
    const { serial, names } = await readCertificate(file())
    expect(names).toEqual(['*.shop.example.org', 'shop.example.org'])
    const second = await lego('renew', '--days', '5000', '--no-random-sleep')
    expect(second.code, second.stdout + second.stderr).toBe(0)
    expect((await readCertificate(file())).serial).not.toBe(serial)
    expect(await server.readTraffic()).toContain('type: TXT')
  })

  test('its challenges are gone when their time is over', async () => {
    await until('no challenge stands', 90_000, async () =>
      (await server.readTraffic()).includes('type: TXT') ? undefined : true,
    )
  })
})
