// Client certificates at a real API over TLS, shown by a real client.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect as connectTcp, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Server as TlsServer } from 'node:tls'
import { connect, type TLSSocket } from 'node:tls'
import { Agent, request } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ClientDoor, type ClientDoorOptions } from '../../../src/control-plane/admin/client-door.js'
import { createAdminServer } from '../../../src/control-plane/admin/server.js'
import { Authority, type Issued } from './authority.js'
import { startTestNode, type TestNode, TOKEN } from './world.js'

let folder: string
let ours: Authority
let others: Authority
let server: Issued
const made: Record<string, Issued> = {}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-clients-'))
  const authority = (name: string): Authority => {
    mkdirSync(join(folder, name))
    return new Authority(join(folder, name), name)
  }
  ours = authority('ours')
  others = authority('others')
  server = ours.issue({ subject: '/CN=server', names: 'IP:127.0.0.1', usage: 'serverAuth' })
  made['alice'] = ours.issue({ subject: '/CN=alice/O=example/OU=sre' })
  made['bob'] = ours.issue({ subject: '/CN=bob/O=example/OU=looks' })
  made['carol'] = ours.issue({ subject: '/CN=carol' })
  made['mallory'] = others.issue({ subject: '/CN=alice/O=example/OU=sre' })
  made['old'] = ours.issue({ subject: '/CN=alice/OU=sre', from: '20200101000000Z', until: '20200201000000Z' })
  made['no client'] = ours.issue({ subject: '/CN=alice/OU=sre', usage: 'serverAuth' })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let node: TestNode
let app: Awaited<ReturnType<typeof createAdminServer>>
let door: ClientDoor
let port: number
let agents: Agent[]
beforeEach(async () => {
  node = await startTestNode()
  agents = []
})
afterEach(async () => {
  await Promise.all(agents.map(agent => agent.close()))
  await app.close()
  await node.close()
})

async function serve(more: Partial<ClientDoorOptions> = {}): Promise<void> {
  door = new ClientDoor({
    authorities: ours.certificate,
    required: false,
    name: 'cn',
    by: 'ou',
    grants: { sre: ['operate', 'edit'], looks: ['read'] },
    within: {},
    ...more,
  })
  const tls = { certificate: server.cert, key: server.key }
  app = await createAdminServer(node.port, { token: TOKEN, logger: node.logger, tls, clients: door })
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.addresses() as { port: number }[])[0]!.port // TCP has ports
}

const agentOf = (who?: string): Agent => {
  const agent = new Agent({
    connections: 1,
    connect: { ca: ours.certificate, ...(who === undefined ? {} : made[who]) },
  })
  agents.push(agent)
  return agent
}
interface Asked {
  readonly path?: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Record<string, string>
}
async function ask(dispatcher: Agent, { path = '/v1/regions', method = 'GET', headers = {} }: Asked = {}) {
  const { statusCode, body } = await request(`https://127.0.0.1:${port}${path}`, { dispatcher, method, headers })
  return { status: statusCode, body: (await body.json()) as { detail?: string; type?: string } } // of the API
}
const DISABLE: Asked = { path: '/v1/regions/us-east/disable', method: 'POST' }

