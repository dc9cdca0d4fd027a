import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importVerb } from '../../src/cli/import-verb.js'
import { EXIT, readCall, UsageError } from '../../src/cli/verb.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-import-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const RECORDS = fileOf('192.0.2.1')
function fileOf(address: string): string {
  return JSON.stringify({
    ResourceRecordSets: [
      { Name: 'example.com.', Type: 'NS', TTL: 60, ResourceRecords: [{ Value: 'ns1.example.net' }] },
      { Name: 'a.example.com.', Type: 'A', TTL: 60, ResourceRecords: [{ Value: address }] },
    ],
  })
}

async function run(...args: readonly string[]) {
  const printed: string[] = []
  const complained: string[] = []
  const call = {
    ...readCall(importVerb, args),
    print: (text: string) => void printed.push(text),
    complain: (text: string) => void complained.push(text),
  }
  return { exit: await importVerb.run(call), printed: printed.join('\n'), complained: complained.join('\n') }
}
async function put(text: string): Promise<string> {
  const path = join(folder, 'records.json')
  await writeFile(path, text)
  return path
}

test('the document goes to standard output, what is lost to standard error', async () => {
  const { exit, printed, complained } = await run('route53', await put(RECORDS), '--zone', 'example.com')
  expect(exit).toBe(EXIT.done)
  expect(printed).toMatch(/^# yaml-language-server[\s\S]*a: \{ type: A, data: 192\.0\.2\.1/)
  expect(complained).toMatch(/name servers of Route 53/)
})

test('a file that is there already is not overwritten', async () => {
  const out = join(folder, 'traffic.yaml')
  await writeFile(out, 'mine')
  await expect(run('route53', await put(RECORDS), '--zone', 'example.com', '--out', out)).rejects.toThrow('EEXIST')
  expect(await readFile(out, 'utf8')).toBe('mine')
})

test('what is said in a file of ours goes before what is imported, and the rest stays', async () => {
  const ours = join(folder, 'ours.yaml')
  const own = (text: string) => writeFile(ours, text)
  const args = ['--zone', 'example.com', '--with', ours, '--json']
  await own(
    'zones: { example.com: { nameservers: [ns1.example.org], records: { a: null, b: { type: TXT, data: b } } } }',
  )
  const { printed } = await run('route53', await put(RECORDS), ...args)
  expect(JSON.parse(printed).document.zones['example.com']).toEqual({
    nameservers: ['ns1.example.org'],
    records: { b: { type: 'TXT', data: 'b' } },
  })
  for (const [text, said] of [
    ['- a', 'a map is expected'],
    ['zones: {', 'ours.yaml:1:'],
  ] as const) {
    await own(text)
    await expect(run('route53', await put(RECORDS), ...args)).rejects.toThrow(said)
  }
})

test('what the gate would refuse is told, with its place, and the exit code is 1', async () => {
  const { exit, complained } = await run('route53', await put(fileOf('192.0.2.300')), '--zone', 'example.com')
  expect(exit).toBe(EXIT.failed)
  expect(complained).toMatch(/to be mended by hand: the document:\d+:\d+ .*192\.0\.2\.300/)
})

test('for programs there is all of it as JSON', async () => {
  const { printed } = await run('route53', await put(RECORDS), '--zone', 'example.com', '--json')
  expect(JSON.parse(printed)).toMatchObject({
    document: { zones: { 'example.com': {} } },
    findings: [{}],
    problems: [],
  })
})

test('a kind that is not known, and no file, are told what there is', async () => {
  await expect(run('bind')).rejects.toThrow(UsageError)
  await expect(run('route53')).rejects.toThrow('takes the files to be read')
})
