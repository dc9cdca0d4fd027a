import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { get as getTls } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROBLEMS, type ProblemType, problemUri } from '../../../src/control-plane/admin/problems.js'
import { createAdminServer } from '../../../src/control-plane/admin/server.js'
import { documentOf, fill, operationsOf } from './openapi-calls.js'
import { startTestNode, type TestNode, TOKEN } from './world.js'

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.close())

describe('who may come in', () => {
  test.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer nonsense' }],
    ['a beginning of the token', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['the token and more', { authorization: `Bearer ${TOKEN}x` }],
    ['the token as a password', { authorization: `Basic ${Buffer.from(`admin:${TOKEN}`).toString('base64')}` }],
    ['the token without its scheme', { authorization: TOKEN }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('with %s, every operation but the open ones is refused', async (_, headers) => {
    const operations = operationsOf(node.app)
    expect(operations.filter(({ open }) => !open).length).toBeGreaterThan(10)
    const before = await node.text()
    for (const { method, path, open } of operations) {
      const reply = await node.app.inject({ method: method as 'GET', url: fill(path), headers, payload: {} })
      if (open) expect(reply.statusCode, path).toBe(200)
      else {
        expect(reply.statusCode, path).toBe(401)
        expect(reply.json().type, path).toBe('/problems/unauthorized')
        expect(reply.headers['www-authenticate'], path).toMatch(/^Bearer realm="meridian"/)
      }
    }
    expect(await node.text()).toBe(before)
  })

  test('with the token, no operation is refused', async () => {
    for (const { method, path, hasBody } of operationsOf(node.app)) {
      const reply = await node.call(method, fill(path), hasBody ? { payload: {} } : {})
      expect([401, 403, 500], `${method} ${path}: ${reply.body}`).not.toContain(reply.statusCode)
    }
  })

  test('everything under /v1 wants the token, and nothing else does', () => {
    for (const { path, open } of operationsOf(node.app)) expect(path.startsWith('/v1/'), path).toBe(!open)
  })

  test.each([
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/%76%31/regions',
    '//v1/regions',
    '/v1/regions?x=1',
    '/v1/regions/../zones',
  ])('%s tells nothing without the token', async url => {
    const reply = await node.app.inject({ url })
    expect([401, 404]).toContain(reply.statusCode)
    expect(reply.body).not.toContain('us-east')
  })

  test('a server with an empty token is not made', async () => {
    await expect(createAdminServer(node.port, { token: '', logger: node.logger })).rejects.toThrow('empty')
  })
})

describe('problems', () => {
  const json = { 'content-type': 'application/json' }
  test.each<[string, string, string, object, ProblemType]>([
    ['an unknown path', 'GET', '/nothing', {}, 'route-not-found'],
    ['an unknown path under /v1', 'GET', '/v1/nothing', {}, 'route-not-found'],
    ['a wrong method', 'DELETE', '/v1/regions/us-east', {}, 'method-not-allowed'],
    [
      'a preflight of another origin',
      'OPTIONS',
      '/v1/regions',
      { headers: { origin: 'https://evil.example' } },
      'method-not-allowed',
    ],
    ['a wrong method of an open route', 'POST', '/metrics', {}, 'method-not-allowed'],
    ['a path that is not encoded', 'GET', '/v1/%zz', {}, 'request-invalid'],
    ['a name without end', 'GET', `/v1/regions/${'a'.repeat(2000)}`, {}, 'uri-too-long'],
    ['broken JSON', 'PATCH', '/v1/regions/us-east', { headers: json, payload: '{"weight":' }, 'request-invalid'],
    ['a list for a map', 'PATCH', '/v1/regions/us-east', { payload: [] }, 'request-invalid'],
    ['no body where one is needed', 'PATCH', '/v1/regions/us-east', {}, 'request-invalid'],
    [
      'a prototype in the body',
      'PATCH',
      '/v1/regions/us-east',
      { headers: json, payload: '{"__proto__":{"weight":1}}' },
      'request-invalid',
    ],
    [
      'text for JSON',
      'PATCH',
      '/v1/regions/us-east',
      { headers: { 'content-type': 'text/plain' }, payload: 'weight' },
      'media-type-unsupported',
    ],
    [
      'a form for JSON',
      'POST',
      '/v1/regions/us-east/disable',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'a=b' },
      'media-type-unsupported',
    ],
    [
      'a huge body',
      'PATCH',
      '/v1/regions/us-east',
      { payload: { description: 'x'.repeat(100_000) } },
      'body-too-large',
    ],
    [
      'If-Match without quotes',
      'PATCH',
      '/v1/regions/us-east',
      { headers: { 'if-match': 'abc' }, payload: {} },
      'request-invalid',
    ],
  ])('%s is answered with problem details', async (_, method, url, options, type) => {
    const before = await node.text()
    const reply = await node.call(method, url, options)
    const { status, title } = PROBLEMS[type]
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(reply.statusCode).toBe(status)
    expect(reply.json()).toMatchObject({ type: problemUri(type), title, status })
    expect(reply.headers['access-control-allow-origin']).toBeUndefined()
    expect(await node.text()).toBe(before)
  })

  test('a wrong method is told which ones are right', async () => {
    const reply = await node.call('DELETE', '/v1/regions/us-east')
    expect(reply.headers['allow']).toBe('GET, HEAD, PATCH')
  })

  test('every problem of a body is told at once, with its path', async () => {
    const reply = await node.call('PATCH', '/v1/regions/us-east', {
      payload: { wieght: 1, enabled: 'no', addresses: [5] },
    })
    expect(reply.json().errors).toEqual([
      { path: 'wieght', message: 'unknown key "wieght"', suggestion: 'weight' },
      { path: 'enabled', message: '"no" is not true or false' },
      { path: 'addresses[0]', message: '5 is not an IP address' },
    ])
  })

  test('what goes wrong inside is logged and not told', async () => {
    const explain = (): never => {
      throw new Error('the secret is 42')
    }
    const app = await createAdminServer({ ...node.port, explain }, { token: TOKEN, logger: node.logger })
    const reply = await app.inject({ url: '/v1/explain?name=a', headers: { authorization: `Bearer ${TOKEN}` } })
    expect(reply.statusCode).toBe(500)
    expect(reply.json()).toEqual({ type: '/problems/internal', status: 500, title: PROBLEMS.internal.title })
    expect(JSON.stringify(node.lines)).toContain('the secret is 42')
    await app.close()
  })
})

describe('headers', () => {
  test.each([
    ['/v1/regions', 'no-store', "default-src 'none'"],
    ['/v1/nothing', 'no-store', "default-src 'none'"],
    ['/metrics', undefined, "default-src 'none'"],
    ['/docs', undefined, "style-src 'sha256-"],
    ['/nothing', undefined, "frame-ancestors 'none'"],
  ])('%s may not be sniffed, framed or kept', async (url, cache, policy) => {
    const { headers } = await node.call('GET', url)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toContain(policy)
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(headers['cache-control']).toBe(cache)
  })
})

describe('on a real socket', () => {
  const listening = async (options = {}) => {
    const app = await createAdminServer(node.port, { token: TOKEN, logger: node.logger, ...options })
    await app.listen({ host: '127.0.0.1', port: 0 })
    const [address] = app.addresses() as { port: number }[] // TCP has ports
    return { app, port: address!.port }
  }

  test('over TLS it serves with the certificate that it was given', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-tls-'))
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ],
      { stdio: 'ignore' },
    )
    const { app, port } = await listening({ tls: { certificate: readFileSync(cert), key: readFileSync(key) } })
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      getTls({ host: '127.0.0.1', port, path: '/livez', ca: readFileSync(cert), agent: false }, reply => {
        reply.resume().on('end', () => resolve(reply))
      }).on('error', reject)
    })
    expect(reply.statusCode).toBe(200)
    // RFC 6797: by TLS browsers are told to come by TLS only, and without it they must not be.
    expect(reply.headers['strict-transport-security']).toBe('max-age=2592000')
    expect((await node.call('GET', '/livez')).headers).not.toHaveProperty('strict-transport-security')
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow()
    await app.close()
    rmSync(folder, { recursive: true })
  })

  test('what is no HTTP is answered with a problem too', async () => {
    const { app, port } = await listening()
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', chunk => chunks.push(chunk))
    socket.write('NONSENSE\r\n\r\n')
    await new Promise(resolve => socket.once('close', resolve))
    const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 400 /)
    expect(head).toContain('application/problem+json')
    expect(JSON.parse(body)).toMatchObject({ type: '/problems/request-invalid', status: 400 })
    await app.close()
  })
})

