import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keyFiles } from '../../../src/control-plane/keys/key-files.js'
import { KeyStore } from '../../../src/control-plane/keys/key-store.js'
import type { Zone } from '../../../src/control-plane/traffic/document/zone.js'
import { parseName } from '../../../src/dns/name.js'
import { readDocument } from '../../world.js'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'meridian-keys-')), 'keys')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const now = (): number => 1795568400_000
const open = (made: string[] = []): KeyStore =>
  new KeyStore({ box: keyFiles(folder, now), now, onMade: (_, { file }) => void made.push(file) })
const documentOf = (dnssec: string) =>
  readDocument(`zones: { example.com: { nameservers: [ns.example.net], dnssec: ${dnssec} } }`)
const zoneOf = (dnssec: string): Zone => [...documentOf(dnssec).zones.values()][0]!

test('a zone that is to be signed gets one key, which only its owner can read, and keeps it', async () => {
  const made: string[] = []
  const store = open(made)
  expect(store.keysOf(zoneOf('true'))).toBeUndefined()
  await store.prepare(documentOf('true'))
  await store.prepare(documentOf('true'))
  expect(made).toHaveLength(1)
  expect(readdirSync(folder).toSorted()).toEqual([`${made[0]}.key`, `${made[0]}.private`])
  expect(statSync(join(folder, `${made[0]}.private`)).mode & 0o777).toBe(0o600)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const again = open(made)
  // Another algorithm is for a key that is yet to be made.
  await again.prepare(documentOf('{ algorithm: ed25519 }'))
  expect(made).toHaveLength(1)
  expect(again.keysOf(zoneOf('true'))?.published).toEqual(store.keysOf(zoneOf('true'))?.published)
})

test('a zone that is not to be signed has no keys, also where it had some', async () => {
  const store = open()
  await store.prepare(documentOf('false'))
  expect(store.keysOf(zoneOf('false'))).toBeUndefined()
  await store.prepare(documentOf('true'))
  expect(store.keysOf(zoneOf('false'))).toBeUndefined()
  expect(store.storedOf(parseName('other.example'))).toEqual([])
})

test('of keys that were brought along those of entry points sign the keys, and the others the zone', async () => {
  mkdirSync(folder)
  const make = (...words: string[]): number => {
    const name = execFileSync('dnssec-keygen', ['-q', '-a', 'ECDSAP256SHA256', '-K', folder, ...words, 'example.com'])
    return Number(name.toString().trim().slice(-5))
  }
  const ksk = make('-f', 'KSK')
  const zsk = make()
  const made: string[] = []
  const store = open(made)
  await store.prepare(documentOf('true'))
  const keys = store.keysOf(zoneOf('true'))!
  expect(made).toEqual([])
  expect(keys.published).toHaveLength(2)
  expect([keys.signsKeys, keys.signsZone].map(list => list.map(({ keyTag }) => keyTag))).toEqual([[ksk], [zsk]])
  expect([keys.atParent.cds.length, keys.atParent.cdnskey.length]).toEqual([1, 1])
})

test.each([
  ['no private key', 'hello', undefined, /Kexample\.com\.\+013\+00001\.private is no private key/],
  [
    'a key without its public half',
    'Private-key-format: v1.3\nAlgorithm: 13\nPrivateKey: GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=\n',
    undefined,
    /\.key beside it, cannot be read/,
  ],
  [
    'a public half without a record',
    'Private-key-format: v1.3\nAlgorithm: 13\nPrivateKey: GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=\n',
    '; nothing\n',
    /has no DNSKEY record/,
  ],
])('%s is no reason to make another key', async (_, text, half, message) => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'Kexample.com.+013+00001.private'), text)
  if (half !== undefined) writeFileSync(join(folder, 'Kexample.com.+013+00001.key'), half)
  await expect(open().prepare(documentOf('true'))).rejects.toThrow(message)
  expect(readdirSync(folder).filter(file => file.endsWith('.private'))).toHaveLength(1)
})

test('a key whose private half is elsewhere signs keys, and nothing else', async () => {
  mkdirSync(folder)
  const name = execFileSync('dnssec-keygen', ['-q', '-a', '13', '-K', folder, '-f', 'KSK', 'example.com'])
    .toString()
    .trim()
  writeFileSync(join(folder, `${name}.private`), 'Private-key-format: v1.3\nAlgorithm: 13 (X)\nLabel: c2xvdCAxAA==\n')
  await expect(open().prepare(documentOf('true'))).rejects.toThrow(
    'its private half is elsewhere, so that it can sign keys only',
  )
  execFileSync('dnssec-keygen', ['-q', '-a', '13', '-K', folder, 'example.com'])
  const store = open()
  await store.prepare(documentOf('true'))
  const { signsKeys, signsZone } = store.keysOf(zoneOf('true'))!
  expect(signsKeys.map(({ label }) => label)).toEqual(['slot 1'])
  expect(signsZone.map(({ label }) => label)).toEqual([undefined])
})
