// Signatures by the hundred: those that the thread pool makes stand where they belong, whatever becomes of the rest.
import { generateKeyPairSync, verify } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { Signatures } from '../../../src/control-plane/publish/signatures.js'
import { ALGORITHM } from '../../../src/dns/dnssec-algorithms.js'
import { canonicalSet } from '../../../src/dns/dnssec-signature.js'
import { parseName } from '../../../src/dns/name.js'
import { TYPE, typeNumber } from '../../../src/dns/numbers.js'
import { askSigned, makeKeys, NOW } from '../../data-plane/signed-world.js'
import { validate } from '../../data-plane/validator.js'
import { readDocument, World } from '../../world.js'

const keys = makeKeys()
afterAll(() => keys.remove())

test.each(['nsec', 'nsec3', 'compact'])(
  'each of a thousand signatures is the right one, by %s',
  async denial => {
    const names = Array.from({ length: 300 }, (_, i) => `n${i}`)
    const records = names.map(name => `      ${name}: { type: MX, data: 10 mail.n0.example.com. }\n`)
    const document = readDocument(`
zones:
  example.com:
    dnssec: { denial: ${denial}, split: true }
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      mail.n0: { type: A, data: 192.0.2.25 }
      plain: { type: NS, data: ns1.example.com. }
${records.join('')}`)
    const world = await World.of(document, [], new Map(), keys.signing)
    expect(world.publisher.signatureCounts().made).toBeGreaterThan(600)
    const anchors = keys.anchors(document)
    for (const name of [...names, 'mail.n0', 'x.n7', 'x.plain', '0', 'zzz'])
      for (const type of ['MX', 'TXT']) {
        const asked = { name: parseName(`${name}.example.com`), type: typeNumber(type)! }
        validate(askSigned(world, `${name}.example.com`, type), asked, anchors, NOW)
      }
    const { made } = world.publisher.signatureCounts()
    await world.publisher.resign()
    expect(world.publisher.signatureCounts().made).toBe(made)
  },
  60_000,
)

test('where the work fails, or a signature cannot be made, none is remembered that is none', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [good, bad] = [privateKey, publicKey].map(key => ({ algorithm: ALGORITHM.ECDSAP256SHA256, keyTag: 1, key }))
  const signatures = new Signatures()
  const time = { wall: NOW, steady: NOW }
  const zone = parseName('example.com')
  const signAll = (by: typeof good): Buffer =>
    Buffer.concat(
      Array.from({ length: 600 }, (_, i) => {
        const set = {
          owner: parseName(`n${i}.example.com`),
          type: TYPE.A,
          ttl: 60,
          rdatas: [Uint8Array.of(192, 0, 2, 1)],
        }
        return signatures.of(set, zone, [by!]).rdatas[0]!
      }),
    )
  const work = (by: typeof good, after = (bytes: Buffer) => bytes) =>
    signatures.complete(
      time,
      async () => after(signAll(by)),
      bytes => bytes,
    )
  const failed = (): Buffer => {
    throw new Error('no more')
  }
  await expect(work(good, failed)).rejects.toThrow('no more')
  await expect(work(bad)).rejects.toThrow()
  expect(signatures.size).toBe(0)
  const bytes = await work(good)
  expect(signatures.size).toBe(600)
  // Placeholders begin alike, and end in zeroes.
  expect(bytes.includes(Buffer.alloc(16))).toBe(false)
  expect(await work(good)).toEqual(bytes)
})

test('what is no longer fresh is made anew aside, the rest stays, and nobody makes it again', async () => {
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const by = { algorithm: ALGORITHM.ECDSAP256SHA256, keyTag: 1, key }
  const signatures = new Signatures()
  const zone = parseName('example.com')
  const signed = (number: number) => {
    const set = {
      owner: parseName(`n${number}.example.com`),
      type: TYPE.A,
      ttl: 60,
      rdatas: [Uint8Array.of(1, 2, 3, 4)],
    }
    return { set, rdata: signatures.of(set, zone, [by]).rdatas[0]! }
  }
  const day = 86_400
  signatures.begin({ wall: NOW, steady: NOW })
  const [old] = [signed(1), signed(2)]
  signatures.setTime({ wall: NOW + 8 * day, steady: NOW + 8 * day })
  const young = signed(3)
  await signatures.renew({ wall: NOW + 9 * day, steady: NOW + 9 * day })
  expect(signatures.count).toBe(5)
  expect(signatures.firstExpiration).toBeGreaterThan(NOW + 20 * day)
  signatures.begin({ wall: NOW + 9 * day, steady: NOW + 9 * day })
  const renewed = signed(1)
  expect(signed(3).rdata).toBe(young.rdata)
  signed(2)
  expect(signatures.count).toBe(5)
  expect(renewed.rdata).not.toEqual(old!.rdata)
  const head = renewed.rdata.subarray(0, renewed.rdata.length - 64)
  const data = Buffer.concat([head, canonicalSet(renewed.set)])
  const form = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  expect(verify('sha256', data, form, renewed.rdata.subarray(-64))).toBe(true)
})
