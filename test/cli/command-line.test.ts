// Contexts, and things of the document, against a real API.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { EXIT, readCall, UsageError } from '../../src/cli/verb.js'
import { VERBS } from '../../src/cli/verbs.js'
import { startTestNode, type TestNode, TOKEN } from '../control-plane/admin/world.js'
import { type Finished, run } from '../end-to-end/program.js'

let node: TestNode
let folder: string
let server: string
beforeAll(async () => {
  node = await startTestNode()
  server = await node.app.listen({ host: '127.0.0.1', port: 0 })
  folder = await mkdtemp(join(tmpdir(), 'meridian-command-line-'))
  await writeFile(join(folder, 'token'), `${TOKEN}\n`, { mode: 0o600 })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await node.close()
  await rm(folder, { recursive: true, force: true })
})

/** Here and not in a process of its own, of which each takes a second. */
async function call(
  [name = '', ...words]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  vi.unstubAllEnvs()
  for (const [variable, value] of Object.entries({ ...NO_VARIABLES, XDG_CONFIG_HOME: folder, ...env }))
    vi.stubEnv(variable, value)
  const said = { stdout: '', stderr: '' }
  try {
    const print = (text: string) => void (said.stdout += `${text}\n`)
    const complain = (text: string) => void (said.stderr += `${text}\n`)
    const verb = await VERBS[name]!()
    const code = await verb.run({ ...readCall(verb, words), print, complain })
    return { code, ...said }
  } catch (error) {
    const code = error instanceof UsageError ? EXIT.usage : EXIT.failed
    return { ...said, code, stderr: `${said.stderr}${error}` }
  }
}

/** What the shell of whoever runs the tests happens to have set. */
const NO_VARIABLES = Object.fromEntries(
  ['SERVER', 'TOKEN', 'CONTEXT', 'ADMIN_PORT', 'STATE_DIR'].map(name => [`MERIDIAN_${name}`, undefined]),
)

/** With the text on standard input. */
const fed = (text: string, words: string): Promise<Finished> =>
  run('bash', ['-c', `printf '%s' "$TEXT" | "$NODE" "$MAIN" ${words}`], {
    cwd: folder,
    env: {
      XDG_CONFIG_HOME: folder,
      TEXT: text,
      NODE: process.execPath,
      MAIN: new URL('../../dist/main.js', import.meta.url).pathname,
    },
  })

const add = (name: string, ...source: readonly string[]) =>
  call(['context', 'add', name, '--server', server, ...source])

describe('a context', () => {
  test('says which server is meant, and where its token is', async () => {
    expect(await add('lab', '--token-file', join(folder, 'token'))).toMatchObject({ code: 0 })
    expect(await add('vault', '--token-command', `cat ${join(folder, 'token')}`)).toMatchObject({ code: 0 })
    const kept = await fed(`${TOKEN}\n`, `context add kept --server ${server} --token-stdin`)
    expect(kept).toMatchObject({ code: 0 })
    for (const name of ['lab', 'vault', 'kept']) {
      const { code, stdout } = await call(['region', 'list', '--context', name])
      expect([name, code, stdout.split('\n')[1]]).toEqual([name, 0, expect.stringContaining('us-east')])
    }
    expect(await call(['region', 'list'], { MERIDIAN_CONTEXT: 'lab' })).toMatchObject({ code: 0 })
  })

  test('is used from when it is chosen until it is left, but not where another server is named', async () => {
    expect(await call(['context', 'use', 'lab'])).toMatchObject({ code: 0, stdout: `lab is in use: ${server}\n` })
    expect(await call(['region', 'list'])).toMatchObject({ code: 0 })
    const elsewhere = { server: 'http://127.0.0.1:9', state: folder }
    expect((await call(['region', 'list', '--server', elsewhere.server, '--token', 'x'])).stderr).toContain(':9')
    expect(
      (await call(['region', 'list'], { MERIDIAN_SERVER: elsewhere.server, MERIDIAN_TOKEN: 'x' })).stderr,
    ).toContain(':9')
    expect(await call(['context', 'leave'])).toMatchObject({ code: 0 })
    expect((await call(['region', 'list'])).stderr).toContain('no admin token')
  })

  test('is not sent a token that the environment has for another server', async () => {
    expect(await call(['region', 'list', '--context', 'lab'], { MERIDIAN_TOKEN: 'wrong' })).toMatchObject({ code: 0 })
  })

  test('is listed without its token, and goes when it is taken away', async () => {
    const { stdout } = await call(['context', 'list'])
    expect(stdout).toContain('kept')
    expect(stdout).not.toContain(TOKEN)
    expect(await readFile(join(folder, 'meridian', 'contexts.json'), 'utf8')).toContain(TOKEN)
    expect(await call(['context', 'remove', 'kept'])).toMatchObject({ code: 0 })
    expect(await readFile(join(folder, 'meridian', 'contexts.json'), 'utf8')).not.toContain(TOKEN)
    expect(await call(['region', 'list', '--context', 'kept'])).toMatchObject({ code: 1 })
  })

  test.each([
    [['context', 'add', 'lab', '--server', 'http://a', '--token-file', 'token'], 1, 'there is a context lab already'],
    [['context', 'add', 'new', '--server', 'a', '--token-file', 'token'], 2, 'is not an address'],
    [['context', 'add', 'new', '--server', 'http://a'], 2, 'expected one of'],
    [['context', 'add', '$(x)', '--server', 'http://a', '--token-file', 'token'], 2, 'is no name'],
    [['context', 'use', 'none'], 1, 'no context is named "none"; there are lab, vault'],
    [['context', 'shake', 'lab'], 2, '"shake" is not'],
    [['region', 'list', '--context', 'lab', '--server', 'http://a'], 2, 'leave --server'],
    [['region', 'list', '--token', 'a', '--token-file', 'token', '--server', 'http://a'], 2, 'exclude each other'],
  ])('%j ends with %d: %s', async (words, code, message) => {
    const ended = await call(words)
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(message)])
  })
})

