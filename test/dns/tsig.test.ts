import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeQuery } from '../../src/dns/message.js'
import { bareReply } from '../../src/dns/message-reply.js'
import { parseName } from '../../src/dns/name.js'
import { RCODE, TYPE } from '../../src/dns/numbers.js'
import {
  findTsig,
  TSIG_ALGORITHMS,
  TSIG_ERROR,
  type TsigAlgorithm,
  type TsigKey,
  tsigKeys,
  withTsig,
} from '../../src/dns/tsig.js'
import { AnswerSigner, checkTsig, signRefusal, signRequest } from '../../src/dns/tsig-check.js'
import { macOf } from '../../src/dns/tsig-mac.js'

const SECRET = Uint8Array.from(Buffer.from('secret of key.example'))
const keyOf = (algorithm: TsigAlgorithm): TsigKey => ({ name: parseName('Key.Example.'), algorithm, secret: SECRET })
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

/** Queries for example.com SOA, as dig 9.18 signed them with the key above at 1795567205 or a second later. */
const BY_DIG: readonly (readonly [TsigAlgorithm, string, string])[] = [
  [
    'hmac-sha1',
    'whole',
    '588f01200001000000000001076578616d706c6503636f6d0000060001036b6579076578616d706c650000fa00ff00000000002f09686d61632d736861310000006b063265012c00148f6fe1803b33ac3283ac8ac4843afab93a16f66b588f00000000',
  ],
  [
    'hmac-sha224',
    'whole',
    'ef4901200001000000000001076578616d706c6503636f6d0000060001036b6579076578616d706c650000fa00ff0000000000390b686d61632d7368613232340000006b063265012c001c8980af03fd0c793b0bdeee8f6a5f216d1a5658d3430fea03964caddaef4900000000',
  ],
  [
    'hmac-sha256',
    'whole',
    '581701200001000000000001076578616d706c6503636f6d0000060001036b6579076578616d706c650000fa00ff00000000003d0b686d61632d7368613235360000006b063265012c0020134e3283af5948f78cf406e01eb43974997f2f56686402a7e06d54e994172bfe581700000000',
  ],
  [
    'hmac-sha384',
    'whole',
    '8ee601200001000000000001076578616d706c6503636f6d0000060001036b6579076578616d706c650000fa00ff00000000004d0b686d61632d7368613338340000006b063265012c00309664c4d495016c1740ff1ddf3976d210abb2bcd852a1f2f6295280e967cd1b8c4ea43c91df39e11fb7f23ddac5eec6298ee600000000',
  ],
  [
    'hmac-sha512',
    'whole',
    '73d701200001000000000001076578616d706c6503636f6d0000060001036b6579076578616d706c650000fa00ff00000000005d0b686d61632d7368613531320000006b063265012c004062126a00939427a9cd571f089dcf83f31408d112db960ce94aadaa24ce5d8933ac2ad4291d07f204e2727ceb0c64cde7d0bb0acb345953b46a01c2a61297535973d700000000',
  ],
  [
    'hmac-sha256',
    'cut to 128 bits',
    '5e5b01200001000000000001076578616d706c6503636f6d0000060001036b6579076578616d706c650000fa00ff00000000002d0b686d61632d7368613235360000006b063266012c0010c926756f0f017a2c715f4896a738c07e5e5b00000000',
  ],
]
/** The same, cut to 80 bits: as few as the RFC permits, and fewer than we take. */
const CUT_SHORT =
  '40f001200001000000000001076578616d706c6503636f6d0000060001036b6579076578616d706c650000fa00ff00000000002509686d61632d736861310000006b063266012c000a1839f27ff6657f27f4ec40f000000000'
const THEN = 0x6b063265

const QUERY = encodeQuery({ name: parseName('example.com.'), type: TYPE.SOA, id: 4711 })
const KEY = keyOf('hmac-sha256')
const KEYS = tsigKeys([KEY])

describe('what dig has signed', () => {
  test.each(BY_DIG)('with %s, %s, is good', (algorithm, _, hex) => {
    const checked = checkTsig(bytes(hex), tsigKeys([keyOf(algorithm)]), THEN)
    expect(checked).toMatchObject({ kind: 'good', tsig: { timeSigned: expect.closeTo(THEN, -1), fudge: 300 } })
    const message = checked.kind === 'good' ? decodeMessage(checked.message) : undefined
    expect(message).toMatchObject({ questions: [{ type: TYPE.SOA }], additionals: [] })
  })

  test('with fewer bits than we take is BADTRUNC', () => {
    const checked = checkTsig(bytes(CUT_SHORT), tsigKeys([keyOf('hmac-sha1')]), THEN)
    expect(checked).toMatchObject({ kind: 'bad', error: TSIG_ERROR.badTruncation })
  })

  test.each(BY_DIG)('with %s, %s, is bad once any bit of it is another', (algorithm, _, hex) => {
    const whole = bytes(hex)
    const keys = tsigKeys([keyOf(algorithm)])
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), bit => {
        const changed = whole.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
        const checked = checkTsig(changed, keys, THEN)
        // The letter case of names within the record is nobody's business, and the ID of the header is not signed.
        const harmless = bit < 16 || (checked.kind === 'good' && Buffer.compare(lowered(changed), lowered(whole)) === 0)
        expect(checked.kind === 'good').toBe(harmless)
      }),
      { numRuns: 400 },
    )
  })
})

