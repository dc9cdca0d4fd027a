import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAcmeDns } from '../../../src/control-plane/admin/acme-dns.js'
import { AcmeDesk } from '../../../src/control-plane/operate/acme-desk.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import type { TrafficStore } from '../../../src/control-plane/traffic/store.js'
import { parseName } from '../../../src/dns/name.js'

const DOCUMENT = `# Challenges come and go.
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
      www: { type: A, data: 192.0.2.1 }   # not to be touched
`
const HOUR = 3_600_000
const LIMITS = { register: ['127.0.0.1/32'], perMinute: 1000, proxies: ['127.0.0.1'] }

/** What went into the audit log. */
let audited: object[]
let folder: string
let store: TrafficStore
let accounts: OwnValue<typeof AcmeDesk.NONE>
let desk: AcmeDesk
let app: Awaited<ReturnType<typeof createAcmeDns>>
let now: number

const path = (name: string): string => join(folder, name)
const open = (base: string, limits = LIMITS) => {
  desk = new AcmeDesk({ accounts, store, base: parseName(base), keepMs: HOUR, now: () => now })
  return createAcmeDns(
    desk,
    limits,
    pino({ level: 'silent' }),
    { record: async entry => void audited.push(entry) },
    () => now,
  )
}

beforeEach(async () => {
  now = 0
  audited = []
  folder = await mkdtemp(join(tmpdir(), 'meridian-acme-'))
  await writeFile(path('traffic.yaml'), DOCUMENT)
  store = await openFileStore(path('traffic.yaml'))
  accounts = new OwnValue(path('acme-accounts.json'), AcmeDesk.NONE)
  app = await open('acme.example.com')
})
afterEach(async () => {
  await app.close()
  store.close()
  await accounts.settled()
  await rm(folder, { recursive: true, force: true })
})

const post = (url: string, payload: string, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url, payload, headers })
const register = async (body = '') => (await post('/register', body)).json()
const update = (account: Record<string, string>, txt: string, headers: Record<string, string> = {}) =>
  post('/update', JSON.stringify({ subdomain: account['subdomain'], txt }), {
    'x-api-user': account['username']!,
    'x-api-key': account['password']!,
    ...headers,
  })
const [ONE, TWO, THREE] = ['1', '2', '3'].map(digit => digit.repeat(43)) as [string, string, string]
const text = (): Promise<string> => readFile(path('traffic.yaml'), 'utf8')

describe('the audit log', () => {
  test('has registrations, challenges and refusals, and neither passwords nor those who only call too often', async () => {
    const account = await register()
    await update(account, ONE)
    await update({ ...account, password: 'x'.repeat(40) }, TWO)
    await post('/register', '{"allowfrom": ["nonsense"]}')
    const actor = `acme-dns account ${account.subdomain}`
    expect(audited).toEqual([
      { actor: 'nobody', what: 'POST /register', address: '127.0.0.1', status: 201 },
      { actor, what: 'POST /update', address: '127.0.0.1', status: 200 },
      { actor, what: 'POST /update', address: '127.0.0.1', status: 401, refused: '{"error":"forbidden"}' },
      expect.objectContaining({ actor: 'nobody', status: 400, refused: '{"error":"invalid_allowfrom_cidr"}' }),
    ])
    expect(JSON.stringify(audited)).not.toContain(account.password)
  })

  test('has nothing of those who only call too often', async () => {
    await app.close()
    app = await open('acme.example.com', { ...LIMITS, perMinute: 1 })
    for (let i = 0; i < 5; i++) await post('/update', '{}')
    expect(audited).toHaveLength(1)
  })
})