describe('before words on regions', () => {
  const dry = (words: string) => call([...words.split(' '), '--dry-run', '--context', 'lab'])

  test('a dry run tells who would move, for globs and tags as well, and changes nothing', async () => {
    const before = await node.text()
    const { code, stdout } = await dry('override down us-*')
    expect([code, stdout]).toEqual([0, expect.stringContaining('move from us-east to eu-central')])
    expect((await dry('override drain us-east --percent 50')).stdout).toContain('move from us-east to eu-central')
    expect((await dry('region disable us-east')).stdout).toContain('move from us-east to eu-central')
    expect((await call(['override', 'list', '--context', 'lab'])).stdout).toContain('no overrides are in force')
    expect(await node.text()).toBe(before)
  })

  test('a region that is disabled for a time is under an override, with a reason, and the document stays as it is', async () => {
    const before = await node.text()
    const disable = ['region', 'disable', 'us-east', '--for', '1h', '--yes', '--context', 'lab']
    expect((await dry('region disable us-east --for 1h')).stdout).toContain('move from us-east to eu-central')
    expect(await call(disable)).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason is missing') })
    const { code, stdout } = await call([...disable, '--reason', 'new switch'])
    const [, id = ''] = /^override (\d+) in force: us-east forced down until /.exec(stdout) ?? []
    expect([code, id]).toEqual([0, expect.stringMatching(/^\d+$/)])
    expect((await call(['override', 'list', '--context', 'lab'])).stdout).toContain('new switch')
    expect(await node.text()).toBe(before)
    expect(await call(['override', 'cancel', id, '--context', 'lab'])).toMatchObject({ code: 0 })
  })

  test.each([
    ['override drain us-east', 2, '--percent is missing'],
    ['override down us-eats', 1, 'us-eats'],
    ['region release us-east', 2, 'no dry run'],
    ['region enable us-east --for 1h', 2, 'enable has no end'],
  ])('a dry run of meridian %s ends with %d: %s', async (words, code, message) => {
    const ended = await dry(words)
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(message)])
  })
})

describe('the TTL of a region', () => {
  const ttl = (words: string) => call(['region', 'ttl', ...words.split(' '), '--context', 'lab'])
  const list = async () => (await call(['region', 'list', '--context', 'lab'])).stdout

  test('is written into the document with its reason, is in the list, and is taken back', async () => {
    const before = await node.text()
    expect((await ttl('us-east 15s --dry-run')).stdout).toContain(
      'this would change:\n  regions.us-east.ttl: unset → 15',
    )
    expect(await node.text()).toBe(before)
    const { code, stdout } = await ttl('us-east 15s --reason new-switches')
    expect([code, stdout]).toEqual([0, expect.stringContaining('  regions.us-east.ttl: unset → 15')])
    expect(node.store.current().document.regions.get('us-east')?.ttl).toBe(15)
    expect(node.store.revisions?.list().at(-1)).toMatchObject({ reason: 'new-switches' })
    expect(await list()).toContain('TTL at most 15 s')
    expect(await ttl('us-east none')).toMatchObject({ code: 0 })
    expect(await node.text()).toBe(before)
    expect(await list()).not.toContain('TTL at most')
  })

  test.each([
    ['us-east', 2, 'ttl needs a duration'],
    ['us-east soon', 2, '"soon" is not a duration'],
    ['us-east 15s 16s', 2, '"16s" is one word too many'],
    ['us-east 15s --for 1h', 2, 'ttl has no end'],
    ['us-east 0s', 1, '"0s" is too short; 1s is the least'],
    ['us-eats 15s', 1, 'us-eats'],
  ])('of the words %s ends with %d: %s', async (words, code, message) => {
    const before = await node.text()
    const ended = await ttl(words)
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(message)])
    expect(await node.text()).toBe(before)
  })
})