describe('a certificate that an authority of ours has signed', () => {
  test('lets its holder do what its part grants, and is the actor of what was done', async () => {
    await serve()
    const alice = agentOf('alice')
    expect([(await ask(alice)).status, (await ask(alice, DISABLE)).status]).toEqual([200, 200])
    const { body } = await ask(alice, { path: '/v1/revisions?limit=1' })
    expect(body).toMatchObject({ revisions: [{ actor: 'certificate:alice' }] })
    expect(await ask(alice, { path: '/v1/tokens' })).toMatchObject({
      status: 403,
      body: { detail: 'this needs the scope admin; certificate:alice has operate, edit' },
    })
    expect((await ask(agentOf('bob'), DISABLE)).status).toBe(403)
    expect((await ask(agentOf('carol'))).status).toBe(403)
  })

  test('keeps its holder within the bounds of its part', async () => {
    await serve({ within: { sre: { zones: [], regions: ['eu-*'] } } })
    expect(await ask(agentOf('alice'), DISABLE)).toMatchObject({
      status: 403,
      body: { detail: 'certificate:alice may change region eu-* only, and not regions.us-east.enabled' },
    })
    const path = '/v1/regions/eu-central/disable'
    expect((await ask(agentOf('alice'), { ...DISABLE, path })).status).toBe(200)
  })

  test('gives way to a token that is shown, right or wrong', async () => {
    await serve()
    const show = (token: string) => ask(agentOf('bob'), { ...DISABLE, headers: { authorization: `Bearer ${token}` } })
    expect((await show(TOKEN)).status).toBe(200)
    expect((await show('wrong')).status).toBe(401)
  })

  test('is known again when a session is resumed, and not when other authorities are in force', async () => {
    await serve()
    const first = await resumable()
    expect(first.status).toBe(200)
    const second = await resumable(first.session)
    expect([second.resumed, second.status]).toEqual([true, 200])
    const tls = app.server as unknown as TlsServer // it was made with a certificate
    tls.setSecureContext({ ...server, ca: others.certificate })
    door.renewed()
    const third = await resumable(second.session)
    expect([third.resumed, third.status]).toEqual([false, 401])
  })

  test('is not believed on a connection from before other authorities were in force', async () => {
    await serve()
    const alice = agentOf('alice')
    expect((await ask(alice)).status).toBe(200)
    door.renewed()
    expect(await ask(alice)).toMatchObject({
      status: 401,
      body: { detail: 'other authorities are in force by now: connect anew' },
    })
  })

  test('is not believed where its handshake began before and came to an end after', async () => {
    await serve()
    const begun = connectTcp(port, '127.0.0.1')
    const arrived = new Promise(resolve => app.server.once('connection', resolve))
    await arrived
    door.renewed()
    expect((await resumable(undefined, begun)).status).toBe(401)
  })

  test('is not lent to the pages of others by a browser that holds it', async () => {
    await serve()
    const alice = agentOf('alice')
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
      expect(await ask(alice, { ...DISABLE, headers })).toMatchObject({ status: 403, body: { type: '/problems/csrf' } })
    const own = { origin: `https://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' }
    expect((await ask(alice, { ...DISABLE, headers: own })).status).toBe(200)
  })
})

test.each([
  ['of an authority that we do not know', 'mallory'],
  ['that is over', 'old'],
  ['that is not for clients', 'no client'],
])('a certificate %s lets nobody in, but need not be shown', async (_, who) => {
  await serve()
  const { status, body } = await ask(agentOf(who))
  expect([status, body.detail]).toEqual([401, expect.stringMatching(/^the client certificate is no good: [A-Z_]+$/)])
  const headers = { authorization: `Bearer ${TOKEN}` }
  expect((await ask(agentOf(who), { headers })).status).toBe(200)
  expect((await ask(agentOf(), { headers })).status).toBe(200)
  expect((await ask(agentOf())).body.detail).toBe('send it as "Authorization: Bearer TOKEN"')
})

test('where certificates are required, nobody connects without a good one', async () => {
  await serve({ required: true })
  for (const who of [undefined, 'mallory', 'old', 'no client'])
    await expect(ask(agentOf(who), { path: '/livez' })).rejects.toThrow()
  expect((await ask(agentOf('bob'), { path: '/livez' })).status).toBe(200)
})

test('what an authority has taken back is no good', async () => {
  const gone = ours.issue({ subject: '/CN=dave/OU=sre' })
  made['dave'] = gone
  await serve({ revoked: ours.revoke(gone) })
  expect(await ask(agentOf('dave'))).toMatchObject({
    status: 401,
    body: { detail: 'the client certificate is no good: CERT_REVOKED' },
  })
  expect((await ask(agentOf('alice'))).status).toBe(200)
})

interface Resumed {
  readonly status: number
  readonly resumed: boolean
  readonly session: Buffer | undefined
}

/** One request on a connection of its own, which resumes a session of before. */
function resumable(session?: Buffer, over?: Socket): Promise<Resumed> {
  return new Promise((resolve, reject) => {
    let kept: Buffer | undefined
    let text = ''
    const options = {
      host: '127.0.0.1',
      port,
      ca: ours.certificate,
      ...made['alice'],
      ...(session && { session }),
      ...(over && { socket: over }),
    }
    const socket: TLSSocket = connect(options, () => {
      socket.write('GET /v1/regions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    })
    const resumed = () => socket.isSessionReused()
    socket.on('session', ticket => {
      kept = ticket
    })
    let was = false
    socket.on('secureConnect', () => {
      was = resumed()
    })
    socket.setEncoding('utf8').on('data', chunk => {
      text += chunk
    })
    socket.on('close', () => resolve({ status: Number(text.split(' ')[1]), resumed: was, session: kept }))
    socket.on('error', reject)
  })
}