const lowered = (m: Uint8Array): Buffer => Buffer.from(Buffer.from(m).toString('latin1').toLowerCase(), 'latin1')

describe('a request', () => {
  test.each(TSIG_ALGORITHMS)('that was signed with %s is what it was before', algorithm => {
    const key = keyOf(algorithm)
    const checked = checkTsig(signRequest(QUERY, key, 1000), tsigKeys([key]), 1000)
    expect(checked).toMatchObject({ kind: 'good', key, message: QUERY })
  })

  test('that a forwarder gave another ID is checked, and answered, under the first', () => {
    const signed = signRequest(QUERY, KEY, 1000)
    signed[0]! ^= 0xff
    expect(checkTsig(signed, KEYS, 1000)).toMatchObject({ kind: 'good', message: QUERY })
  })

  test.each([
    // now, verdict
    [700, 'good'],
    [1300, 'good'],
    [699, 'bad'],
    [1301, 'bad'],
  ])('of the second 1000 is at %d %s', (now, kind) => {
    const checked = checkTsig(signRequest(QUERY, KEY, 1000), KEYS, now)
    expect(checked).toMatchObject({ kind, ...(kind === 'bad' ? { error: TSIG_ERROR.badTime } : {}) })
  })

  test('with a key that is not known, or under another algorithm, is BADKEY', () => {
    const unknown = { kind: 'bad', error: TSIG_ERROR.badKey }
    expect(checkTsig(signRequest(QUERY, { ...KEY, name: parseName('other.') }, 1), KEYS, 1)).toMatchObject(unknown)
    expect(checkTsig(signRequest(QUERY, keyOf('hmac-sha512'), 1), KEYS, 1)).toMatchObject(unknown)
  })

  test('with a MAC of 9 bytes, or longer than the algorithm makes, is malformed', () => {
    const found = findTsig(signRequest(QUERY, KEY, 1))
    if (found.kind !== 'tsig') throw new Error('not signed')
    for (const mac of [found.tsig.mac.subarray(0, 9), Uint8Array.from([...found.tsig.mac, 0])])
      expect(checkTsig(withTsig(QUERY, { ...found.tsig, mac }), KEYS, 1)).toEqual({ kind: 'malformed' })
  })

  test('with two signatures, or one that is not the last record, is malformed', () => {
    const signed = signRequest(QUERY, KEY, 1)
    expect(findTsig(signRequest(signed, KEY, 1))).toEqual({ kind: 'malformed' })
    const followed = Uint8Array.from([...signed, 0, 0, TYPE.TXT, 0, 1, 0, 0, 0, 0, 0, 0])
    followed[11] = 2
    expect(findTsig(followed)).toEqual({ kind: 'malformed' })
  })

  test('of any bytes is read without a fault', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 12, maxLength: 80 }), m => void checkTsig(m, KEYS, 1)))
    const signed = signRequest(QUERY, KEY, 1)
    fc.assert(
      fc.property(fc.nat(signed.length - 1), fc.nat(255), (at, byte) => {
        checkTsig(
          signed.map((old, i) => (i === at ? byte : old)),
          KEYS,
          1,
        )
      }),
    )
  })
})

describe('an answer', () => {
  const mac = new Uint8Array(32).fill(7)

  test('of many messages has in each the MAC of the one before', () => {
    const signer = new AnswerSigner(KEY, mac)
    const first = findTsig(signer.sign(QUERY, 10))
    const second = findTsig(signer.sign(QUERY, 20))
    if (first.kind !== 'tsig' || second.kind !== 'tsig') throw new Error('not signed')
    expect(first.tsig.mac).toEqual(new Uint8Array(macOf(KEY, QUERY, first.tsig, mac)))
    expect(second.tsig.mac).toEqual(new Uint8Array(macOf(KEY, QUERY, second.tsig, first.tsig.mac, true)))
  })

  test.each([
    ['BADKEY', TSIG_ERROR.badKey, { ...KEY, name: parseName('other.') }, 1000],
    ['BADSIG', TSIG_ERROR.badSignature, { ...KEY, secret: new Uint8Array(3) }, 1000],
  ])('that says %s is not signed', (_, error, key, now) => {
    const request = signRequest(QUERY, key, 1000)
    const checked = checkTsig(request, KEYS, now)
    if (checked.kind !== 'bad') throw new Error('it is good')
    const answer = signRefusal(bareReply(request, RCODE.NOTAUTH), checked, now)
    expect(decodeMessage(answer)).toMatchObject({ rcode: RCODE.NOTAUTH, response: true })
    expect(findTsig(answer)).toMatchObject({ kind: 'tsig', tsig: { error, mac: new Uint8Array(), key: key.name } })
  })

  test('that says BADTIME is signed, with the time of the client and ours', () => {
    const request = signRequest(QUERY, KEY, 1000)
    const asked = findTsig(request)
    const checked = checkTsig(request, KEYS, 0x123456789)
    if (checked.kind !== 'bad' || asked.kind !== 'tsig') throw new Error('it is good')
    const answer = bareReply(request, RCODE.NOTAUTH)
    const found = findTsig(signRefusal(answer, checked, 0x123456789))
    if (found.kind !== 'tsig') throw new Error('not signed')
    expect(found.tsig).toMatchObject({ error: TSIG_ERROR.badTime, timeSigned: 1000, other: bytes('000123456789') })
    expect(found.tsig.mac).toEqual(new Uint8Array(macOf(KEY, answer, found.tsig, asked.tsig.mac)))
  })
})
