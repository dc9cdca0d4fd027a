// octoDNS as the source of what is served, run after run: plain records as its provider for dynamic updates makes them, with the DNS library
// that it uses; dynamic ones by the import. What that provider sends is in octodns-bind's source.
import { rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, runMeridian } from './program.js'
import { dig } from './secondaries.js'
import { Server } from './server.js'

const SECRET = Buffer.from('a secret of the octoDNS tests, 32').toString('base64')
const PROVIDER = fileURLToPath(new URL('octodns-provider.py', import.meta.url))
const TYPES = ['A', 'AAAA', 'CAA', 'CNAME', 'HTTPS', 'MX', 'NS', 'SRV', 'TXT']

const TRAFFIC = `# octoDNS has the plain names; the steered ones are here.
regions:
  east: { addresses: [192.0.2.1, "2001:db8::1"] }
  west: { addresses: [192.0.2.2] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    transfer: { allow: [octodns] }
    update:
      - { key: octodns, names: ["@", "*", "*.*"], types: [${TYPES.join(', ')}] }
    records:
      api: { steer: nearest }   # by hand
`

type RecordSet = readonly [owner: string, type: string, ttl: number, data: readonly string[]]
const BEFORE: readonly RecordSet[] = [
  ['example.com.', 'CAA', 300, ['0 issue "letsencrypt.org"']],
  ['example.com.', 'MX', 300, ['10 mx1.example.com.', '20 mx2.example.com.']],
  ['example.com.', 'TXT', 300, ['"v=spf1 mx -all"', '"semi; colon and \\"quotes\\""', `"${'a'.repeat(250)}" "more"`]],
  ['_sip._tcp.example.com.', 'SRV', 300, ['1 2 5060 sip.example.com.']],
  ['*.wild.example.com.', 'TXT', 300, ['"anything"']],
  ['svc.example.com.', 'HTTPS', 300, ['1 . alpn="h2,h3"']],
  ['sub.example.com.', 'NS', 3600, ['ns.sub.example.com.']],
  ['www.example.com.', 'A', 60, ['192.0.2.10', '192.0.2.11']],
  ['www.example.com.', 'AAAA', 300, ['2001:db8::10']],
  ['old.example.com.', 'CNAME', 300, ['www.example.com.']],
]
/** A name becomes an alias, and an alias a name; one has other data, one another TTL; one is gone. */
const AFTER: readonly RecordSet[] = [
  ...BEFORE.filter(([owner]) => !/^(?:www|old|svc|_sip|\*)\./.test(owner)),
  ['_sip._tcp.example.com.', 'SRV', 300, ['9 2 5060 sip.example.com.']],
  ['svc.example.com.', 'HTTPS', 900, ['1 . alpn="h2,h3"']],
  ['www.example.com.', 'CNAME', 300, ['old.example.com.']],
  ['old.example.com.', 'A', 60, ['192.0.2.11', '192.0.2.12']],
]

describe('plain records, by transfers and dynamic updates', () => {
  let server: Server
  beforeAll(async () => {
    server = await Server.start({ traffic: TRAFFIC, settings: () => `keys: { octodns: { secret: ${SECRET} } }` })
  })
  afterAll(() => server?.close())

  /** One run of octoDNS. */
  async function sync(desired: readonly RecordSet[], wish: object = {}): Promise<object> {
    const key = { octodns: SECRET }
    const whole = { port: server.port, zone: 'example.com.', key, rejected: ['api.example.com.'], desired, ...wish }
    // Not whichever comes first: Debian's has the library.
    const { stdout, stderr } = await run('/usr/bin/python3', [PROVIDER, JSON.stringify(whole)])
    if (stdout === '') throw new Error(stderr)
    return JSON.parse(stdout) as object // it prints nothing else
  }

  test('what is planned is made, and the next run has nothing to do', async () => {
    const creates = BEFORE.map(([owner, type]) => `add ${owner} ${type}`).sort()
    expect(await sync(BEFORE)).toEqual({ plan: creates, rcode: 'NOERROR', left: 0 })
    expect(await sync(BEFORE)).toEqual({ plan: [], rcode: null, left: 0 })
    expect(await dig(server.port, '+short', 'any.wild.example.com', 'TXT')).toBe('"anything"\n')
  })

  test('so are other data, other TTLs, other types of a name, and names that go', async () => {
    expect(await sync(AFTER)).toEqual({
      plan: [
        'delete *.wild.example.com. TXT',
        'delete old.example.com. CNAME',
        'delete www.example.com. A',
        'delete www.example.com. AAAA',
        'add old.example.com. A',
        'add www.example.com. CNAME',
        'replace _sip._tcp.example.com. SRV',
        'replace svc.example.com. HTTPS',
      ],
      rcode: 'NOERROR',
      left: 0,
    })
    expect(await dig(server.port, '+short', 'www.example.com', 'A')).toBe('old.example.com.\n192.0.2.11\n192.0.2.12\n')
    expect(await server.readTraffic()).toContain('api: { steer: nearest }   # by hand')
    const { revisions } = (await server.api('GET', '/v1/revisions?limit=1')).body
    expect(revisions).toMatchObject([{ actor: 'key octodns.' }])
  })

  test('a zone is emptied, but for what is steered', async () => {
    expect(await sync([])).toMatchObject({ rcode: 'NOERROR', left: 0 })
    expect(await server.readTraffic()).toBe(TRAFFIC)
  })

  test.each<readonly [string, readonly RecordSet[], string]>([
    ['is not taken away', [], 'delete api.example.com. A'],
    ['gets no other addresses', [['api.example.com.', 'A', 60, ['192.0.2.99']]], 'replace api.example.com. A'],
    ['does not become an alias', [['api.example.com.', 'CNAME', 60, ['x.example.net.']]], 'add api.example.com. CNAME'],
  ])(
    'a steered name %s by a run that does not leave it alone, nor is anything else of it made',
    async (_, sets, planned) => {
      const before = await server.readTraffic()
      const desired = [...AFTER, ['new.example.com.', 'A', 60, ['192.0.2.50']] as const, ...sets]
      const outcome = (await sync(desired, { rejected: [] })) as { plan: readonly string[] }
      expect(outcome).toMatchObject({
        rcode: 'REFUSED',
        plan: expect.arrayContaining([planned, 'add new.example.com. A']),
      })
      expect(await server.readTraffic()).toBe(before)
      expect(server.program.stdout).toContain(
        '(key octodns.) refused: api.example.com. A is steered, or made from other keys of the document',
      )
    },
  )

  test('nor gets it addresses beside its own by somebody who has not read the zone', async () => {
    const before = await server.readTraffic()
    const lines = [`server 127.0.0.1 ${server.port}`, 'update add api.example.com 60 A 192.0.2.99', 'send', '']
    await writeFile(server.path('update.txt'), lines.join('\n'))
    const { code } = await run('nsupdate', ['-y', `hmac-sha256:octodns:${SECRET}`, server.path('update.txt')])
    expect([code, await server.readTraffic()]).toEqual([2, before])
  })

  test.each([
    ['without the key', { key: undefined }],
    ['with another secret', { key: { octodns: 'AAAA' } }],
  ])('%s nothing is read', async (_, wish) => {
    expect(await sync([], wish)).toEqual({ error: expect.stringMatching(/Refused|REFUSED|TransferError|BadSignature/) })
  })
})

