// Keys of BIND into a state directory, and out of it again.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keyFiles } from '../../src/control-plane/keys/key-files.js'
import { KeyStore } from '../../src/control-plane/keys/key-store.js'
import { dsData } from '../../src/dns/dnssec-key.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { run, runMeridian } from '../end-to-end/program.js'
import { readDocument } from '../world.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-keys-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = (...parts: readonly string[]): string => join(folder, ...parts)
const cli = (...words: readonly string[]) => runMeridian(['dnssec', ...words, '--state', path('state')])

/** @returns the name of its files, with their folder */
async function keygen(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('dnssec-keygen', ['-q', '-K', folder, ...words, 'example.com'])
  return path(stdout.trim())
}

test.each([
  ['ECDSAP256SHA256', []],
  ['ED25519', []],
  ['RSASHA256', ['-b', '2048']],
])(
  'a key of BIND, %s, is what the zone is signed with, and comes out as it went in',
  async (algorithm, more) => {
    const file = await keygen('-a', algorithm, '-f', 'KSK', ...more)
    expect(await cli('import', 'example.com', `${file}.private`, `${file}.key`)).toMatchObject({ code: 0 })
    const keys = new KeyStore({ box: keyFiles(path('state', 'keys'), Date.now), now: Date.now })
    const document = readDocument('zones: { example.com: { dnssec: true, nameservers: [ns.example.net] } }')
    await keys.prepare(document)
    const [key, ...others] = keys.storedOf(parseName('example.com'))
    expect(others).toEqual([])
    const ds = formatRdata(TYPE.DS, dsData(parseName('example.com'), key!.dnskey, 'SHA256'))
    const { stdout } = await run('dnssec-dsfromkey', ['-2', file])
    expect(`example.com. IN DS ${ds}`.toLowerCase()).toBe(stdout.trim().toLowerCase())

    expect(await cli('export', 'example.com', folder)).toMatchObject({ code: 1, stdout: '' }) // they are there already
    rmSync(`${file}.private`)
    rmSync(`${file}.key`)
    expect(await cli('export', 'example.com', folder)).toMatchObject({ code: 0 })
    expect(statSync(`${file}.private`).mode & 0o777).toBe(0o600)
    expect((await run('dnssec-dsfromkey', ['-2', file])).stdout).toBe(stdout)
  },
  60_000,
)

test('two keys are a KSK and a ZSK', async () => {
  const files = [await keygen('-a', '13', '-f', 'KSK'), await keygen('-a', '13')]
  const { stdout } = await cli('import', 'example.com', ...files, '--json')
  expect((JSON.parse(stdout) as { role: string }[]).map(({ role }) => role)).toEqual(['KSK', 'ZSK'])
})

test('what is no pair of halves of a key of the zone is refused, and nothing is taken', async () => {
  const [file, other] = [await keygen('-a', '13'), await keygen('-a', '13')]
  const key = readFileSync(`${file}.key`, 'utf8')
  const refused = async (zone = 'example.com', ...more: string[]): Promise<string> => {
    const { code, stderr } = await cli('import', zone, file, ...more)
    expect(code).toBe(1)
    return stderr
  }
  expect(await refused('example.net')).toContain('is of example.com., not of example.net.')
  expect(await refused('example.com', path('nothing'))).toContain('both halves of a key are needed')
  writeFileSync(`${file}.key`, readFileSync(`${other}.key`))
  expect(await refused()).toContain('are not of one key')
  writeFileSync(`${file}.key`, '; nothing\n')
  expect(await refused()).toContain('has no DNSKEY record')
  writeFileSync(`${file}.key`, 'example.com. IN DNSKEY 256 3 13 !\n')
  expect(await refused()).toContain('that can be read')
  expect(readdirSync(folder)).not.toContain('state')

  writeFileSync(`${file}.key`, key)
  expect(await cli('import', 'example.com', file)).toMatchObject({ code: 0 })
  expect((await cli('import', 'example.com', other)).stderr).toContain('has keys already')
  expect(await cli('import', 'example.com')).toMatchObject({ code: 2 })
  expect(await cli('export', 'example.com')).toMatchObject({ code: 2 })
  expect((await cli('export', 'example.net', folder)).stderr).toContain('there are no keys')
})
