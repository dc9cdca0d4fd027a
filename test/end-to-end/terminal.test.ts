// The command line at a real terminal: it shows what would come of it and asks, and shows what goes on.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXAMPLE } from './example.js'
import { meridianAtTerminal } from './program.js'
import { Server } from './server.js'

let server: Server
beforeAll(async () => {
  server = await Server.start({ traffic: EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '') })
})
afterAll(() => server?.close())

const atTerminal = async (...args: readonly string[]) =>
  meridianAtTerminal(args, { env: { MERIDIAN_SERVER: server.admin, MERIDIAN_TOKEN: await server.token() } })

/** What was shown, and the exit code, where somebody answers the question so. */
async function answering(answer: string, ...args: readonly string[]) {
  const program = await atTerminal(...args)
  await program.says(/Do it\? \[y\/N\] /)
  program.type(`${answer}\r`)
  return { code: await program.exited, shown: program.stdout }
}
const isEnabled = async (id: string) => (await server.api('GET', `/v1/regions/${id}`)).body.enabled
const made = async (path: string, body: object) => {
  const reply = await server.api('POST', path, { body })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body.id as string
}
const overrideDown = () =>
  made('/v1/overrides', { targets: ['us-west'], state: 'down', reason: 'a new switch', for: '10m' })
const moveTo = (region: string) =>
  new RegExp(`% of the clients of api\\.example\\.com\\. A move from \\S+ to ${region}`)

test('who says no has changed nothing, and who says yes has, once they saw who would move', async () => {
  const no = await answering('n', 'region', 'disable', 'us-east')
  expect([no.code, await isEnabled('us-east')]).toEqual([1, true])
  expect(no.shown).toMatch(/A move from us-east to us-west[\s\S]*nothing was changed/)
  const yes = await answering('y', 'region', 'disable', 'us-east')
  expect([yes.code, await isEnabled('us-east')]).toEqual([0, false])
  const back = await answering('', 'region', 'enable', 'us-east')
  expect([back.code, await isEnabled('us-east')]).toEqual([1, false])
  expect(back.shown).toMatch(moveTo('us-east'))
  expect((await answering('yes', 'region', 'enable', 'us-east')).code).toBe(0)
  expect(await isEnabled('us-east')).toBe(true)
})

test('the end of an override asks, and so does another share, but not another end', async () => {
  const id = await overrideDown()
  const list = async () => (await server.api('GET', '/v1/overrides')).body.overrides
  const no = await answering('n', 'override', 'cancel', id)
  expect(no.shown).toMatch(moveTo('us-west'))
  expect([no.code, (await list()).length]).toEqual([1, 1])
  const longer = await atTerminal('override', 'extend', id, '--for', '20m')
  expect([await longer.exited, longer.stdout]).toEqual([0, expect.not.stringContaining('Do it?')])
  expect((await answering('y', 'override', 'cancel', id)).code).toBe(0)
  expect(await list()).toEqual([])
})

test('a token is shown before it is revoked, and --yes asks nobody', async () => {
  const id = await made('/v1/tokens', { name: 'alice', scopes: ['read'] })
  const no = await answering('n', 'token', 'revoke', id)
  expect(no.shown).toMatch(/its holder can do nothing more with it:[\s\S]*alice/)
  const tokens = async () => (await server.api('GET', '/v1/tokens')).body.tokens
  expect([no.code, (await tokens()).length]).toEqual([1, 1])
  const gone = await atTerminal('token', 'revoke', id, '--yes')
  expect([await gone.exited, gone.stdout]).toEqual([0, expect.not.stringContaining('Do it?')])
  expect(await tokens()).toEqual([])
})

test('a drill is watched live: a line of the moment that is written over, and what happens above it', async () => {
  const steps = [{ percent: 100, for: '3s' }]
  const id = await made('/v1/drills', { targets: ['us-west'], reason: 'to see', steps, back: [] })
  const watched = await atTerminal('drill', 'start', id, '--watch', '--yes')
  expect(await watched.exited).toBe(0)
  // What is shown up to each time that the line is written over.
  const [, first, ...later] = watched.stdout.split('\r\x1b[K')
  expect(first).toMatch(/100 % of the clients go elsewhere\r\n {2}under way: .*; answers: .*$/)
  expect(later.at(-1)).toContain('succeeded: all clients may come back\r\n')
  expect(watched.stdout).toContain(`drill ${id} is over: succeeded`)
})

test('who is asked whether to end a drill sees what comes of it', async () => {
  const planned = await made('/v1/drills', { targets: ['us-west'], reason: 'to see' })
  const no = await answering('n', 'drill', 'abort', planned)
  expect([no.code, no.shown]).toEqual([1, expect.stringContaining('it would not begin')])
  await server.api('POST', `/v1/drills/${planned}/abort`)
  const steps = [{ percent: 100, for: '10m' }]
  const id = await made('/v1/drills', { targets: ['us-west'], reason: 'to see', steps })
  expect((await server.api('POST', `/v1/drills/${id}/start`)).status).toBe(200)
  const yes = await answering('y', 'drill', 'abort', id)
  expect(yes.shown).toMatch(moveTo('us-west'))
  expect([yes.code, (await server.api('GET', `/v1/drills/${id}`)).body.outcome]).toEqual([0, 'aborted'])
})
