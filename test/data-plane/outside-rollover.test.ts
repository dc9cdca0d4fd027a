// Exchanging a KSK whose private half is elsewhere: a command signs, delv validates each stage, and what cannot be is refused in words.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keyElsewhere } from '../../src/control-plane/keys/brought-keys.js'
import type { RolloverWish } from '../../src/control-plane/keys/exchange.js'
import { outsideSigner } from '../../src/control-plane/keys/outside-signer.js'
import { runSigner } from '../../src/control-plane/keys/signer-command.js'
import type { StoredKey } from '../../src/control-plane/keys/stored-key.js'
import { OwnValue } from '../../src/control-plane/state/own-value.js'
import { SIGNING_ALGORITHMS } from '../../src/dns/dnssec-algorithms.js'
import { dnskeyData } from '../../src/dns/dnssec-key.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { run } from '../end-to-end/program.js'
import { goOn, type Rolled, serveRolled } from './rolled-zone.js'
import { askSigned } from './signed-world.js'

const SIGNER = fileURLToPath(new URL('../signer.mjs', import.meta.url))
const ORIGIN = parseName('example.com')
const DAY = 86_400

let folder: string
let rolled: Rolled
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-outside-'))
  // Validators go by the clock of this machine: it stands still, and rollovers have their own.
  const real = { wall: Date.now() / 1000, steady: Date.now() / 1000 }
  const signer = outsideSigner({
    run: runSigner({ command: [process.execPath, SIGNER, folder], timeoutMs: 60_000 }),
    kept: new OwnValue(join(folder, 'kept.json'), {}),
    isFresh: expiration => expiration - real.wall > 5 * DAY,
    now: () => real.wall,
    onProblem: why => {
      throw new Error(why)
    },
  })
  rolled = await serveRolled(folder, true, 'nsec', real, signer)
  rolled.desk.signsElsewhere = true
})
afterEach(() => {
  rolled.served.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A key of which only its public half, and what it is called, are known here. */
function elsewhere(label: string, algorithm = 13, flags = 257): StoredKey {
  const { privateKey, publicKey } =
    algorithm === 15 ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  writeFileSync(join(folder, `${label}.pem`), privateKey.export({ format: 'pem', type: 'pkcs8' }))
  const data = dnskeyData(flags, algorithm, SIGNING_ALGORITHMS.get(algorithm)!.encodePublic(publicKey)) // both are known
  return keyElsewhere(ORIGIN, `example.com. IN DNSKEY ${formatRdata(TYPE.DNSKEY, data)}`, label)
}

const wish = (kind: RolloverWish['kind'], more: Partial<RolloverWish> = {}): RolloverWish => ({
  ...{ kind, emergency: false, actor: 'test', reason: '' },
  ...more,
})
const begin = (what: RolloverWish) => rolled.desk.rollovers.begin(rolled.zone, what, rolled.world.document)

/** Whose signatures the DNSKEY set has, by their tags. */
const signers = (): readonly number[] =>
  askSigned(rolled.world, 'example.com', 'DNSKEY')
    .answers.filter(({ type }) => type === TYPE.RRSIG)
    .map(({ rdata }) => (rdata[16]! << 8) | rdata[17]!) // RFC 4034 §3.1
    .toSorted((a, b) => a - b)
const tags = (...keys: readonly { keyTag: number }[]) => keys.map(({ keyTag }) => keyTag).toSorted((a, b) => a - b)

/** With the DS set that the parent has now. */
async function judge(when: string): Promise<void> {
  const anchors = (rolled.desk.parent?.everywhere ?? []).map(rdata => formatRdata(TYPE.DS, rdata))
  const statics = anchors.map(text => text.replace(/^(\d+ \d+ \d+) (.*)$/, 'example.com. static-ds $1 "$2";'))
  writeFileSync(join(folder, 'anchors'), `trust-anchors { ${statics.join(' ')} };\n`)
  for (const question of ['www.example.com A', 'nowhere.example.com A']) {
    const at = ['@127.0.0.1', '-p', `${rolled.served.port}`, '-a', join(folder, 'anchors'), '+root=example.com']
    const { stdout, stderr } = await run('delv', [...at, ...question.split(' ')])
    expect(`${stdout}${stderr}`, `${when}, ${question}`).toContain('fully validated')
  }
}

/** Through all stages. @returns who signs the keys in each of them, and after the last */
async function roll(what: RolloverWish): Promise<readonly (readonly number[])[]> {
  const { kind, key } = what
  await begin(what)
  const signed: (readonly number[])[] = []
  do {
    signed.push(signers())
    await judge(`${kind} to ${key?.label}, stage ${signed.length}`)
  } while (await goOn(rolled))
  await judge(`${kind} to ${key?.label}, after`)
  return [...signed, signers()]
}

test('a KSK goes elsewhere, is exchanged there, in an emergency too, and for another algorithm; all is secure all the time', async () => {
  const { desk } = rolled
  const [home] = desk.keys.storedOf(ORIGIN).filter(({ flags }) => flags === 257) as [StoredKey]
  const [first, second, third] = [elsewhere('first'), elsewhere('second'), elsewhere('third')]
  expect(await roll(wish('ksk', { key: first }))).toEqual([tags(home), tags(first), tags(first), tags(first)])
  expect(await roll(wish('ksk', { key: second }))).toEqual([tags(first), tags(second), tags(second), tags(second)])
  const hurried = [tags(second, third), tags(second, third), tags(third)]
  expect(await roll(wish('ksk', { key: third, emergency: true }))).toEqual(hurried)
  const other = elsewhere('other', 15)
  const both = tags(third, other)
  expect(await roll(wish('algorithm', { key: other }))).toEqual([tags(third), both, both, tags(other), tags(other)])
  const kept = desk.keys.storedOf(ORIGIN).map(({ algorithm, label }) => [algorithm, label])
  expect(kept).toEqual(expect.arrayContaining([[15, 'other'], [15, undefined]])) // biome-ignore format: a list of two
})

test('what cannot be is refused in words, and nothing is left of it', async () => {
  const { desk, zone, world } = rolled
  const first = elsewhere('first')
  const before = desk.keys.storedOf(ORIGIN)
  const twin = { ...first, keyTag: before[0]!.keyTag }
  for (const [what, words] of [
    [wish('zsk', { key: first }), 'a key that is elsewhere signs keys only'],
    [wish('ksk', { key: elsewhere('plain', 13, 256) }), 'has no flag of an entry point (257)'],
    [wish('ksk', { key: elsewhere('other', 15) }), 'another algorithm is a rollover of the kind algorithm'],
    [wish('algorithm', { key: first, algorithm: 15 }), 'is of another algorithm than the one that is wanted'],
    [wish('ksk', { key: twin }), `the zone has a key with the tag ${twin.keyTag} already`],
  ] as const)
    await expect(begin(what)).rejects.toThrow(words)
  await roll(wish('ksk', { key: first }))
  await expect(begin(wish('ksk'))).rejects.toThrow('make it there, and name it')
  await expect(begin(wish('algorithm', { algorithm: 15 }))).rejects.toThrow('make it there, and name it')
  desk.signsElsewhere = false
  await expect(desk.rollovers.plan(zone, wish('ksk', { key: elsewhere('second') }), world.document)).rejects.toThrow(
    'dnssec.signer of the server settings names no command',
  )
  expect(desk.keys.rolloverOf(ORIGIN)).toBeUndefined()
})
