import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exportVerb } from '../../src/cli/export-verb.js'
import { EXIT, readCall, UsageError } from '../../src/cli/verb.js'

const SAMPLE = fileURLToPath(new URL('../control-plane/export/sample.yaml', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-export-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function run(...args: readonly string[]) {
  const printed: string[] = []
  const complained: string[] = []
  const call = {
    ...readCall(exportVerb, args),
    print: (text: string) => void printed.push(text),
    complain: (text: string) => void complained.push(text),
  }
  return { exit: await exportVerb.run(call), printed: printed.join('\n'), complained: complained.join('\n') }
}

test('what the other system takes goes to standard output, what is lost to standard error', async () => {
  const { exit, printed, complained } = await run('--to', 'octodns', SAMPLE)
  expect(exit).toBe(EXIT.done)
  expect(printed).toMatch(/^---\n"":\n/)
  expect(complained).toContain('copy.example.com: ALIAS of www.example.com')
})

test('files go into a folder, and one that is there already is not overwritten', async () => {
  const out = join(folder, 'zones')
  expect((await run('--to', 'powerdns', SAMPLE, '--out', out)).printed).toBe(join(out, 'example.com.zone'))
  expect(await readFile(join(out, 'example.com.zone'), 'utf8')).toContain('IN\tLUA\tA ')
  await expect(run('--to', 'powerdns', SAMPLE, '--out', out)).rejects.toThrow('EEXIST')
  expect(await readdir(out)).toEqual(['example.com.zone'])
})

test('for programs there is all of it as JSON', async () => {
  const { printed } = await run('--to', 'octodns', SAMPLE, '--json', '--zone', 'example.com')
  const { files, findings } = JSON.parse(printed) as Record<string, readonly Record<string, string>[]>
  expect(files?.map(({ name }) => name)).toEqual(['example.com.yaml'])
  expect(findings).toContainEqual({ where: 'region old', what: 'left out: it is disabled' })
})

test.each([
  [['--to', 'bind9', SAMPLE], 'takes one of bind, ns1, octodns, powerdns, route53'],
  [['--to', 'octodns', SAMPLE, SAMPLE], 'takes one document'],
  [[SAMPLE], 'a file goes with --to'],
  [['--zone', 'example.com'], '--zone goes with --to'],
])('%j makes no sense, and that is said', async (args, words) => {
  await expect((async () => run(...args))()).rejects.toThrow(UsageError)
  await expect((async () => run(...args))()).rejects.toThrow(words)
})

test('a zone that is not there is told', async () => {
  await expect(run('--to', 'octodns', SAMPLE, '--zone', 'example.net')).rejects.toThrow('there is no zone example.net')
})
