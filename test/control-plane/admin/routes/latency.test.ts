import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

const CSV = { headers: { 'content-type': 'text/csv' } }

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
  await writeFile(join(node.folder, 'rtt.csv'), 'client,region,ms\nDE,eu-central,9\n')
  await node.rewrite(
    `${DOCUMENT}latency: { rum: { learned: { minimum-samples: 1 } }, imported: { file: rtt.csv } }\npolicies: { fast: [{ latency: { table: imported } }] }\n`.replace(
      'steer: nearest, ttl: { max: 60s',
      'steer: fast, ttl: { max: 60s',
    ),
  )
})
afterAll(() => node.close())

const report = (samples: readonly object[], more = {}) =>
  node.call('POST', '/v1/latency', { payload: { samples, ...more } })

test('a batch goes into the only learned table, and comes into force when that is refreshed', async () => {
  const reply = await report([
    { client: '203.0.113.7', region: 'us-east', rttMs: 21.5 },
    { client: 'x', region: 'us-east', rttMs: 1 },
  ])
  expect(reply.json()).toMatchObject({ accepted: 1, refusedCount: 1, refused: [{ index: 1 }] })
  await node.latency.refresh()
  const rows = await node.call('GET', '/v1/latency/rum/rows?client=203.0.113.200')
  expect(rows.json()).toMatchObject({
    row: { 'us-east': 21.5 },
    known: [{ region: 'us-east', rttMs: 21.5, samples: 1 }],
  })
  expect((await node.call('GET', '/v1/latency')).json().tables).toMatchObject([
    { name: 'rum', rows: 1, learned: { networks: 1, rows: 1 } },
    { name: 'imported', file: 'rtt.csv', rows: 1 },
  ])
})

test('the file of a table is given as it is, and a table without one says so', async () => {
  const file = await node.call('GET', '/v1/latency/imported/file')
  expect(file.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(file.body).toBe('client,region,ms\nDE,eu-central,9\n')
  expect((await node.call('GET', '/v1/latency/rum/file')).json().type).toBe('/problems/latency-table-unfit')
  expect((await node.call('GET', '/v1/latency/x/file')).json().type).toBe('/problems/latency-table-not-found')
})

test.each([
  ['there are no samples', [], {}, 400, 'request-invalid'],
  ['a sample has an unknown key', [{ client: 'x', region: 'us-east', rttMs: 1, more: 1 }], {}, 400, 'request-invalid'],
  [
    'the table is not there',
    [{ client: '203.0.113.7', region: 'us-east', rttMs: 1 }],
    { table: 'x' },
    404,
    'latency-table-not-found',
  ],
  [
    'the table is not learned',
    [{ client: '203.0.113.7', region: 'us-east', rttMs: 1 }],
    { table: 'imported' },
    409,
    'latency-table-unfit',
  ],
])('a batch is refused where %s', async (_, samples, more, status, type) => {
  const reply = await report(samples, more)
  expect([reply.statusCode, reply.json().type]).toEqual([status, `/problems/${type}`])
})

test('a table that changes too much is refused unless forced, and a dry run changes nothing', async () => {
  const payload = 'client,region,ms\nFR,eu-central,12\n'
  const dry = await node.call('PUT', '/v1/latency/imported?dryRun=true', { ...CSV, payload })
  expect(dry.json()).toMatchObject({ applied: false, rows: { dropped: 1, added: 1 } })
  const refused = await node.call('PUT', '/v1/latency/imported', { ...CSV, payload })
  expect(refused.json()).toMatchObject({ status: 409, type: '/problems/latency-table-refused' })
  const rows = async () => (await node.call('GET', '/v1/latency/imported/rows?client=FR')).json().row
  expect(await rows()).toEqual({})
  const forced = await node.call('PUT', '/v1/latency/imported?force=true', { ...CSV, payload })
  expect(forced.json()).toMatchObject({ applied: true })
  expect(await rows()).toEqual({ 'eu-central': 12 })
})

describe('with safety rules', () => {
  const put = (query: string, headers = {}, payload = 'client,region,ms\nFR,us-east,3\n') =>
    node.call('PUT', `/v1/latency/imported?force=true${query}`, { payload, headers: { ...CSV.headers, ...headers } })
  const auditLog = () => readFile(join(node.folder, 'audit.log'), 'utf8')
  const rows = async () => (await node.call('GET', '/v1/latency/imported/rows?client=FR')).json().row

  const ask = async (rules: string) =>
    node.rewrite((await node.text()).replace(/safety:(\n {2}.*|.*)\n/, `safety: ${rules}\n`))

  beforeAll(async () => {
    await node.call('PUT', '/v1/latency/imported?force=true', {
      ...CSV,
      payload: 'client,region,ms\nFR,eu-central,12\n',
    })
    await ask('{ go: { facts: { agreed: true } }, up: { at-least: 1 } }')
  })

  test('a table is refused with every rule that is against moving clients, and a dry run tells them', async () => {
    expect((await put('&dryRun=true')).json()).toMatchObject({ applied: false, rules: [{ rule: 'go' }] })
    const refused = await put('')
    expect(refused.json()).toMatchObject({ status: 409, type: '/problems/safety-refused', rules: [{ rule: 'go' }] })
    expect(await rows()).toEqual({ 'eu-central': 12 })
    expect(await auditLog()).toContain('"problem":"/problems/safety-refused"')
  })

  test('to override rules takes all their ids and a reason, and is in the audit log', async () => {
    expect((await put('', { 'x-override-rules': 'go' })).json()).toMatchObject({ type: '/problems/request-invalid' })
    const reply = await put('', { 'x-override-rules': 'go', 'x-reason': 'the sale is off' })
    expect(reply.json()).toMatchObject({ applied: true })
    expect(await rows()).toEqual({ 'us-east': 3 })
    expect(await auditLog()).toContain('"reason":"the sale is off","overrides":["go"]')
  })

  test('after a table has moved clients, the next one has to wait as after every other change', async () => {
    await ask('{ go: { facts: { agreed: true } }, calm: { wait: 1h } }')
    const headers = { 'x-override-rules': 'go', 'x-reason': 'once more' }
    const next = await put('', headers, 'client,region,ms\nFR,us-east,4\n')
    expect(next.json()).toMatchObject({ type: '/problems/safety-refused', rules: [{ rule: 'go' }, { rule: 'calm' }] })
    expect(await rows()).toEqual({ 'us-east': 3 })
  })
})

test('a table that is not sound is refused with every problem and its place', async () => {
  const reply = await node.call('PUT', '/v1/latency/imported', {
    ...CSV,
    payload: 'client,region,ms\nXX,eu-central,12\nDE,eu-central,a\n',
  })
  expect(reply.statusCode).toBe(400)
  expect(reply.json().errors).toMatchObject([{ at: { line: 2, column: 1 } }, { at: { line: 3, column: 15 } }])
})

test('rows cannot be put into a table that is learned only', async () => {
  const reply = await node.call('PUT', '/v1/latency/rum', { ...CSV, payload: 'client,region,ms\n' })
  expect(reply.json()).toMatchObject({ status: 409, type: '/problems/latency-table-unfit' })
})

test('what was reported is not in the audit log, and what was exchanged is', async () => {
  const lines = (await readFile(join(node.folder, 'audit.log'), 'utf8')).split('\n')
  expect(lines.filter(line => line.includes('PUT /v1/latency'))).not.toEqual([])
  expect(lines.filter(line => line.includes('POST /v1/latency') && line.includes('"status":200'))).toEqual([])
})