describe('a client that registers', () => {
  test('gets a name of its own and a password, and writes challenges there, the last two of them', async () => {
    const account = await register()
    expect(account).toEqual({
      username: expect.stringMatching(/^[0-9a-f-]{36}$/),
      password: expect.stringMatching(/^[A-Za-z0-9_-]{40}$/),
      subdomain: expect.stringMatching(/^[0-9a-f-]{36}$/),
      fulldomain: `${account.subdomain}.acme.example.com`,
      allowfrom: [],
    })
    for (const challenge of [ONE, TWO, THREE, THREE]) {
      const reply = await update(account, challenge)
      expect([reply.statusCode, reply.json()]).toEqual([200, { txt: challenge }])
    }
    const written = await text()
    expect([ONE, TWO, THREE].map(challenge => written.includes(challenge))).toEqual([false, true, true])
    expect(written).toContain('192.0.2.1 }   # not to be touched')
  })

  test('finds its challenges gone when their time is over, those of others not', async () => {
    const [first, second] = [await register(), await register()]
    await update(first, ONE)
    now += HOUR / 2
    await update(second, TWO)
    now += HOUR / 2
    await desk.sweep()
    expect([(await text()).includes(ONE), (await text()).includes(TWO)]).toEqual([false, true])
    now += HOUR / 2
    await desk.sweep()
    expect(await text()).toBe(DOCUMENT)
  })

  test('is known after a restart, and its password is kept nowhere', async () => {
    const account = await register()
    await accounts.settled()
    const kept = await readFile(path('acme-accounts.json'), 'utf8')
    expect(kept).not.toContain(account.password)
    accounts = new OwnValue(path('acme-accounts.json'), JSON.parse(kept).value)
    await app.close()
    app = await open('acme.example.com')
    expect((await update(account, ONE)).statusCode).toBe(200)
  })

  test('may bind its account to networks', async () => {
    const account = await register('{"allowfrom": ["192.0.2.0/24"]}')
    expect((await update(account, ONE)).statusCode).toBe(401)
    expect((await update(account, ONE, { 'x-forwarded-for': '192.0.2.7' })).statusCode).toBe(200)
  })
})

describe('nothing is written', () => {
  test.each([
    ['with the password of another account', 401, 'forbidden', 'password'],
    ['by another user', 401, 'forbidden', 'username'],
    ['to an account that is none', 401, 'forbidden', 'subdomain'],
  ])('%s', async (_, status, error, key) => {
    const [account, other] = [await register(), await register()]
    const wrong = key === 'subdomain' ? { ...account, subdomain: 'www' } : { ...account, [key]: other[key] }
    const reply = await update(wrong, ONE)
    expect([reply.statusCode, reply.json(), await text()]).toEqual([status, { error }, DOCUMENT])
  })

  test.each([
    ['no challenge', JSON.stringify({ subdomain: 'x', txt: 'short' }), 400, 'bad_txt'],
    [
      'a challenge that would end its text',
      JSON.stringify({ subdomain: 'x', txt: `${'a'.repeat(42)}"` }),
      400,
      'bad_txt',
    ],
    ['no account', JSON.stringify({ txt: ONE }), 400, 'bad_subdomain'],
    ['no JSON', '{', 400, 'malformed_json_payload'],
    ['no map', '[]', 400, 'malformed_json_payload'],
    ['no password', JSON.stringify({ subdomain: 'x', txt: ONE }), 401, 'forbidden'],
  ])('where there is %s', async (_, body, status, error) => {
    const reply = await post('/update', body)
    expect([reply.statusCode, reply.json(), await text()]).toEqual([status, { error }, DOCUMENT])
  })
})

test.each([
  ['from another network', '', { 'x-forwarded-for': '203.0.113.1' }, 403],
  ['for no networks', '{"allowfrom": ["everybody"]}', {}, 400],
])('nobody registers %s', async (_, body, headers, status) => {
  expect((await post('/register', body, headers)).statusCode).toBe(status)
  expect(accounts.current().accounts).toEqual([])
})

test('there are no accounts where no zone holds their names', async () => {
  await app.close()
  app = await open('acme.elsewhere.example')
  const reply = await post('/register', '')
  expect([reply.statusCode, reply.json()]).toEqual([
    503,
    { error: 'no zone of the traffic document holds acme.elsewhere.example.' },
  ])
})

test('who calls too often waits', async () => {
  await app.close()
  app = await open('acme.example.com', { ...LIMITS, perMinute: 2 })
  const statuses = [await post('/register', ''), await post('/register', ''), await post('/register', '')]
  expect(statuses.map(({ statusCode }) => statusCode)).toEqual([201, 201, 429])
  now += 61_000
  expect((await post('/register', '')).statusCode).toBe(201)
})

test('a serial that is written is raised with each challenge', async () => {
  await store.replace(DOCUMENT.replace('    records', '    soa: { serial: 7 }\n    records'))
  await update(await register(), ONE)
  expect(await text()).toContain('serial: 8')
})
