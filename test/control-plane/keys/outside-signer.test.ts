// Signing with keys elsewhere by a real command.
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  areOutsideSignatures,
  type OutsideSigner,
  outsideSigner,
} from '../../../src/control-plane/keys/outside-signer.js'
import { runSigner } from '../../../src/control-plane/keys/signer-command.js'
import type { SigningKey } from '../../../src/control-plane/keys/zone-keys.js'
import { readKept } from '../../../src/control-plane/state/kept-value.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import { SIGNING_ALGORITHMS, verifyBytes } from '../../../src/dns/dnssec-algorithms.js'
import { canonicalSet, signatureHead, signedBytes, validityIn } from '../../../src/dns/dnssec-signature.js'
import { parseName } from '../../../src/dns/name.js'
import { TYPE } from '../../../src/dns/numbers.js'

const SIGNER = fileURLToPath(new URL('../../signer.mjs', import.meta.url))
const DAY = 86_400
const NOW = 1_795_568_400

let folder: string
let now: number
let problems: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-outside-'))
  now = NOW
  problems = []
})
afterEach(() => rmSync(folder, { recursive: true }))

const mode = (word: string): void => writeFileSync(join(folder, 'mode'), word)
const runs = (): readonly number[] =>
  existsSync(join(folder, 'runs')) ? readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n').map(Number) : []

async function open(timeoutMs = 60_000): Promise<OutsideSigner> {
  const path = join(folder, 'kept.json')
  return outsideSigner({
    run: runSigner({ command: [process.execPath, SIGNER, folder], timeoutMs }),
    kept: new OwnValue(path, (await readKept(path, areOutsideSignatures)) ?? {}),
    isFresh: expiration => expiration - now > 5 * DAY,
    now: () => now,
    onProblem: sentence => void problems.push(sentence),
  })
}

/** A key that only the signer has the private half of. */
function keyOf(algorithm: number): SigningKey {
  const { privateKey, publicKey } =
    algorithm === 13
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : algorithm === 15
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(join(folder, `key${algorithm}.pem`), privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const encoded = SIGNING_ALGORITHMS.get(algorithm)!.encodePublic(publicKey) // these three are known
  return { algorithm, keyTag: 1000 + algorithm, key: publicKey, label: `key${algorithm}`, publicKey: encoded }
}

function wishOf(by: SigningKey, name = 'example.com') {
  const zone = parseName(name)
  const set = { owner: zone, type: TYPE.DNSKEY, ttl: 3600, rdatas: [Uint8Array.of(1, 1, 3, by.algorithm, 1)] }
  const validity = { inception: now - 3600, expiration: now + 14 * DAY }
  return { by, head: signatureHead(set, { zone, ...by }, validity), set: canonicalSet(set) }
}

const isGood = (wish: ReturnType<typeof wishOf>, rdata: Uint8Array): boolean => {
  const { length } = wish.head
  const data = signedBytes(rdata.subarray(0, length), wish.set)
  return verifyBytes(wish.by.algorithm, wish.by.publicKey!, data, rdata.subarray(length))
}

test.each([13, 15, 8])('a command signs by algorithm %d', async algorithm => {
  const signer = await open()
  const wish = wishOf(keyOf(algorithm))
  expect(isGood(wish, await signer.sign(wish))).toBe(true)
  expect(signer.problem()).toBeUndefined()
})

test('a hundred zones are signed by one process, and what was signed is not signed again, over restarts too', async () => {
  const by = keyOf(13)
  const names = Array.from({ length: 100 }, (_, i) => `zone${i}.example`)
  const signer = await open()
  const first = await Promise.all(names.map(name => signer.sign(wishOf(by, name))))
  expect(runs()).toEqual([100])
  now += DAY
  const again = await open()
  expect(await Promise.all(names.map(name => again.sign(wishOf(by, name))))).toEqual(first)
  expect(runs()).toEqual([100])
})

test.each([
  ['away', 'no slot has the token'],
  ['wrong', 'gave no signature by key15 (1015) of what it was asked for'],
  ['short', 'gave 0 lines for 1'],
  ['silent', 'did not end within 1000 ms'],
])('%s: what was signed before is served while it is good, and it is said once that %s', async (how, why) => {
  const wish = wishOf(keyOf(15))
  const before = await (await open()).sign(wish)
  mode(how)
  const signer = await open(1000)
  now += 10 * DAY
  expect(await signer.sign(wishOf(wish.by))).toEqual(before)
  expect(await signer.sign(wishOf(wish.by))).toEqual(before)
  expect(problems).toEqual([expect.stringContaining(why)])
  expect(signer.problem()).toContain(why)

  now += 4 * DAY
  await expect(signer.sign(wishOf(wish.by))).rejects.toThrow(why)
  now -= 4 * DAY
  mode('')
  const patient = await open()
  const after = await patient.sign(wishOf(wish.by))
  expect(validityIn(after).expiration).toBe(now + 14 * DAY)
  expect(patient.problem()).toBeUndefined()
})

test('what was never signed is not served, and a command that is not there is said to be so', async () => {
  const wish = wishOf(keyOf(15))
  const signer = outsideSigner({
    run: runSigner({ command: [join(folder, 'none')], timeoutMs: 1000 }),
    kept: new OwnValue(join(folder, 'kept.json'), {}),
    isFresh: () => false,
    now: () => now,
    onProblem: sentence => void problems.push(sentence),
  })
  await expect(signer.sign(wish)).rejects.toThrow('it is not there')
  expect(problems).toHaveLength(1)
})
