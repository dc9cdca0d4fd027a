import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

const RULES = `safety:
  two-up: { at-least: 2, description: one alone cannot carry us }
  headroom: { ladder: 0%, names: [api.example.com], overridable-by: admin }
  thaw: { facts: { frozen: false } }
`
const TEXT = DOCUMENT.replace(/safety:\n[\s\S]*/, RULES)

let node: TestNode
beforeEach(async () => {
  node = await startTestNode(TEXT)
})
afterEach(() => node.close())

const disable = (id: string, payload: object = {}) => node.call('POST', `/v1/regions/${id}/disable`, { payload })
const rulesIn = (reply: Awaited<ReturnType<typeof disable>>): readonly string[] =>
  reply.json().rules.map(({ rule }: { rule: string }) => rule)
const audited = async () =>
  (await readFile(join(node.folder, 'audit.log'), 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

test('a change that would break rules is refused with all of them, and nothing has happened', async () => {
  const set = await node.call('PUT', '/v1/facts/frozen', { payload: { holds: true } })
  expect(set.statusCode, set.body).toBe(200)
  const reply = await disable('us-east')
  expect(reply.statusCode).toBe(409)
  expect(reply.json()).toMatchObject({
    type: '/problems/safety-refused',
    title: 'This would break safety rules',
    detail: 'two-up: 1 of 3 regions serve (*), and it must be at least 2; thaw: frozen holds, on which us-east depends',
    rules: [
      {
        rule: 'two-up',
        description: 'one alone cannot carry us',
        words: '1 of 3 regions serve (*), and it must be at least 2',
        remedy: 'bring back 1 of us-east, spare first',
        overridableBy: 'caller',
      },
      { rule: 'thaw', remedy: 'make it so, and say so: meridian fact clear frozen' },
    ],
  })
  expect(await node.text()).toBe(TEXT)
  expect(node.store.current().document.regions.get('us-east')?.enabled).toBe(true)
})

test('it is made where every rule is overridden with a reason, and revision, log and audit say so', async () => {
  expect((await disable('us-east', { override: ['two-up'] })).json()).toMatchObject({
    type: '/problems/request-invalid',
    detail: 'to override a safety rule takes a reason',
  })
  const reply = await disable('us-east', { override: ['two-up'], reason: 'the rack burns' })
  expect(reply.statusCode, reply.body).toBe(200)
  const { revisions } = (await node.call('GET', '/v1/revisions?limit=1')).json()
  expect(revisions[0]).toMatchObject({ reason: 'the rack burns', overrode: ['two-up'] })
  expect(node.lines.at(-1)).toMatchObject({
    overrode: ['two-up'],
    msg: 'regions.us-east.enabled: unset → false; overridden: two-up',
  })
  expect((await audited()).at(-1)).toMatchObject({ status: 200, overrides: ['two-up'], reason: 'the rack burns' })
})

test('a rule that only an admin may override is not overridden by others', async () => {
  const made = await node.call('POST', '/v1/tokens', { payload: { name: 'alice', scopes: ['edit', 'operate'] } })
  const headers = { authorization: `Bearer ${made.json().secret}` }
  const payload = {
    ...{ targets: ['us-east', 'eu-central'], state: 'down', reason: 'why', for: '5m' },
    override: ['two-up', 'headroom'],
  }
  const reply = await node.call('POST', '/v1/overrides', { headers, payload })
  expect(reply.statusCode).toBe(409)
  expect(rulesIn(reply)).toEqual(['two-up', 'headroom'])
  expect((await node.call('GET', '/v1/overrides')).json().overrides).toEqual([])
  const asAdmin = await node.call('POST', '/v1/overrides', { payload })
  expect(asAdmin.json()).toMatchObject({ id: '1', overrode: ['two-up', 'headroom'] })
})

describe('the rules are asked of', () => {
  const weights = { regions: { 'us-east': { enabled: false } } }
  test.each([
    ['a patch of a region', 'PATCH', '/v1/regions/us-east', { enabled: false }],
    ['a patch of the document', 'PATCH', '/v1/traffic', weights],
    ['an override', 'POST', '/v1/overrides', { targets: ['us-*'], state: 'down', reason: 'x', for: '5m' }],
    [
      'a drain of all',
      'POST',
      '/v1/overrides',
      { targets: ['us-*'], state: 'drain', percent: 100, reason: 'x', for: '5m' },
    ],
  ])('%s', async (_, method, url, payload) => {
    const reply = await node.call(method, url, { payload })
    expect(reply.statusCode, reply.body).toBe(409)
    expect(rulesIn(reply)).toEqual(['two-up'])
    const headers = { 'x-override-rules': 'two-up , other', 'x-reason': 'I know' }
    const again = await node.call(method, url, { payload, headers })
    expect(again.statusCode, again.body).toBe(200)
  })

  test('a whole document', async () => {
    const headers = { 'content-type': 'application/yaml' }
    const payload = TEXT.replace('# Virginia', '# Virginia\n    enabled: false')
    expect(rulesIn(await node.call('PUT', '/v1/traffic', { headers, payload }))).toEqual(['two-up'])
    const dry = await node.call('PUT', '/v1/traffic?dryRun=true', { headers, payload })
    expect(dry.json()).toMatchObject({ dryRun: true, rules: [{ rule: 'two-up' }] })
  })

  test('a rollback', async () => {
    await node.rewrite(TEXT.replace('two-up: { at-least: 2,', 'two-up: { at-least: 1,'))
    await disable('us-east')
    await node.rewrite((await node.text()).replace('two-up: { at-least: 1,', 'two-up: { at-least: 2,'))
    await node.call('POST', '/v1/regions/us-east/enable')
    expect(rulesIn(await node.call('POST', '/v1/revisions/3/rollback'))).toEqual(['two-up'])
  })

  test('the end of an override, and a change of it', async () => {
    const up = { targets: ['spare'], state: 'up', reason: 'x', for: '5m' }
    await node.call('POST', '/v1/regions/spare/enable')
    const health = { address: '192.0.2.9', up: false, since: 0, changeInMs: 9e9, cause: 'x', checks: [] }
    node.health = new Map([['spare', [health]]])
    expect((await node.call('POST', '/v1/overrides', { payload: up })).statusCode).toBe(200)
    expect((await disable('us-east')).statusCode).toBe(200)
    expect(rulesIn(await node.call('DELETE', '/v1/overrides/1'))).toEqual(['two-up'])
    const drain = { targets: ['eu-central'], state: 'drain', percent: 10, reason: 'x', for: '5m' }
    expect((await node.call('POST', '/v1/overrides', { payload: drain })).statusCode).toBe(200)
    const patch = await node.call('PATCH', '/v1/overrides/2', { payload: { percent: 100 } })
    // No other region has an IPv6 address.
    expect(rulesIn(patch)).toEqual(['two-up', 'headroom'])
    const longer = await node.call('PATCH', '/v1/overrides/2', { payload: { for: '10m' } })
    expect(longer.statusCode, longer.body).toBe(200)
  })
})

test('what recovers is not in the way of itself', async () => {
  await disable('us-east', { override: ['two-up'], reason: 'x' })
  expect((await node.call('POST', '/v1/regions/us-east/enable')).statusCode).toBe(200)
})

test('a simulation tells the rules that the change would break', async () => {
  const simulated = async (payload: object) => rulesIn(await node.call('POST', '/v1/simulate', { payload }))
  expect(await simulated({ disable: ['us-east'] })).toEqual(['two-up'])
  expect(await simulated({ down: ['us-east', 'eu-central'] })).toEqual(['two-up', 'headroom'])
  expect(await simulated({ drain: { 'us-east': 100 } })).toEqual(['two-up'])
  expect(await simulated({ enable: ['spare'], down: ['us-east'] })).toEqual([])
  expect(await simulated({})).toEqual([])
})

test('an edit of the file is served, and the rule that it breaks is shown', async () => {
  const sound = (await node.call('GET', '/v1/safety')).json()
  expect(sound.rules).toMatchObject([
    { id: 'two-up', holds: true, rule: { 'at-least': 2 } },
    { id: 'headroom' },
    { id: 'thaw' },
  ])
  await node.rewrite(TEXT.replace('# Virginia', '# Virginia\n    enabled: false'))
  expect(node.store.current().document.regions.get('us-east')?.enabled).toBe(false)
  expect((await node.call('GET', '/v1/safety')).json()).toMatchObject({
    rules: [
      { id: 'two-up', holds: false },
      { id: 'headroom', holds: true },
      { id: 'thaw', holds: true },
    ],
    broken: [{ rule: 'two-up' }],
  })
  expect((await node.call('GET', '/v1/status')).json().brokenRules).toMatchObject([{ rule: 'two-up' }])
})

describe('a fact', () => {
  test('says who said so, since when and until when', async () => {
    expect((await node.call('GET', '/v1/facts')).json()).toEqual({
      facts: [{ name: 'frozen', holds: false, rules: ['thaw'] }],
    })
    const payload = { holds: true, reason: 'the sale', for: '2h' }
    const fact = (await node.call('PUT', '/v1/facts/frozen', { payload })).json()
    expect(fact).toMatchObject({ name: 'frozen', holds: true, rules: ['thaw'], actor: 'admin', reason: 'the sale' })
    expect(Date.parse(fact.expiresAt) - Date.parse(fact.since)).toBe(7200_000)
    expect((await node.call('GET', '/v1/facts/frozen')).json()).toEqual(fact)
    expect((await audited()).at(-1)).toMatchObject({ what: 'PUT /v1/facts/frozen', reason: 'the sale' })
    expect((await node.call('PUT', '/v1/facts/frozen', { payload: { holds: false } })).json().holds).toBe(false)
  })

  test.each([
    [404, 'frozn', { holds: true }],
    [400, 'frozen', {}],
    [400, 'frozen', { holds: 'yes' }],
    [400, 'frozen', { holds: true, for: 'ever' }],
  ])('is answered with %i for %s with %j', async (status, name, payload) => {
    const reply = await node.call('PUT', `/v1/facts/${name}`, { payload })
    expect(reply.statusCode).toBe(status)
    if (status === 404) expect(reply.json().detail).toBe('no safety rule asks for "frozn" (did you mean "frozen"?)')
  })
})

test('a region that waits for a word is let back in only where the rules let it', async () => {
  const waiting = { address: '192.0.2.1', up: true, since: 0, changeInMs: 9e9, admitted: 0, checks: [] }
  await node.rewrite(TEXT.replace('two-up: { at-least: 2', 'two-up: { at-most: 1, of: ["us-*", eu-central]'))
  node.health = new Map([['us-east', [waiting]]])
  expect(rulesIn(await node.call('POST', '/v1/regions/us-east/release'))).toEqual(['two-up'])
})

describe('other geo data', () => {
  const update = (from: string, payload: object = {}) => node.call('POST', '/v1/geo', { payload: { from, ...payload } })
  const OTHERS = 'good-others.mmdb'

  test('are refused with the rules that are against moving clients of the names that they steer, with force as well', async () => {
    await node.call('PUT', '/v1/facts/frozen', { payload: { holds: true } })
    for (const force of [false, true]) {
      const reply = await update(OTHERS, { force })
      expect([reply.statusCode, reply.json().type]).toEqual([409, '/problems/safety-refused'])
      expect(rulesIn(reply)).toEqual(['thaw'])
    }
    expect((await audited()).at(-1)).toMatchObject({ what: 'POST /v1/geo', problem: '/problems/safety-refused' })
  })

  test('are taken where all of them are overridden with a reason, which log and audit tell', async () => {
    await node.call('PUT', '/v1/facts/frozen', { payload: { holds: true } })
    expect((await update(OTHERS, { override: ['thaw'] })).json().type).toBe('/problems/request-invalid')
    const reply = await update(OTHERS, { override: ['thaw'], reason: 'the old ones are wrong' })
    expect(reply.json()).toMatchObject({ applied: true })
    expect(node.lines.at(-1)).toMatchObject({ overrode: ['thaw'], reason: 'the old ones are wrong' })
    expect((await audited()).at(-1)).toMatchObject({
      status: 200,
      overrides: ['thaw'],
      reason: 'the old ones are wrong',
    })
  })

  test('tell in a dry run which rules they would break, and remember nothing', async () => {
    await node.call('PUT', '/v1/facts/frozen', { payload: { holds: true } })
    expect((await update(OTHERS, { dryRun: true })).json()).toMatchObject({ applied: false, rules: [{ rule: 'thaw' }] })
    expect((await update('good.mmdb', { dryRun: true })).json()).toMatchObject({ applied: false, rules: [] })
  })

  test('that move nobody are taken whatever is forbidden, and others are a move that the next one waits after', async () => {
    await node.rewrite(TEXT.replace(/ {2}thaw: .*/, '  calm: { wait: 1h }'))
    expect((await update('good.mmdb')).json()).toMatchObject({ applied: true })
    expect((await update(OTHERS)).json()).toMatchObject({ applied: true })
    expect(rulesIn(await update(OTHERS))).toEqual(['calm'])
    expect(rulesIn(await disable('us-east'))).toContain('calm')
  })
})

describe('a change of how a name is steered', () => {
  const HOME = [{ fence: { by: 'country' } }, 'distance']
  const api = (steer: string, dryRun = false) =>
    node.call('PUT', `/v1/traffic/zones/example.com/records/api${dryRun ? '?dryRun=true' : ''}`, {
      payload: [{ steer, ttl: { max: '60s', min: '5s' } }],
    })

  test('is refused where some of the clients would be answered from a lower rung, though regions of the name serve', async () => {
    const payload = {
      regions: { 'us-east': { country: 'US' }, 'eu-central': { country: 'DE' } },
      policies: { home: HOME, near: ['distance'] },
    }
    const made = await node.call('PATCH', '/v1/traffic', { payload })
    expect(made.statusCode, made.body).toBe(200)
    const before = await node.text()
    expect(rulesIn(await api('home', true))).toEqual(['headroom'])
    const refused = await api('home')
    expect([refused.statusCode, rulesIn(refused)]).toEqual([409, ['headroom']])
    expect(refused.json().rules[0].words).toMatch(/^api\.example\.com \([0-9.]+ % of its clients\) would be answered/)
    expect(refused.json().rules[0].words).not.toContain('(100 %')
    expect(await node.text()).toBe(before)
    expect((await api('near')).statusCode).toBe(200)
  })
})