describe('the documentation', () => {
  test('tells of the key of every POST that is made once, and of what every path, query and body can meet', () => {
    const { paths } = documentOf(node.app)
    for (const { method, path, open } of operationsOf(node.app)) {
      if (open) continue
      const { parameters = [], responses } = paths[path]![method.toLowerCase()]!
      const told = Object.values(responses)
        .map(({ description }) => description)
        .join(' ')
      const where = `${method} ${path}`
      const isOnce = method === 'POST' && path !== '/v1/tokens'
      expect(
        parameters.some(({ name }) => name === 'Idempotency-Key'),
        where,
      ).toBe(isOnce)
      const wanted = [
        ...(isOnce ? ['idempotency-key-reused', 'idempotency-key-in-use', 'idempotency-key-lost'] : []),
        ...(method === 'GET' ? [] : ['request-invalid', 'body-too-large', 'media-type-unsupported']),
        ...(path.includes('{') ? ['request-invalid', 'uri-too-long'] : []),
      ]
      for (const type of wanted) expect(told.split(`(${type}).`).length, `${where}: ${type}`).toBe(2)
    }
  })

  test('is OpenAPI 3.1, and knows problems, security and words for everything', async () => {
    const document = (await node.app.inject({ url: '/openapi.json' })).json()
    expect(document.openapi).toBe('3.1.0')
    expect(document.info.version).toBe('0.1.0-test')
    expect(document.components.securitySchemes.token).toMatchObject({ type: 'http', scheme: 'bearer' })
    expect(document.components.schemas.Problem.properties.errors).toBeDefined()
    const { paths } = documentOf(node.app)
    const operations = Object.values(paths).flatMap(methods => Object.values(methods))
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
    for (const { summary, tags, security, responses } of operations) {
      expect(summary).toBeTruthy()
      expect(tags).toHaveLength(1)
      if (security?.length !== 0) expect(responses['401']?.content?.['application/problem+json']).toBeDefined()
    }
  })

  test('a body that may be left out is not required', () => {
    const { paths } = documentOf(node.app)
    expect(paths['/v1/regions/{id}/disable']?.['post']?.requestBody?.required).toBe(false)
    expect(paths['/v1/regions/{id}']?.['patch']?.requestBody?.required).toBe(true)
  })

  test('is a page without scripts that shows every operation and every problem', async () => {
    const page = (await node.app.inject({ url: '/docs' })).body
    expect(page).not.toMatch(/<script|\son\w+=|style="/i)
    for (const { path } of operationsOf(node.app)) expect(page).toContain(`<code>${path}</code>`)
    for (const type of Object.keys(PROBLEMS)) expect(page).toContain(`id="problem-${type}"`)
  })

  test('a type of problem leads to its explanation', async () => {
    const { statusCode, headers } = await node.app.inject({ url: '/problems/region-not-found' })
    expect([statusCode, headers['location']]).toEqual([302, '/docs#problem-region-not-found'])
    expect((await node.app.inject({ url: '/problems/toString' })).statusCode).toBe(404)
  })
})
