import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import type { Message } from '../../src/dns/message.js'
import { addressesOf, ask, UdpClient } from './dns-client.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { run, runMeridian } from './program.js'
import { Server } from './server.js'

const TOKYO = '127.0.2.4'
const SINGAPORE = '127.0.2.5'
const SPARE = '127.0.2.6'
const FROM_TOKYO = ask('api.example.com', 'A', '133.11.0.0/24')
const COMMENT = '# ask Hana before you touch this'

let balancers: DemoRegions
let server: Server
let client: UdpClient
let written: string

beforeAll(async () => {
  const port = await freePort()
  balancers = await startDemoRegions([...BALANCERS, { id: 'spare', address: SPARE }], port)
  written = exampleFor({ balancers: port }).replace('description: Tokyo', `description: Tokyo   ${COMMENT}`)
  server = await Server.start({ traffic: written })
  client = await UdpClient.open(server)
})

afterAll(async () => {
  client?.close()
  await server?.close()
  await balancers?.close()
})

const answer = async (query = FROM_TOKYO): Promise<Message> => (await client.ask(query))! // without one the test fails
const lines = (text: string): readonly string[] => text.split('\n')

/** Lines of one text that are not in the other, order kept. */
const added = (before: string, after: string): string[] => {
  const known = lines(before)
  return lines(after).filter(line => !known.includes(line))
}

test('50 times in a row, the first query after the reply has the new answer', async () => {
  for (let i = 0; i < 50; i++) {
    const action = i % 2 === 0 ? 'disable' : 'enable'
    const { status, body } = await server.api('POST', `/v1/regions/ap-northeast/${action}`)
    expect(addressesOf(await answer())).toEqual([action === 'disable' ? SINGAPORE : TOKYO])
    expect([status, body.enabled]).toEqual([200, action === 'enable'])
  }
})

test('the file has one line more, and everything else in it is as it was, the comment beside the region too', async () => {
  const before = await server.readTraffic()
  expect(before).toContain(COMMENT)
  await server.api('POST', '/v1/regions/ap-northeast/disable')
  const after = await server.readTraffic()
  expect(added(before, after).map(line => line.trim())).toEqual(['enabled: false'])
  expect(lines(after).filter(line => line.trim() !== 'enabled: false')).toEqual(
    lines(before).filter(line => !/^ +enabled: (true|false)$/.test(line)),
  )
  for (const line of lines(written)) expect(lines(after)).toContain(line)
})

test('a restart remembers what an operator has taken out', async () => {
  await server.restart()
  expect(addressesOf(await answer())).toEqual([SINGAPORE])
  expect((await server.api('GET', '/v1/regions/ap-northeast')).body).toMatchObject({
    state: 'disabled',
    enabled: false,
  })
})

test('the command line does the same, and says what it did', async () => {
  const cli = (...words: readonly string[]) =>
    runMeridian(['region', ...words, '--server', server.admin, '--state', server.path('state')])
  expect(await cli('enable', 'ap-northeast')).toMatchObject({ code: 0, stderr: '' })
  expect(addressesOf(await answer())).toEqual([TOKYO])
  const disabled = await cli('disable', 'ap-northeast', '--reason', 'maintenance')
  expect(addressesOf(await answer())).toEqual([SINGAPORE])
  expect(disabled).toMatchObject({ code: 0, stderr: '' })
  expect(disabled.stdout).toContain('ap-northeast is disabled')
  expect((await cli('list')).stdout).toMatch(/^ap-northeast +disabled/m)
  expect(JSON.parse((await cli('list', '--json')).stdout).regions).toHaveLength(5)
  expect(await cli('enable', 'ap-northeast')).toMatchObject({ code: 0 })
  await server.program.says(/maintenance/)
})

test('the command line says in one sentence what is wrong, and exits with 1', async () => {
  const state = ['--state', server.path('state')]
  const unknown = await runMeridian(['region', 'disable', 'nowhere', '--server', server.admin, ...state])
  expect([unknown.code, unknown.stdout]).toEqual([1, ''])
  expect(unknown.stderr).toContain('nowhere')
  const nobody = `http://127.0.0.1:${await freePort()}`
  const unreachable = await runMeridian(['region', 'list', '--server', nobody, ...state])
  expect(unreachable.code).toBe(1)
  expect(unreachable.stderr).toContain(`cannot reach ${nobody}`)
  const forbidden = await runMeridian(['region', 'list', '--server', server.admin, '--token', 'wrong'])
  expect(forbidden.code).toBe(1)
  const homeless = await runMeridian(['region', 'list', '--server', server.admin, '--state', server.path('none')])
  expect([homeless.code, homeless.stderr]).toEqual([1, expect.stringContaining('no admin token')])
})

