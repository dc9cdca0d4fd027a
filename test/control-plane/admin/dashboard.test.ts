import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type FastifyInstance, fastify } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dashboard, readPage } from '../../../src/control-plane/admin/dashboard.js'

let folder: string
let app: FastifyInstance

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<p>hello</p>')
  await writeFile(join(folder, 'assets', 'index-1.js'), 'hello()')
  await writeFile(join(folder, 'notes.secret'), 'not for the web')
  app = fastify()
  dashboard(app, readPage(folder))
  await app.ready()
})

afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

test('the page is at the root, and is asked for anew each time', async () => {
  const { statusCode, body, headers } = await app.inject('/')
  expect([statusCode, body]).toEqual([200, '<p>hello</p>'])
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
  expect((await app.inject({ url: '/', headers: { 'if-none-match': String(headers['etag']) } })).statusCode).toBe(304)
})

test('assets are kept for ever, and come packed to whoever can unpack them', async () => {
  const { headers, rawPayload } = await app.inject({
    url: '/assets/index-1.js',
    headers: { 'accept-encoding': 'gzip' },
  })
  expect(headers).toMatchObject({ 'content-encoding': 'gzip', 'cache-control': 'public, max-age=31536000, immutable' })
  expect(gunzipSync(rawPayload).toString()).toBe('hello()')
})

test('the policy of the page allows nothing that stands in the page, and nothing of others', async () => {
  const policy = String((await app.inject('/')).headers['content-security-policy'])
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('unsafe')
})

test('what is no part of a page is not served', async () => {
  expect((await app.inject('/notes.secret')).statusCode).toBe(404)
  expect((await app.inject('/index.html')).statusCode).toBe(404)
})

test('where nothing was built, there is no page', () => {
  expect(readPage(join(folder, 'nowhere'))).toEqual([])
})