test('who wants to see what a client near a region gets names the region, or a place', async () => {
  const near = (where: string) => call(['explain', 'api.example.com', '--near', where, '--context', 'lab'])
  expect((await near('us-east')).stdout).toContain('api.example.com. A')
  expect((await near('38.95,-77.45')).stdout).toContain('api.example.com. A')
  expect(await near('spare')).toMatchObject({ code: 1, stderr: expect.stringContaining('spare has no location') })
  expect(await near('us-eats')).toMatchObject({ code: 1 })
})

describe('things of the document', () => {
  const LAB = ['--context', 'lab']

  test('are printed as they are written, all or one, as YAML or as JSON', async () => {
    expect((await call(['get', 'regions', 'spare', ...LAB])).stdout).toBe(
      'addresses:\n  - 192.0.2.9\nenabled: false\ncapacity: 10\ndescription: in the cellar\n',
    )
    expect(Object.keys(JSON.parse((await call(['get', 'checks', '--json', ...LAB])).stdout))).toEqual(['api', 'told'])
    expect((await call(['get', 'records', 'example.com', 'www', ...LAB])).stdout).toBe(
      'type: CNAME\ndata: api.example.com.\n',
    )
    expect((await call(['get', 'policies', ...LAB])).stdout).toBe('{}\n')
  })

  test('what get prints, put takes, and nothing changes', async () => {
    for (const thing of [
      'regions us-east',
      'checks api',
      'zones example.com',
      'records example.com api',
      'safety thaw',
    ]) {
      const before = await node.text()
      const { stdout } = await call(['get', ...thing.split(' '), ...LAB])
      expect(await fed(stdout, `put ${thing} --context lab`)).toMatchObject({ code: 0 })
      expect(await node.text()).toBe(before)
    }
  })

  test('are made, changed in part, and taken away; comments stay', async () => {
    const made = await fed('[{ type: A, data: 192.0.2.7 }]', 'put records example.com fresh --reason new --context lab')
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('to undo: meridian rollback')])
    expect(await fed('weight: 7', 'put regions us-east --merge --context lab')).toMatchObject({ code: 0 })
    expect(await node.text()).toContain('# Virginia')
    expect((await call(['get', 'regions', 'us-east', ...LAB])).stdout).toContain('weight: 7')
    expect((await call(['delete', 'records', 'example.com', 'fresh', '--dry-run', ...LAB])).stdout).toContain(
      'this would change',
    )
    expect(await call(['delete', 'records', 'example.com', 'fresh', ...LAB])).toMatchObject({ code: 0 })
    expect((await call(['get', 'records', 'example.com', 'fresh', ...LAB])).stderr).toContain('no records at "fresh"')
  })

  test('that something needs stay, and what needs them is said', async () => {
    const { code, stderr } = await call(['delete', 'checks', 'api', ...LAB])
    expect([code, stderr]).toEqual([1, expect.stringContaining('regions.us-east.checks')])
  })

  test.each([
    ['get things', 2, '"things" is not checks'],
    ['get records', 2, 'records needs a zone'],
    ['get regions a b', 2, 'one word too many'],
    ['put regions', 2, 'expected a kind of thing'],
    ['delete regions', 2, 'expected a kind of thing'],
    ['get regions us-eats', 1, 'did you mean "us-east"?'],
    ['put regions us-east no-such-file.yaml', 1, 'no-such-file.yaml'],
    ['delete regions spare --if-match 000000000000', 1, 'has changed'],
  ])('meridian %s ends with %d: %s', async (words, code, message) => {
    const ended = await call([...words.split(' '), ...LAB])
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(message)])
  })

  test.each([
    ['a: [', 'standard input:1'],
    ['7', 'a map or a list is expected'],
    ['addresses: [x]', '"x" is not an IP address'],
  ])('%j is not put, and why is said', async (text, message) => {
    const ended = await fed(text, 'put regions spare --context lab')
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining(message)])
  })
})

describe('a file that is compared', () => {
  const diff = async (...words: readonly string[]) => {
    const file = join(folder, 'moved.yaml')
    await writeFile(file, (await node.text()).replace('[50.11, 8.68]', '[35.68, 139.69]'))
    return call(['diff', file, '--server', server, '--token', TOKEN, ...words])
  }

  test('tells who would move, by the people of their countries', async () => {
    const { code, stdout } = await diff('--population')
    expect(code).toBe(0)
    expect(stdout).toContain('clients by the people of their countries:')
    expect(stdout).toMatch(/^ *\d+\.\d% {2}\S+ +\S+ +api\.example\.com\. A$/m)
    expect(stdout).toMatch(/^no address is located in CN, IN, .*: their people are left out$/m)
  })

  test('is weighed in one way at a time', async () => {
    expect(await diff('--population', '--traffic')).toMatchObject({ code: EXIT.usage })
    expect(await diff('--population', '--addresses')).toMatchObject({ code: EXIT.usage })
  })
})