test('meridian explain says who asks, what became of each region, and the answer', async () => {
  const explain = ['explain', 'api.example.com', '--client', '133.11.0.0/24']
  const at = ['--server', server.admin, '--state', server.path('state')]
  const { code, stdout } = await runMeridian([...explain, ...at])
  expect(code).toBe(0)
  for (const { id } of BALANCERS) expect(stdout).toContain(id)
  expect(stdout).toContain(TOKYO)
  const json = JSON.parse((await runMeridian([...explain, ...at, '--json'])).stdout)
  expect(JSON.stringify(json)).toContain(TOKYO)
})

test('of two changes that were made for the same revision, the second is refused, and nothing happens', async () => {
  const { etag } = await server.api('GET', '/v1/regions/us-east')
  const change = { body: { weight: 70 }, headers: { 'if-match': etag! } }
  const first = await server.api('PATCH', '/v1/regions/us-east', change)
  expect([first.status, first.body.weight]).toEqual([200, 70])
  expect(first.etag).not.toBe(etag)
  const text = await server.readTraffic()
  const second = await server.api('PATCH', '/v1/regions/us-east', { ...change, body: { weight: 80 } })
  expect(second).toMatchObject({ status: 412, type: expect.stringContaining('application/problem+json') })
  expect(second.body).toMatchObject({ type: '/problems/revision-conflict' })
  expect(first.etag).toContain(second.body.revision)
  expect(await server.readTraffic()).toBe(text)
})

test('a change by hand makes the revision that somebody has read an old one', async () => {
  const { etag } = await server.api('GET', '/v1/regions/us-east')
  await writeFile(server.path('traffic.yaml'), `${await server.readTraffic()}# by hand\n`)
  const late = await server.api('POST', '/v1/regions/us-east/disable', { headers: { 'if-match': etag! } })
  expect(late.status).toBe(412)
})

test('a new TTL is live at once', async () => {
  const record = '/v1/zones/example.com/records/api'
  expect((await server.api('PATCH', record, { body: { ttl: 1 } })).status).toBe(200)
  expect((await answer()).answers[0]?.ttl).toBe(1)
  const bounds = await server.api('PATCH', record, { body: { ttl: { max: '2s', min: '1s' } } })
  expect([bounds.status, bounds.body.ttl]).toEqual([200, { max: 2, min: 1 }])
  expect((await answer()).answers[0]?.ttl).toBe(2)
})

test('new addresses are live at once, in both families', async () => {
  const path = '/v1/regions/ap-northeast'
  const patched = await server.api('PATCH', path, { body: { addresses: [TOKYO, '::1'] } })
  expect(patched.status).toBe(200)
  // Nothing answers the check at ::1, and it is not given out before it is known to be up; but the name has AAAA now.
  expect((await answer(ask('api.example.com', 'AAAA'))).rcode).toBe(0)
  expect(addressesOf(await answer())).toEqual([TOKYO])
  await server.api('PATCH', path, { body: { addresses: [SPARE, TOKYO] } })
  expect(new Set(addressesOf(await answer()))).toEqual(new Set([TOKYO, SPARE]))
  await server.api('PATCH', path, { body: { addresses: [TOKYO] } })
  expect(addressesOf(await answer())).toEqual([TOKYO])
})

test.each([
  ['PATCH', '/v1/regions/ap-northeast', { addresses: ['127.0.0.300'] }],
  ['PATCH', '/v1/regions/ap-northeast', { addresses: [] }],
  ['PATCH', '/v1/regions/ap-northeast', { addresses: ['127.0.2.4', '127.0.2.4'] }],
  ['PATCH', '/v1/regions/ap-northeast', { location: { latitude: 91, longitude: 0 } }],
  ['PATCH', '/v1/regions/nowhere', { weight: 1 }],
  ['PATCH', '/v1/zones/example.com/records/api', { ttl: { max: '1s', min: '2s' } }],
  ['PATCH', '/v1/zones/example.com/records/mail', { ttl: 5 }],
])('%s %s %j is refused with a problem, and the file is not touched', async (method, path, body) => {
  const before = await server.readTraffic()
  const { status, type, body: problem } = await server.api(method, path, { body })
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(type).toContain('application/problem+json')
  expect(problem).toMatchObject({ status, title: expect.any(String) })
  expect(await server.readTraffic()).toBe(before)
})

test('curl with the token from its file is let in, and without one it is not', async () => {
  const code = ['-s', '-o', '/dev/null', '-w', '%{http_code}', `${server.admin}/v1/status`]
  const token = (await readFile(server.path('state', 'admin-token'), 'utf8')).trim()
  expect((await run('curl', code)).stdout).toBe('401')
  expect((await run('curl', ['-H', `Authorization: Bearer ${token}`, ...code])).stdout).toBe('200')
})
