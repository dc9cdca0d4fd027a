import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHILD, Delegation, PARENT } from './delegation.js'
import { freePort } from './ports.js'
import { run } from './program.js'

let world: Delegation
let folder: string
beforeAll(async () => {
  world = await Delegation.start(await freePort())
  folder = await mkdtemp(join(tmpdir(), 'meridian-dnsviz-'))
})
afterAll(async () => {
  await world?.close()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

interface Found {
  /** What there is at each name, as text. */
  readonly shown: string
  /** All that is worth a warning, by name; empty where nothing is. */
  readonly findings: unknown
}

/** Asks the servers of both zones in many ways, and has what they said judged. `child` is what to ask for example.com. */
async function inspect(child: string, ...words: readonly string[]): Promise<Found> {
  const file = join(folder, 'probe.json')
  const servers = ['-x', `com+:ns.com=${PARENT}:${world.port}`, '-x', `example.com:ns1.example.com=${child}`]
  const probe = await run('dnsviz', ['probe', '-4', '-A', '-a', 'com', ...servers, '-o', file, ...words])
  expect(probe.code, probe.stderr).toBe(0)
  const shown = await run('dnsviz', ['print', '-r', file])
  const judged = await run('dnsviz', ['grok', '-l', 'warning', '-r', file])
  expect(judged.stderr).toBe('')
  return { shown: shown.stdout, findings: judged.stdout.trim() === '' ? {} : JSON.parse(judged.stdout) }
}

const childAt = (): string => `${CHILD}:${world.port},ns2.example.com=${CHILD}:${world.port}`

test('dnsviz finds nothing to say about the delegation, the zone, and how EDNS is spoken', async () => {
  const { shown, findings } = await inspect(childAt(), '-E', '-R', 'SOA,NS,MX,CAA,TXT,A,AAAA', 'example.com')
  expect(findings).toEqual({})
  expect(shown).toContain('MX: 10 mail.example.com.')
  expect(shown).toContain('TXT: NODATA')
})

test.each([
  ['a steered name', 'api.example.com', 'AAAA: 2001:db8::4'],
  ['a CNAME', 'www.example.com', 'A: CNAME api.example.com.'],
  ['a name below a DNAME', 'a.b.old.example.com', 'A: CNAME a.b.new.example.com.'],
  ['a name for which a wildcard stands', 'any.wild.example.com', 'A: 192.0.2.77'],
  ['a name that does not exist', 'nobody.example.com', 'A: NXDOMAIN'],
  ['a name that has nothing but names below it', 'nothing.example.com', 'A: NODATA'],
])('dnsviz finds nothing to say about %s', async (_, name, line) => {
  const { shown, findings } = await inspect(childAt(), '-E', '-e', '133.11.0.0/24', '-R', 'A,AAAA', name)
  expect(findings).toEqual({})
  expect(shown).toContain(line)
})

test('dnsviz does say it where a server of the zone knows nothing of it', async () => {
  const { findings } = await inspect(`${PARENT}:${world.port}`, '-R', 'A', 'example.com')
  expect(JSON.stringify(findings)).toContain('"code":"SERVER_NOT_AUTHORITATIVE"')
})
