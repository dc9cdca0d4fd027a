// A signed zone of a real server: what the command line says of it, and what stays over a restart.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { UdpClient } from './dns-client.js'
import { run, runMeridian } from './program.js'
import { Server, until } from './server.js'

const TRAFFIC = `
regions:
  one: { addresses: [192.0.2.1] }
zones:
  example.com:
    dnssec: true
    nameservers: [ns1.example.net]
    records:
      www: { steer: nearest }
  compact.example.com:
    dnssec: { denial: compact }
    nameservers: [ns1.example.net]
    records: { "*.wild": { type: TXT, data: '"wild"' } }
  insecure.example.com:
    nameservers: [ns1.example.net]
`

let server: Server
beforeAll(async () => {
  server = await Server.start({ traffic: TRAFFIC })
})
afterAll(() => server?.close())

const cli = (what: string, zone = 'example.com') =>
  runMeridian(['dnssec', what, zone, '--server', server.admin, '--state', server.path('state')])

test('a steered answer is signed for who asks for it, and for nobody else', async () => {
  const client = await UdpClient.open(server)
  const types = async (dnssecOk: boolean): Promise<number[] | undefined> => {
    const query = { name: parseName('www.example.com'), type: TYPE.A, edns: { dnssecOk } }
    return (await client.ask(query))?.answers.map(({ type }) => type)
  }
  expect(await types(true)).toEqual([TYPE.A, TYPE.RRSIG])
  expect(await types(false)).toEqual([TYPE.A])
  client.close()
})

test.each(['+notcp', '+tcp'])(
  'what nobody has foreseen is proved when it is asked for: %s',
  async transport => {
    const tag = (await cli('ds', 'compact.example.com')).stdout.split('\n')[0]!.split(' DS ')[1]!
    const [, numbers, digest] = /^(\d+ \d+ \d+) (.*)$/.exec(tag)!
    const anchors = server.path('anchors')
    await writeFile(anchors, `trust-anchors { compact.example.com. static-ds ${numbers} "${digest}"; };\n`)
    const at = [`@${server.host}`, '-p', String(server.port)]
    for (const question of ['nowhere A', 'x.wild TXT', 'x.wild A', 'deep.nowhere AAAA']) {
      const [label, type] = question.split(' ') as [string, string]
      const words = [...at, `${label}.compact.example.com`, type]
      const delv = await run('delv', [...words, '-a', anchors, '+root=compact.example.com', transport])
      expect(`${delv.stdout}${delv.stderr}`, question).toContain('fully validated')
      const { stdout } = await run('dig', [...words, '+dnssec', transport])
      expect(stdout, question).toContain('status: NOERROR')
    }
    const plain = (await run('dig', [...at, 'nowhere.compact.example.com', transport])).stdout
    expect(plain).toContain('status: NXDOMAIN')
  },
  60_000,
)

