import { createPublicKey } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  isSealedKey,
  openKey,
  type SealedKey,
  sealKey,
  secretName,
} from '../../../src/control-plane/keys/sealed-key.js'
import { makeKey } from '../../../src/control-plane/keys/stored-key.js'
import { parseName } from '../../../src/dns/name.js'

const ZONE = parseName('example.com')
const SECRET = new Uint8Array(32).fill(1)
const OTHER = new Uint8Array(32).fill(2)
const CREATED = 1_795_568_400

test.each([8, 13, 15])(
  'a key of algorithm %d is what it was when it is opened, by whichever of the secrets',
  async algorithm => {
    const key = await makeKey(ZONE, 'CSK', algorithm)
    const sealed = JSON.parse(JSON.stringify(sealKey(ZONE, key, SECRET, CREATED)))
    const opened = openKey(ZONE, sealed, [OTHER, SECRET])
    expect({ ...opened, key: undefined }).toEqual({ ...key, key: undefined })
    expect(opened.key.export({ format: 'jwk' })).toEqual(key.key.export({ format: 'jwk' }))
  },
)

test('a key whose private half is elsewhere stays one', async () => {
  const made = await makeKey(ZONE, 'CSK', 13)
  const key = { ...made, key: createPublicKey(made.key), label: 'pkcs11:object=ksk' }
  const opened = openKey(ZONE, sealKey(ZONE, key, SECRET, CREATED), [SECRET])
  expect(opened.label).toBe(key.label)
  expect(opened.key.type).toBe('public')
  expect(opened.dnskey).toEqual(key.dnskey)
  const bad = { ...sealKey(ZONE, key, SECRET, CREATED), dnskey: 'AAAA' }
  expect(() => openKey(ZONE, bad, [SECRET])).toThrow('has a label, and the public half beside it is none')
})

test('neither the private half nor the secret can be read in it, and the same key never looks the same', async () => {
  const key = await makeKey(ZONE, 'CSK', 15)
  const [one, two] = [sealKey(ZONE, key, SECRET, CREATED), sealKey(ZONE, key, SECRET, CREATED)]
  const bytes = Buffer.from(one.sealed, 'base64')
  expect(bytes.includes('PrivateKey')).toBe(false)
  expect(bytes.includes(Buffer.from(key.key.export({ format: 'jwk' }).d!, 'base64url'))).toBe(false)
  expect(one.sealed.slice(0, 40)).not.toBe(two.sealed.slice(0, 40))
  expect(one.by).toBe(secretName(SECRET))
  expect(Buffer.from(SECRET).toString('hex')).not.toContain(one.by)
})

test.each<[string, (sealed: SealedKey) => SealedKey]>([
  ['of another role', sealed => ({ ...sealed, flags: 256 })],
  ['of another name', sealed => ({ ...sealed, file: 'Kexample.com.+013+00001' })],
  ['with a byte changed', sealed => ({ ...sealed, sealed: flipped(sealed.sealed, 40) })],
  ['with another tag', sealed => ({ ...sealed, sealed: flipped(sealed.sealed, 20) })],
  ['cut off', sealed => ({ ...sealed, sealed: sealed.sealed.slice(0, 16) })],
  ['empty', sealed => ({ ...sealed, sealed: '' })],
])('%s it is not what was sealed', async (_, change) => {
  const sealed = change(sealKey(ZONE, await makeKey(ZONE, 'CSK', 13), SECRET, CREATED))
  expect(() => openKey(ZONE, sealed, [SECRET])).toThrow(`${sealed.file}, as the fleet keeps it, is not what was sealed`)
})

test('it is opened for no other zone, and by no other secret', async () => {
  const sealed = sealKey(ZONE, await makeKey(ZONE, 'CSK', 13), SECRET, CREATED)
  expect(() => openKey(parseName('example.net'), sealed, [SECRET])).toThrow('is not what was sealed')
  expect(() => openKey(ZONE, sealed, [OTHER])).toThrow(`a secret that this node does not have (${secretName(SECRET)})`)
  expect(openKey(parseName('EXAMPLE.com'), sealed, [SECRET]).file).toBe(sealed.file)
})

test.each([
  [null],
  ['x'],
  [{}],
  [{ file: 'x', by: 'y', sealed: 1, flags: 257 }],
  [{ file: 'x', by: 'y', sealed: 'z' }],
])('%j is no sealed key', value => {
  expect(isSealedKey(value)).toBe(false)
})

function flipped(base64: string, at: number): string {
  const bytes = Buffer.from(base64, 'base64')
  bytes[at] = bytes[at]! ^ 1
  return bytes.toString('base64')
}
