import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createExternalDns, MEDIA_TYPE } from '../../../src/control-plane/admin/external-dns.js'
import type { Endpoint } from '../../../src/control-plane/operate/sync-endpoint.js'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import type { TrafficStore } from '../../../src/control-plane/traffic/store.js'
import { parseName } from '../../../src/dns/name.js'

const DOCUMENT = `# Two clusters, and people, keep records here.
regions:
  east: { addresses: [192.0.2.1] }
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
      api: { steer: nearest }   # steered
      by-hand: { type: A, data: 192.0.2.9 }   # written by people
  other.example:
    nameservers: [ns.example.net]
`

/** What went into the audit log. */
let audited: object[]
let folder: string
let store: TrafficStore
let one: Cluster
let two: Cluster
const path = (): string => join(folder, 'traffic.yaml')
const text = (): Promise<string> => readFile(path(), 'utf8')

/** external-dns as it is with `--policy=sync --registry=noop`: what it finds and does not want, it deletes. */
class Cluster {
  private readonly app: Awaited<ReturnType<typeof createExternalDns>>
  constructor(app: Awaited<ReturnType<typeof createExternalDns>>) {
    this.app = app
  }

  static async start(owner: string, zones: readonly string[] = []): Promise<Cluster> {
    const keeper = { owner, zones: zones.map(zone => parseName(zone)) }
    return new Cluster(
      await createExternalDns(store, keeper, pino({ level: 'silent' }), {
        record: async entry => void audited.push(entry),
      }),
    )
  }

  get(url: string, accept = MEDIA_TYPE) {
    return this.app.inject({ method: 'GET', url, headers: { accept } })
  }

  /** As Go posts: without a word on what the body is. */
  post(url: string, body: unknown) {
    return this.app.inject({
      method: 'POST',
      url,
      payload: Buffer.from(JSON.stringify(body)),
      headers: { accept: MEDIA_TYPE },
    })
  }

  async records(): Promise<readonly Endpoint[]> {
    return (await this.get('/records')).json()
  }

  /** One round. @returns how many changes it made; 0 where it saw none to make */
  async sync(wanted: readonly Endpoint[]): Promise<number> {
    const there = await this.records()
    const desired: readonly Endpoint[] = (await this.post('/adjustendpoints', wanted)).json()
    const find = (list: readonly Endpoint[], { dnsName, recordType }: Endpoint) =>
      list.find(other => other.dnsName === dnsName && other.recordType === recordType)
    const isSame = (a: Endpoint, b: Endpoint): boolean =>
      [...a.targets].sort().join() === [...b.targets].sort().join() &&
      (a.recordTTL === undefined || a.recordTTL === b.recordTTL)
    const updates = desired.filter(to => find(there, to) !== undefined && !isSame(to, find(there, to)!))
    const changes = {
      create: desired.filter(to => find(there, to) === undefined),
      updateOld: updates.map(to => find(there, to)),
      updateNew: updates,
      delete: there.filter(from => find(desired, from) === undefined),
    }
    const count = changes.create.length + changes.updateNew.length + changes.delete.length
    if (count > 0) expect((await this.post('/records', changes)).statusCode).toBe(204)
    return count
  }

  close(): Promise<unknown> {
    return this.app.close()
  }
}

beforeEach(async () => {
  audited = []
  folder = await mkdtemp(join(tmpdir(), 'meridian-sync-'))
  await writeFile(path(), DOCUMENT)
  store = await openFileStore(path())
  one = await Cluster.start('cluster-a')
  two = await Cluster.start('cluster-b', ['example.com'])
})
afterEach(async () => {
  await one.close()
  await two.close()
  store.close()
  await rm(folder, { recursive: true, force: true })
})

const a = (dnsName: string, ...targets: string[]): Endpoint => ({ dnsName, recordType: 'A', targets })

describe('the protocol', () => {
  test('is agreed on to the letter: the media type, its version, and Vary', async () => {
    const reply = await one.get('/')
    expect([reply.statusCode, reply.headers['content-type'], reply.headers['vary']]).toEqual([
      200,
      MEDIA_TYPE,
      'Content-Type',
    ])
    expect(reply.json().include).toEqual(['example.com', 'other.example'])
    expect((await two.get('/')).json()).toEqual({ filters: ['example.com'], include: ['example.com'] })
  })

  test.each(['/', '/records'])('%s is not told to who wants another version', async url => {
    expect((await one.get(url, 'application/external.dns.webhook+json;version=2')).statusCode).toBe(406)
  })

  test('old clients write the names of changes with a capital', async () => {
    expect(
      (await one.post('/records', { Create: [a('old.example.com', '192.0.2.20')], Delete: null })).statusCode,
    ).toBe(204)
    expect(await one.records()).toEqual([a('old.example.com', '192.0.2.20')])
  })

  test.each([
    ['no JSON', '/records', '{'],
    ['no changes', '/records', '[]'],
    ['endpoints without targets', '/records', '{"create": [{"dnsName": "a.example.com", "recordType": "A"}]}'],
    ['no list', '/adjustendpoints', '{}'],
  ])('%s make no sense', async (_, url, body) => {
    const reply = await one['app'].inject({ method: 'POST', url, payload: Buffer.from(body) })
    expect([reply.statusCode, await text()]).toEqual([400, DOCUMENT])
  })
})

