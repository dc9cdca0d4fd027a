import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from './ports.js'
import { run } from './program.js'
import { dig, type Secondary, serialAt, startKnot, startNsd, untilSame } from './secondaries.js'
import { Server, until } from './server.js'

const SECRET = Buffer.from('a secret of the transfer tests, 32').toString('base64')
const LINES = 3000

/** A zone of many names, so that a transfer takes many messages. */
const traffic = (notify: readonly string[]) => `# The document of the transfers.
regions:
  east: { addresses: [192.0.2.1, "2001:db8::1"] }
  west: { addresses: [192.0.2.2] }
zones:
  example.com:
    nameservers: [ns.example.net]
    transfer:
      allow: [xfer, 127.0.0.9]
      notify: [${notify.join(', ')}]
    update:
      - { key: acme, names: ["_acme-challenge", "_acme-challenge.*"] }   # certificates
    records:
      api: { steer: nearest }
      "*.wild": { type: TXT, data: '"a \\"quoted\\" text"' }
${Array.from({ length: LINES }, (_, i) => `      n${i}: { type: MX, data: "${i} host${i}.example.com." }`).join('\n')}
`

const SETTINGS = `
workers: 2
keys:
  xfer: { secret: ${SECRET} }
  acme: { algorithm: hmac-sha512, secret-file: acme.key }
${['hmac-sha1', 'hmac-sha224', 'hmac-sha256', 'hmac-sha384'].map(algorithm => `  ${algorithm}: { algorithm: ${algorithm}, secret: ${SECRET} }`).join('\n')}
`

let folder: string
let server: Server
let knot: Secondary
let nsd: Secondary

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-e2e-'))
  const [knotPort, nsdPort] = [await freePort(), await freePort()]
  await writeFile(join(folder, 'acme.key'), `${SECRET}\n`)
  server = await Server.start({
    traffic: traffic([`"127.0.0.1:${knotPort}"`, `{ to: "127.0.0.1:${nsdPort}", key: xfer }`]),
    settings: () => SETTINGS.replace('acme.key', join(folder, 'acme.key')),
  })
  const wish = { folder, zones: ['example.com'], primary: server.port, secret: SECRET }
  knot = await startKnot({ ...wish, port: knotPort })
  nsd = await startNsd({ ...wish, port: nsdPort })
})