/** Two pools, of which the second one is for Asia; `status: up` leaves nothing to be probed. */
const zoneFile = (asia: readonly string[], more = ''): string => `
'': { type: NS, values: [ns1.old.example.] }
shop:
  type: A
  ttl: 60
  dynamic:
    pools:
      asia: { fallback: rest, values: [${asia.map(value => `{ value: ${value}, status: up }`).join(', ')}] }
      rest: { values: [ { value: 192.0.2.1, status: up } ] }
    rules: [ { subnets: [133.11.0.0/16], pool: asia }, { pool: rest } ]
  values: [192.0.2.1]
${more}`
const OURS = `
zones: { example.com: { nameservers: [ns1.example.net], transfer: { allow: [192.0.2.53] } } }
regions: { rest-1: { location: [52.5, 13.4] } }
`

describe('dynamic records, by the import', () => {
  let server: Server
  beforeAll(async () => {
    server = await Server.start({ traffic: 'zones: {}\n', files: { 'ours.yaml': OURS } })
  })
  afterAll(() => server?.close())

  /** What a pipeline does whenever it runs, whether files of octoDNS have changed or not; then `apply` with these words, one after the other. */
  async function deploy(zone: string, ...applies: readonly (readonly string[])[]): Promise<readonly string[]> {
    const [file, ours, out] = [server.path('example.com.yaml'), server.path('ours.yaml'), server.path('imported.yaml')]
    await writeFile(file, zone)
    await rm(out, { force: true })
    await succeed(['import', 'octodns', file, '--with', ours, '--out', out])
    const at = ['--server', server.admin, '--state', server.path('state')]
    const told: string[] = []
    for (const words of applies) told.push(await succeed(['apply', out, ...words, ...at]))
    return told
  }
  async function succeed(words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runMeridian(words)
    if (code !== 0) throw new Error(stderr)
    return stdout
  }
  const revisions = async (): Promise<number> => (await server.api('GET', '/v1/revisions')).body.revisions.length
  const answer = async (subnet: string): Promise<string> =>
    (await dig(server.port, '+short', `+subnet=${subnet}`, 'shop.example.com', 'A')).trim()

  test('the first run brings them into force, beside what is ours', async () => {
    expect(await deploy(zoneFile(['192.0.2.2']), [])).toEqual([expect.stringMatching(/^applied: revision \d+/)])
    expect([await answer('133.11.0.0/24'), await answer('130.149.7.0/24')]).toEqual(['192.0.2.2', '192.0.2.1'])
    expect(await dig(server.port, '+short', 'example.com', 'NS')).toBe('ns1.example.net.\n')
    expect(await server.readTraffic()).toContain('location: [52.5, 13.4]')
  })

  test('another run of the same files would change nothing, and makes no revision', async () => {
    const [before, count] = [await server.readTraffic(), await revisions()]
    const [told] = await deploy(zoneFile(['192.0.2.2']), ['--dry-run'], [])
    expect(told).toBe('nothing would mean something else than now\n')
    expect([await server.readTraffic(), await revisions()]).toEqual([before, count])
  })

  test('what has changed in the files is told before, and is all that changes', async () => {
    const count = await revisions()
    const more = 'www: { type: A, value: 192.0.2.9 }\n'
    const [told] = await deploy(zoneFile(['192.0.2.2', '192.0.2.3'], more), ['--dry-run'], [])
    expect(told).toContain('regions.asia-2')
    expect(told).not.toMatch(/regions\.(?:asia-1|rest-1)/)
    expect(await revisions()).toBe(count + 1)
    expect(await dig(server.port, '+short', 'www.example.com', 'A')).toBe('192.0.2.9\n')
  })

  test('what is gone from the files is gone from the document', async () => {
    await deploy(zoneFile(['192.0.2.2']), [])
    expect(await dig(server.port, '+short', 'www.example.com', 'A')).toBe('')
    expect(await server.readTraffic()).not.toContain('asia-2')
  })
})