describe('a cluster', () => {
  const WANTED: readonly Endpoint[] = [
    { ...a('Shop.example.com', '192.0.2.21', '192.0.2.20'), recordTTL: 60 },
    { dnsName: 'shop.example.com', recordType: 'TXT', targets: ['heritage=external-dns,external-dns/owner=default'] },
    { dnsName: 'www.other.example', recordType: 'CNAME', targets: ['Shop.example.com'] },
    { dnsName: '_sip._tcp.example.com', recordType: 'SRV', targets: ['10 5 5060 sip.example.com'] },
    { dnsName: 'example.com', recordType: 'MX', targets: ['10 mail.example.com'] },
    { dnsName: '*.apps.example.com', recordType: 'AAAA', targets: ['2001:0db8::0001'] },
  ]

  test('leaves an entry in the audit log for each change, made or refused, and none where it only looks', async () => {
    const wanted = [{ dnsName: 'audited.example.com', recordType: 'A', targets: ['192.0.2.7'] }]
    await one.sync(wanted)
    await one.sync(wanted)
    const foreign = { dnsName: 'by-hand.example.com', recordType: 'A', targets: ['192.0.2.8'] }
    await one.post('/records', { create: [foreign] })
    const entry = { actor: 'cluster-a', what: 'POST /records', address: '127.0.0.1' }
    expect(audited).toEqual([
      { ...entry, status: 204 },
      { ...entry, status: 500, refused: expect.stringContaining('by-hand') },
    ])
  })

  test('gets what it wants, and sees nothing to do the next times', async () => {
    expect(await one.sync(WANTED)).toBe(6)
    const written = await text()
    expect([await one.sync(WANTED), await one.sync([...WANTED].reverse())]).toEqual([0, 0])
    expect(await text()).toBe(written)
    expect(written).toContain('{ type: A, data: 192.0.2.21, ttl: 60, owner: cluster-a }')
  })

  test('changes and takes away what is its own, and leaves all else as it was, to the byte', async () => {
    await one.sync(WANTED)
    expect(await one.sync([{ ...WANTED[0]!, targets: ['192.0.2.22'] }])).toBe(6)
    expect(await one.records()).toEqual([{ ...a('shop.example.com', '192.0.2.22'), recordTTL: 60 }])
    expect(await one.sync([])).toBe(1)
    expect((await text()).replace(/\n {4}records: \{\}/, '')).toBe(DOCUMENT)
  })

  test('neither sees nor deletes what another has, and gets no part of it', async () => {
    await one.sync([a('shop.example.com', '192.0.2.20')])
    await two.sync([a('blog.example.com', '192.0.2.30')])
    expect(await two.sync([a('blog.example.com', '192.0.2.30'), a('shop.example.com', '203.0.113.1')])).toBe(0)
    expect(await two.sync([])).toBe(1)
    expect(await one.records()).toEqual([a('shop.example.com', '192.0.2.20')])
  })

  test.each([
    ['what another has', a('shop.example.com', '192.0.2.20'), 'shop.example.com A: it belongs to cluster-a'],
    ['what people wrote', a('by-hand.example.com', '192.0.2.20'), 'by-hand.example.com A: it was written by hand'],
    ['a steered name', a('api.example.com', '192.0.2.20'), 'api.example.com A: the name is steered'],
    [
      'a name in a zone that is not its own',
      a('x.other.example', '192.0.2.20'),
      'x.other.example A: not in a zone of cluster-b',
    ],
    ['no address', a('x.example.com', 'nonsense'), 'x.example.com A: '],
    ['an unknown type', { ...a('x.example.com', '1'), recordType: 'NONSENSE' }, 'there is no such type'],
    [
      'steering of another system',
      { ...a('x.example.com', '192.0.2.1'), setIdentifier: 'blue' },
      'sets with an identifier',
    ],
  ])(
    'is refused %s, whole and with the reason, and not as a client that should give up',
    async (_, endpoint, reason) => {
      await one.sync([a('shop.example.com', '192.0.2.20')])
      const before = await text()
      const reply = await two.post('/records', { create: [a('good.example.com', '192.0.2.40'), endpoint] })
      expect([reply.statusCode, await text()]).toEqual([500, before])
      expect(reply.body).toContain(reason)
      const gone = await two.post('/records', { delete: [a('shop.example.com', '192.0.2.20')] })
      expect([gone.statusCode, await text()]).toEqual([500, before])
    },
  )

  test('one name that it cannot have keeps it from none of the others', async () => {
    expect(await two.sync([a('api.example.com', '192.0.2.20'), a('good.example.com', '192.0.2.40')])).toBe(1)
    expect(await two.records()).toEqual([a('good.example.com', '192.0.2.40')])
  })

  test('may have other types at a name of somebody else', async () => {
    expect(await two.sync([{ dnsName: 'api.example.com', recordType: 'TXT', targets: ['"text"'] }])).toBe(1)
    expect(await text()).toContain('steer: nearest')
    expect(await two.sync([])).toBe(1)
    expect(await text()).toContain('steer: nearest')
  })
})