describe('meridian dnssec', () => {
  test('says who signs, and until when', async () => {
    const { stdout, code } = await cli('status')
    expect(stdout).toMatch(/CSK +\d+ +ECDSAP256SHA256 +Kexample\.com\.\+013\+\d{5}/)
    expect(stdout).toMatch(/the first expires at 20/)
    expect(code).toBe(0)
  })

  test('gives the DS that BIND makes of the key', async () => {
    const [sha256] = (await cli('ds')).stdout.split('\n')
    const tag = sha256!.split(' ')[3]!.padStart(5, '0')
    const key = server.path('state', 'keys', `Kexample.com.+013+${tag}`)
    expect((await stat(`${key}.private`)).mode & 0o777).toBe(0o600)
    const { stdout } = await run('dnssec-dsfromkey', ['-2', key])
    expect(sha256!.toLowerCase()).toBe(stdout.trim().toLowerCase())
  })

  test('gives it in each form that registrars ask for, as the tools of others make them of the key', async () => {
    const form = async (word: string) => {
      const words = ['dnssec', 'ds', 'example.com', '--form', word]
      return runMeridian([...words, '--server', server.admin, '--state', server.path('state')])
    }
    const [sha256] = (await cli('ds')).stdout.split('\n') as [string]
    const [tag, algorithm, type, digest] = sha256
      .replace(/^.* DS /, '')
      .toUpperCase()
      .split(' ') as [string, ...string[]]
    const key = server.path('state', 'keys', `Kexample.com.+013+${tag.padStart(5, '0')}`)
    const record = (await readFile(`${key}.key`, 'utf8')).match(/^example.*$/m)![0] // what every tool reads
    const data = record.replace(/^.*DNSKEY\s+/, '')
    expect((await form('dnskey')).stdout).toBe(`example.com. IN DNSKEY ${data}\n`)
    expect((await form('cdnskey')).stdout).toBe(`example.com. IN CDNSKEY ${data}\n`)
    expect((await form('cds')).stdout.split('\n')[0]).toBe(sha256.replace(' DS ', ' CDS '))
    const ldns = await run('ldns-key2ds', ['-n', '-2', `${key}.key`])
    expect(ldns.stdout.toUpperCase()).toContain(digest)
    const lines = [`key tag      ${tag}`, `algorithm    ${algorithm}`, `digest type  ${type}`, `digest       ${digest}`]
    expect((await form('fields')).stdout).toContain(`${lines.join('\n')}\n`)
    expect((await form('epp')).stdout).toContain(`<secDNS:digest>${digest}</secDNS:digest>`)
    expect(await form('zone')).toMatchObject({ code: 2 })
  })

  test('says so where a zone is not signed, or not there', async () => {
    expect(await cli('ds', 'insecure.example.com')).toMatchObject({ code: 1, stdout: '' })
    expect((await cli('ds', 'other.example')).stderr).toContain('no zone is named')
    expect(await cli('unroll')).toMatchObject({ code: 2 })
  })
})

describe('a rollover', () => {
  const roll = (...words: readonly string[]) =>
    runMeridian(['dnssec', 'roll', 'example.com', ...words, '--server', server.admin, '--state', server.path('state')])
  const published = async (): Promise<number> => {
    const client = await UdpClient.open(server)
    const reply = await client.ask({ name: parseName('example.com'), type: TYPE.DNSKEY })
    client.close()
    return reply!.answers.length
  }

  test('waits until nobody remembers the zone without signatures', async () => {
    expect((await cli('status')).stdout).toMatch(/rollover \(sign\), stage 1 of 1[\s\S]*the parent is asked for the DS/)
    expect((await roll('csk')).stderr).toContain('signing the zone is under way')
    const rollovers = server.path('state', 'rollovers.json')
    const text = await readFile(rollovers, 'utf8')
    await writeFile(rollovers, text.replace(/"since": \d+/, '"since": 1'))
    await server.restart()
    await until('it is over', 60_000, async () =>
      (await cli('status')).stdout.includes('was over') ? true : undefined,
    )
  })

  test('is shown before it is begun, and can be taken back while nothing depends on it', async () => {
    expect(await roll('zsk')).toMatchObject({ code: 1 })
    expect((await roll('csk', '--dry-run')).stdout).toMatch(/signs the keys\n.*asked for its DS only\n.*put aside\n$/)
    expect(await published()).toBe(1)
    expect(await roll('csk', '--reason', 'yearly')).toMatchObject({ code: 0 })
    expect(await published()).toBe(2)
    expect((await roll('csk')).stderr).toContain('is under way')
    expect((await cli('status')).stdout).toMatch(/CSK .* comes[\s\S]*rollover \(csk\), stage 1 of 2/)
    expect(await cli('cancel')).toMatchObject({ code: 0 })
    expect(await published()).toBe(1)
    expect((await readdir(server.path('state', 'keys', 'retired'))).length).toBe(2)
  })

  test('what cannot be told of the parent is said', async () => {
    expect(await cli('check')).toMatchObject({ code: 1, stdout: expect.stringContaining('example.com.') })
  })
})

test('a restart keeps the keys', async () => {
  const before = (await cli('keys')).stdout
  await server.restart()
  expect((await cli('keys')).stdout).toBe(before)
})
