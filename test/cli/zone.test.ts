import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXIT, readCall, UsageError } from '../../src/cli/verb.js'
import { zone } from '../../src/cli/zone.js'

const SOUND = `$TTL 60
@ SOA ns.example.net. host 1 2h 15m 2w 30
@ NS ns.example.net.
b A 192.0.2.2
a.b A 192.0.2.3
a TXT "x"
a A 192.0.2.1
a A 192.0.2.1
`

let folder: string
let good: string
let bad: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-zone-verb-'))
  good = join(folder, 'good.zone')
  bad = join(folder, 'bad.zone')
  await writeFile(good, SOUND)
  await writeFile(bad, `${SOUND}c A nowhere\n`)
})
afterAll(() => rm(folder, { recursive: true }))

async function run(...words: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const call = readCall(zone, words)
  const exit = await zone.run({ ...call, print: text => void out.push(text), complain: text => void err.push(text) })
  return { exit, out: out.join('\n'), err: err.join('\n').replaceAll(`${folder}/`, '') }
}

test('a sound file passes; what is odd in it is told', async () => {
  expect(await run('check', good, '--origin', 'example.com')).toEqual({
    exit: EXIT.done,
    out: `${good} is sound: 6 records`,
    err: 'warning: good.zone:8:1 this A record of a.example.com. is already there, and is dropped',
  })
})

test('a faulty one does not, and each fault has its place', async () => {
  expect(await run('check', bad, '--origin', 'example.com')).toEqual({
    exit: EXIT.failed,
    out: '',
    err: 'bad.zone:9:5 A: address: "nowhere" is not an IPv4 address',
  })
})

test('a file that is not there is told', async () => {
  expect(await run('check', join(folder, 'none'), '--origin', 'example.com')).toMatchObject({
    exit: EXIT.failed,
    err: expect.stringContaining('there is no file none'),
  })
})

test('show lists the records in canonical order, the SOA first', async () => {
  const { exit, out } = await run('show', good, '--origin', 'example.com.')
  expect(exit).toBe(EXIT.done)
  expect(out.split('\n').map(line => line.replaceAll('\t', ' '))).toEqual([
    'example.com. 60 IN SOA ns.example.net. host.example.com. 1 7200 900 1209600 30',
    'example.com. 60 IN NS ns.example.net.',
    'a.example.com. 60 IN A 192.0.2.1',
    'a.example.com. 60 IN TXT "x"',
    'b.example.com. 60 IN A 192.0.2.2',
    'a.b.example.com. 60 IN A 192.0.2.3',
  ])
})

test('with --json both are for programs', async () => {
  expect(JSON.parse((await run('check', bad, '--origin', 'example.com', '--json')).out)).toMatchObject({
    sound: false,
    problems: [{ message: 'A: address: "nowhere" is not an IPv4 address', at: { file: bad, line: 9, column: 5 } }],
  })
  expect(JSON.parse((await run('show', good, '--origin', 'example.com', '--json')).out)[2]).toEqual({
    ...{ owner: 'a.example.com.', ttl: 60, type: 'A', data: '192.0.2.1' },
  })
})

test.each([
  [['check']],
  [['list', 'x', '--origin', 'example.com']],
  [['check', 'x']],
  [['check', 'x', 'y', '--origin', 'z']],
])('%j makes no sense', async words => {
  await expect(run(...words)).rejects.toBeInstanceOf(UsageError)
})

describe('import', () => {
  const DOCUMENT = '# what we serve\nzones: {} # none yet\nregions: {}\n'
  const traffic = async (text: string): Promise<string> => {
    const path = join(folder, 'traffic.yaml')
    await writeFile(path, text)
    return path
  }

  test('prints the zone as one of a document', async () => {
    const { exit, out, err } = await run('import', `example.com=${good}`)
    expect(exit).toBe(EXIT.done)
    expect(err).toContain('is already there, and is dropped')
    expect(out).toBe(`zones:
  example.com:
    nameservers: [ns.example.net]
    ttl: 1m
    negative-ttl: 30s
    soa: { mailbox: host@example.com, serial: 1, refresh: 2h, retry: 15m, expire: 14d }
    records:
      b: { type: A, data: 192.0.2.2 }
      a.b: { type: A, data: 192.0.2.3 }
      a: [{ type: TXT, data: '"x"' }, { type: A, data: 192.0.2.1 }]`)
  })

  test('with --json prints the same for programs', async () => {
    const { out } = await run('import', `example.com.=${good}`, '--json')
    expect(JSON.parse(out)).toMatchObject({
      zones: { 'example.com': { records: { b: { type: 'A', data: '192.0.2.2' } } } },
    })
  })

  test('with --into puts it into a document, whose comments stay', async () => {
    const path = await traffic(DOCUMENT)
    const { exit, out } = await run('import', `example.com=${good}`, '--into', path)
    expect([exit, out.replaceAll(`${folder}/`, '')]).toEqual([
      EXIT.done,
      'example.com is in traffic.yaml now: 6 records from good.zone, with the serial 1',
    ])
    const text = await readFile(path, 'utf8')
    expect(text).toMatch(/^# what we serve\nzones:\n {2}example\.com:\n {4}nameservers: \[ns\.example\.net\]\n/)
    expect(text).toContain('# none yet')
    expect(text).toContain('\nregions: {}\n')
  })

  test('does not put in what is there already', async () => {
    const path = await traffic(DOCUMENT)
    await run('import', `example.com=${good}`, '--into', path)
    const before = await readFile(path, 'utf8')
    const { exit, err } = await run('import', `Example.COM=${good}`, '--into', path)
    expect([exit, err]).toEqual([EXIT.failed, expect.stringContaining('has the zone Example.COM already')])
    expect(await readFile(path, 'utf8')).toBe(before)
  })

  test('writes nothing of a faulty file, nor into a faulty document', async () => {
    const path = await traffic('zones: { }\nregion: {}\n')
    expect(await run('import', `example.com=${good}`, '--into', path)).toMatchObject({
      exit: EXIT.failed,
      err: expect.stringContaining('did you mean "regions"?'),
    })
    const sound = await traffic(DOCUMENT)
    expect(await run('import', `example.com=${bad}`, '--into', sound)).toMatchObject({
      exit: EXIT.failed,
      err: 'bad.zone:9:5 A: address: "nowhere" is not an IPv4 address',
    })
    expect(await readFile(sound, 'utf8')).toBe(DOCUMENT)
  })

  test.each([[[]], [['example.com']], [['=x']], [['example.com=']], [['a=b', 'c=d']]])(
    '%j is no way to call it',
    async words => {
      await expect(run('import', ...words)).rejects.toThrow(UsageError)
    },
  )
})
