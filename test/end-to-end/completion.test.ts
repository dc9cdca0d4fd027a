// Completion in the shells themselves: what bash, zsh and fish offer, with the built program and a real API behind it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestNode, type TestNode, TOKEN } from '../control-plane/admin/world.js'
import { run } from './program.js'

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname

let node: TestNode
let folder: string
let env: Record<string, string>
beforeAll(async () => {
  node = await startTestNode()
  const server = await node.app.listen({ host: '127.0.0.1', port: 0 })
  folder = await mkdtemp(join(tmpdir(), 'meridian-completion-'))
  await writeFile(join(folder, 'meridian'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`, { mode: 0o755 })
  await writeFile(join(folder, 'plan.yaml'), '')
  env = {
    PATH: `${folder}:${process.env['PATH']}`,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    MERIDIAN_SERVER: server,
    MERIDIAN_TOKEN: TOKEN,
  }
})
afterAll(async () => {
  await node.close()
  await rm(folder, { recursive: true, force: true })
})

/** Each takes the words so far, of which the last is being typed. */
const SHELLS: Readonly<Record<string, (words: readonly string[]) => Promise<readonly string[]>>> = {
  bash: words =>
    printed('bash', [
      '--norc',
      '-c',
      `eval "$(meridian completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _meridian; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      ...words,
    ]),
  // Outside of a line that is edited, what zsh would show is seen by taking the place of what shows it.
  zsh: words =>
    printed('zsh', [
      '-f',
      '-c',
      `eval "$(meridian completion zsh)"
       _describe() { print -rl -- "\${\${(P@)2}[@]%%:*}" }
       _files() { print -rl -- * }
       compadd() { print -rl -- "\${(P@)2}" }
       words=("$@"); CURRENT=$#; _meridian`,
      'zsh',
      ...words,
    ]),
  fish: words =>
    printed('fish', ['--no-config', '-c', `meridian completion fish | source; complete -C "$argv"`, words.join(' ')]),
}

async function printed(shell: string, args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await run(shell, args, { cwd: folder, env })
  expect(stderr).toBe('')
  return stdout.split('\n').flatMap(line => line.split('\t')[0] || [])
}

describe.each(Object.entries(SHELLS))('%s', (_, offered) => {
  test.each([
    [['meridian', ''], ['serve', 'explain', 'drill', 'context', 'completion'], ['list']],
    [
      ['meridian', 'region', ''],
      ['list', 'enable', 'disable', 'release'],
      ['us-east', 'serve'],
    ],
    [['meridian', 'region', 'disable', ''], ['us-east', 'eu-central', 'spare'], ['list']],
    [['meridian', 'get', ''], ['regions', 'records', 'zones'], ['us-east']],
    [['meridian', 'get', 'checks', ''], ['api', 'told'], ['us-east']],
    [['meridian', 'dnssec', 'ds', ''], ['example.com', 'other.example'], ['us-east']],
    [['meridian', 'region', 'disable', 'us-east', '--'], ['--reason', '--context', '--yes'], ['us-east']],
    [['meridian', 'region', 'list', '--state', ''], ['plan.yaml'], ['us-east']],
    [['meridian', 'apply', ''], ['plan.yaml'], ['us-east']],
    [['meridian', 'region', 'disable', 'us-east', '--reason', ''], [], ['us-east', 'list']],
  ])('behind %j it offers %j, and not %j', async (words, some, none) => {
    const all = await offered(words)
    for (const one of some) expect(all).toContain(one)
    for (const one of none) expect(all).not.toContain(one)
  })
})

test('in bash only what begins like the word is left', async () => {
  expect(await SHELLS['bash']!(['meridian', 'region', 'en'])).toEqual(['enable'])
  expect(await SHELLS['bash']!(['meridian', 'region', 'disable', 'us'])).toEqual(['us-east'])
})

test('where no server answers, names are not offered, and nothing is said', async () => {
  const { stdout, stderr } = await run('meridian', ['completion', 'names', 'regions'], {
    env: { ...env, MERIDIAN_SERVER: 'http://127.0.0.1:9' },
  })
  expect([stdout, stderr]).toEqual(['', ''])
})