afterAll(async () => {
  await knot?.program.stop()
  await nsd?.program.stop()
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Records of a transfer in order, without comments. */
const recordsOf = (output: string): string[] =>
  output
    .split('\n')
    .filter(line => line !== '' && !line.startsWith(';') && !/\sTSIG\s/.test(line))
    .map(line => line.replaceAll(/\s+/g, ' '))

const key = (name: string, algorithm = 'hmac-sha256'): string => `${algorithm}:${name}:${SECRET}`
const axfr = (port = server.port, ...args: readonly string[]): Promise<string> =>
  dig(port, 'example.com', 'AXFR', '-y', key('xfer'), ...args)

async function nsupdate(lines: readonly string[], ...args: readonly string[]): Promise<number | null> {
  const file = join(folder, 'update.txt')
  await writeFile(file, [`server 127.0.0.1 ${server.port}`, 'zone example.com', ...lines, 'send', ''].join('\n'))
  return (await run('nsupdate', [...args, file])).code
}

describe('a whole zone', () => {
  test('is sent to dig with the key, in many messages, each of which dig has checked', async () => {
    const output = await axfr()
    const records = recordsOf(output)
    expect(records).toHaveLength(LINES + 7)
    expect(records[0]).toContain(' SOA ')
    expect(records.at(-1)).toBe(records[0])
    expect(records).toContain('api.example.com. 60 IN A 192.0.2.1')
    expect(Number(/messages (\d+)/.exec(output)?.[1])).toBeGreaterThan(3)
    expect(output).not.toContain('TSIG could not be validated')
  })

  test('is not sent without a key, nor with a wrong one', async () => {
    expect(await dig(server.port, 'example.com', 'AXFR')).toContain('Transfer failed')
    expect(await dig(server.port, 'example.com', 'AXFR', '-y', key('acme', 'hmac-sha512'))).toContain('Transfer failed')
    expect(await dig(server.port, 'example.com', 'AXFR', '-y', `hmac-sha256:xfer:AAAA`)).toContain('Transfer failed')
  })

  test('is sent to kdig from an address that is allowed', async () => {
    const { stdout } = await run('kdig', [
      '@127.0.0.1',
      '-p',
      String(server.port),
      '-b',
      '127.0.0.9',
      'example.com',
      'AXFR',
    ])
    expect(recordsOf(stdout)).toHaveLength(LINES + 7)
  })
})

test.each(['hmac-sha1', 'hmac-sha224', 'hmac-sha256', 'hmac-sha384'])(
  'dig and kdig agree with our signatures by %s, over UDP and TCP',
  async algorithm => {
    for (const transport of ['+notcp', '+tcp']) {
      const byDig = await dig(server.port, transport, 'api.example.com', 'A', '-y', key(algorithm, algorithm))
      expect(byDig).toMatch(/^api\.example\.com\.\s+\d+\s+IN\s+A\s+192\.0\.2\./m)
      expect(byDig).not.toContain('could not be validated')
    }
    const args = ['@127.0.0.1', '-p', String(server.port), '-y', key(algorithm, algorithm), 'api.example.com', 'A']
    expect((await run('kdig', args)).stdout).toMatch(/^api\.example\.com\.\s+\d+\s+IN\s+A\s+192\.0\.2\./m)
  },
)

describe('secondaries', () => {
  test.each([
    ['knot', () => knot],
    ['nsd', () => nsd],
  ])(
    '%s transfers the zone, and has each record of it',
    async (_, secondary) => {
      await untilSame(secondary(), server)
      expect(await dig(secondary().port, '+short', 'n2999.example.com', 'MX')).toBe('2999 host2999.example.com.\n')
      expect((await dig(secondary().port, '+short', 'api.example.com', 'A')).split('\n').sort()).toEqual([
        '',
        '192.0.2.1',
        '192.0.2.2',
      ])
      expect(await dig(secondary().port, '+short', 'x.wild.example.com', 'TXT')).toBe('"a \\"quoted\\" text"\n')
    },
    60_000,
  )

  test('are told of a change at once, and fetch only what has changed', async () => {
    await untilSame(knot, server)
    const text = await server.readTraffic()
    const from = server.program.stdout.length
    await writeFile(server.path('traffic.yaml'), text.replace('data: "7 host7.', 'data: "77 host7.'))
    await until('the change is served', 20_000, async () =>
      (await dig(server.port, '+short', 'n7.example.com', 'MX')).startsWith('77') ? true : undefined,
    )
    for (const secondary of [knot, nsd]) {
      await untilSame(secondary, server)
      expect(await dig(secondary.port, '+short', 'n7.example.com', 'MX')).toBe('77 host7.example.com.\n')
    }
    expect(server.program.stdout.slice(from)).toContain('sent the changes of example.com.')
  })

  test('a serial goes on from where it was over a restart, and does not change by it', async () => {
    const before = await serialAt(server.port)
    await server.restart()
    expect(await serialAt(server.port)).toBe(before)
  })
})

describe('nsupdate', () => {
  test.each([
    ['UDP', [], '_acme-challenge'],
    ['TCP', ['-v'], '_acme-challenge.www'],
  ])(
    'sets and clears an ACME challenge by %s, and the document keeps the rest as it was',
    async (_, args, name) => {
      const before = await server.readTraffic()
      const signed = [...args, '-y', key('acme', 'hmac-sha512')]
      expect(await nsupdate([`update add ${name}.example.com 60 TXT "token of the challenge"`], ...signed)).toBe(0)
      expect(await dig(server.port, '+short', `${name}.example.com`, 'TXT')).toBe('"token of the challenge"\n')
      expect(await server.readTraffic()).toContain('# certificates')
      const { revisions } = (await server.api('GET', '/v1/revisions?limit=1')).body
      expect(revisions).toMatchObject([{ actor: 'key acme.', reason: expect.stringMatching(/\S/) }])
      expect(await nsupdate([`update delete ${name}.example.com TXT`], ...signed)).toBe(0)
      expect(await dig(server.port, '+short', `${name}.example.com`, 'TXT')).toBe('')
      expect(await server.readTraffic()).toBe(before)
      await untilSame(knot, server)
    },
    60_000,
  )

  test('may do nothing else, and nothing without its key', async () => {
    const before = await server.readTraffic()
    const signed = ['-y', key('acme', 'hmac-sha512')]
    expect(await nsupdate(['update add www.example.com 60 A 192.0.2.66'], ...signed)).toBe(2)
    expect(
      await nsupdate(
        ['prereq yxdomain none.example.com', 'update add _acme-challenge.example.com 60 TXT x'],
        ...signed,
      ),
    ).toBe(2)
    expect(await nsupdate(['update add _acme-challenge.example.com 60 TXT x'])).toBe(2)
    expect(await nsupdate(['update add _acme-challenge.example.com 60 TXT x'], '-y', key('xfer'))).toBe(2)
    expect(await server.readTraffic()).toBe(before)
  })
})

test('an exported zone is what named-checkzone accepts, and what a transfer has', async () => {
  const token = await server.token()
  const exported = await run(process.execPath, [
    new URL('../../dist/main.js', import.meta.url).pathname,
    ...['zone', 'export', 'example.com', '--server', server.admin, '--token', token],
  ])
  expect(exported.stderr).toBe('')
  const file = join(folder, 'export.zone')
  await writeFile(file, exported.stdout)
  const checked = await run('named-checkzone', ['-i', 'none', '-D', '-o', `${file}.out`, 'example.com', file])
  expect(checked.stdout).toContain('OK')
  const transferred = recordsOf(await axfr())
    .slice(1)
    .sort()
  const asNamedHasIt = recordsOf(await readFile(`${file}.out`, 'utf8')).sort()
  expect(asNamedHasIt).toEqual(transferred)
})

test('on a wildcard address what the office answers by UDP leaves from the address that was asked', async () => {
  const wild = await Server.start({
    traffic: 'zones: { example.com: { nameservers: [ns.example.net] } }\n',
    settings: port => `listen: ["0.0.0.0:${port}", "[::]:${port}"]\nudp: batch\nkeys: { xfer: { secret: ${SECRET} } }`,
  })
  for (const address of ['127.0.0.2', '127.0.0.3', '::1']) {
    const args = [
      `@${address}`,
      '-p',
      String(wild.port),
      '+tries=1',
      '+time=5',
      'example.com',
      'SOA',
      '-y',
      key('xfer'),
    ]
    const { stdout } = await run('dig', args)
    expect(stdout).toContain('status: NOERROR')
    expect(stdout).toMatch(/^xfer\..*NOERROR/m)
    expect(stdout).not.toMatch(/unexpected source|could not be validated/)
  }
  await wild.close()
})
