import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../src/cli/client.js'
import { causeOf, problemSentence } from '../../src/cli/client-error.js'
import { startTestNode, type TestNode, TOKEN } from '../control-plane/admin/world.js'

let node: TestNode
let server: string
beforeAll(async () => {
  node = await startTestNode()
  server = await node.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => node.close())

describe('with a real server', () => {
  test('the client reads and changes', async () => {
    const client = createClient({ server, token: TOKEN })
    expect((await client.get('/v1/regions')).regions.map(({ id }) => id)).toEqual(['us-east', 'eu-central', 'spare'])
    expect(await client.post('/v1/regions/us-east/disable', { reason: 'test' })).toMatchObject({ enabled: false })
    expect(await client.post('/v1/regions/us-east/enable')).toMatchObject({ enabled: true })
    expect(await client.patch('/v1/regions/us-east', { weight: 3 })).toMatchObject({ weight: 3 })
    expect((await client.get('/v1/explain?name=api.example.com')).zone).toBe('example.com.')
  })

  test.each([
    ['/v1/regions/us-eats', {}, 'There is no such region: no region is named "us-eats" (did you mean "us-east"?)', 404],
    [
      '/v1/regions/us-east',
      { wieght: 1 },
      'The request makes no sense: wieght: unknown key "wieght" (did you mean "weight"?)',
      400,
    ],
    [
      '/v1/regions/us-east',
      { addresses: ['x'] },
      /^The document would not be sound after this: line \d+, regions.us-east.addresses\[0\]: "x" is not an IP address$/,
      422,
    ],
  ])('the problem of %s with %j is one sentence', async (path, body, message, status) => {
    const client = createClient({ server, token: TOKEN })
    await expect(client.patch(path, body)).rejects.toMatchObject({
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      status,
    })
  })

  test('a wrong token is said to be one', async () => {
    const client = createClient({ server, token: 'wrong' })
    await expect(client.get('/v1/regions')).rejects.toThrow('This needs a token: the token is not the right one')
  })
})

test('where nothing listens, the message asks whether the server runs', async () => {
  const taken = createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo // TCP has ports
  await new Promise(resolve => taken.close(resolve))
  const client = createClient({ server: `http://127.0.0.1:${port}`, token: TOKEN })
  await expect(client.get('/v1/regions')).rejects.toMatchObject({
    message: `cannot reach http://127.0.0.1:${port}: is the server running there? --server URL or MERIDIAN_SERVER name another place`,
    status: undefined,
  })
})

test.each([
  ['a page', 200, '<html>', 'answered with status 200, but not as Meridian does'],
  ['an error of a proxy', 502, 'Bad Gateway', 'answered with status 502, but not as Meridian does'],
  ['somewhere else to go', 302, '', 'answered with status 302, but not as Meridian does'],
])('a server that answers with %s is not taken for Meridian', async (_, status, body, message) => {
  const other = createServer((_request, reply) => reply.writeHead(status, { location: '/elsewhere' }).end(body))
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo // TCP has ports
  await expect(createClient({ server: `http://127.0.0.1:${port}`, token: 'x' }).get('/v1/regions')).rejects.toThrow(
    message,
  )
  other.closeAllConnections()
  await new Promise(resolve => other.close(resolve))
})

test.each(['localhost:8053', '127.0.0.1', 'ftp://a', 'http://', ''])('%j is no address of a server', async text => {
  await expect(createClient({ server: text, token: 'x' }).get('/v1')).rejects.toThrow('is not an address such as')
})

const failed = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error('inner'), { code }) })

test.each([
  [
    failed('ECONNREFUSED'),
    'cannot reach S: is the server running there? --server URL or MERIDIAN_SERVER name another place',
  ],
  [failed('ENOTFOUND'), 'cannot reach S: no such host'],
  [
    failed('DEPTH_ZERO_SELF_SIGNED_CERT'),
    'the certificate of S is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT); NODE_EXTRA_CA_CERTS names a file of more authorities',
  ],
  [failed('ERR_SSL_WRONG_VERSION_NUMBER'), 'S does not speak TLS as expected: is it http instead of https?'],
  [failed('EOTHER'), 'cannot talk to S: inner'],
  [new DOMException('late', 'TimeoutError'), 'no answer from S'],
  ['odd', 'cannot talk to S: odd'],
])('%s is told to people', (error, sentence) => {
  expect(causeOf(error, 'S')).toBe(sentence)
})

test.each([
  ['', undefined],
  ['null', undefined],
  ['[]', undefined],
  ['{"title":5}', undefined],
  ['{"title":"No"}', 'No'],
  ['{"title":"No","detail":"because"}', 'No: because'],
  ['{"title":"No","errors":[{"path":"","message":"gone"},null]}', 'No: gone; undefined'],
])('of %s the sentence is %j', (text, sentence) => {
  expect(problemSentence(text)).toBe(sentence)
})
