// Signatures, keys and digests against the examples of the RFCs, and key files against the tools that others use.
import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import {
  ALGORITHM,
  SIGNING_ALGORITHMS,
  signBytes,
  signBytesAside,
  verifyBytes,
} from '../../src/dns/dnssec-algorithms.js'
import { nsecData } from '../../src/dns/dnssec-denial.js'
import { type DigestName, dnskeyData, dsData, KEY_FLAG, keyTag } from '../../src/dns/dnssec-key.js'
import {
  dnskeyOf,
  formatPrivateKey,
  formatPublicKey,
  KeyFileError,
  keyFileName,
  keyFileTime,
  parsePrivateKey,
} from '../../src/dns/dnssec-key-file.js'
import { compareNames } from '../../src/dns/dnssec-order.js'
import { canonicalSet, type SignedSet, signatureHead, signedBytes } from '../../src/dns/dnssec-signature.js'
import { formatName, labels, lower, type Name, parseName, ROOT } from '../../src/dns/name.js'
import { TYPE, typeNumber } from '../../src/dns/numbers.js'
import { encodeRdata, formatRdata } from '../../src/dns/rdata.js'
import { anyName } from './arbitrary-name.js'

const folder = mkdtempSync(join(tmpdir(), 'meridian-dnssec-'))
afterAll(() => rmSync(folder, { recursive: true }))

const set = (owner: string, ttl: number, type: string, ...data: string[]): SignedSet => ({
  owner: parseName(owner),
  type: typeNumber(type)!,
  ttl,
  rdatas: data.map(text => encodeRdata(typeNumber(type)!, text, ROOT)),
})

/** Example keys, the record sets that they sign, and their signatures as the RFCs have them. */
const EXAMPLES = [
  {
    rfc: 'RFC 5702 §6.1',
    dnskey: '256 3 8 AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk=',
    tag: 9033,
    signed: set('www.example.net.', 3600, 'A', '192.0.2.91'),
    rrsig:
      'A 8 3 3600 20300101000000 20000101000000 9033 example.net. kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiVYP4bwg==',
  },
  {
    rfc: 'RFC 6605 §6.1',
    private: 'GU6SnQ/Ou+xC5RumuIUIuJZteXT2z0O/ok1s38Et6mQ=',
    dnskey: '257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
    tag: 55648,
    ds: ['example.net.', '55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17'] as const,
    signed: set('www.example.net.', 3600, 'A', '192.0.2.1'),
    rrsig:
      'A 13 3 3600 20100909100439 20100812100439 55648 example.net. qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==',
  },
  {
    rfc: 'RFC 8080 §6.1',
    private: 'ODIyNjAzODQ2MjgwODAxMjI2NDUxOTAyMDQxNDIyNjI=',
    dnskey: '257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=',
    tag: 3613,
    ds: ['example.com.', '3613 15 2 3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b'] as const,
    signed: set('example.com.', 3600, 'MX', '10 mail.example.com.'),
    rrsig:
      'MX 15 2 3600 20150819220000 20150729220000 3613 example.com. oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==',
  },
]

describe.each(EXAMPLES)('the example of $rfc', ({ dnskey: text, tag, signed, rrsig }) => {
  const dnskey = encodeRdata(TYPE.DNSKEY, text, ROOT)
  const algorithm = dnskey[3]!
  const record = encodeRdata(TYPE.RRSIG, rrsig, ROOT)
  const [, , , , , expiration, , , signer] = ['', ...rrsig.split(' ')]
  const zone = parseName(signer!)
  const times = new DataView(record.buffer, record.byteOffset)
  const head = signatureHead(
    signed,
    { zone, algorithm, keyTag: tag },
    { expiration: times.getUint32(8), inception: times.getUint32(12) },
  )
  const bytes = signedBytes(head, canonicalSet(signed))

  test('has the key tag', () => {
    expect(keyTag(dnskey)).toBe(tag)
  })

  test('has the data of the signature', () => {
    expect(expiration).toMatch(/^[0-9]{14}$/)
    expect(Buffer.from(head)).toEqual(Buffer.from(record.subarray(0, head.length)))
  })

  test('is signed as it says', () => {
    const signature = record.subarray(head.length)
    expect(verifyBytes(algorithm, dnskey.subarray(4), bytes, signature)).toBe(true)
    expect(verifyBytes(algorithm, dnskey.subarray(4), bytes, signature.toReversed())).toBe(false)
  })
})

describe.each(EXAMPLES.flatMap(each => (each.private === undefined ? [] : [each])))(
  'the key of $rfc',
  ({ dnskey: text, ds, private: secret, signed, rrsig }) => {
    const dnskey = encodeRdata(TYPE.DNSKEY, text, ROOT)
    const algorithm = dnskey[3]!

    test('has the digest', () => {
      const [owner, data] = ds
      expect(formatRdata(TYPE.DS, dsData(parseName(owner), dnskey, 'SHA256')).toLowerCase()).toBe(data)
    })

    test('has the private half, whose signatures are good', async () => {
      const read = parsePrivateKey(`Private-key-format: v1.2\nAlgorithm: ${algorithm} (X)\nPrivateKey: ${secret}\n`)
      expect(read.algorithm).toBe(algorithm)
      expect(Buffer.from(dnskeyOf(read, 257))).toEqual(Buffer.from(dnskey))
      const signature = encodeRdata(TYPE.RRSIG, rrsig, ROOT).subarray(-64)
      const bytes = canonicalSet(signed)
      const own = signBytes(algorithm, read.key, bytes)
      expect(own).toHaveLength(signature.length)
      expect(verifyBytes(algorithm, dnskey.subarray(4), bytes, own)).toBe(true)
      const aside = await signBytesAside(algorithm, read.key, bytes)
      expect(verifyBytes(algorithm, dnskey.subarray(4), bytes, aside)).toBe(true)
    })
  },
)

/** RFC 4034 §6.1. */
const IN_ORDER = [
  'example.',
  'a.example.',
  'yljkjljk.a.example.',
  'Z.a.example.',
  'zABC.a.EXAMPLE.',
  'z.example.',
  '\\001.z.example.',
  '*.z.example.',
  '\\200.z.example.',
]

test.each(IN_ORDER.slice(1).map((name, i) => [IN_ORDER[i]!, name] as const))('%s comes before %s', (a, b) => {
  expect(compareNames(parseName(a), parseName(b))).toBeLessThan(0)
  expect(compareNames(parseName(b), parseName(a))).toBeGreaterThan(0)
  expect(compareNames(parseName(a), parseName(a.toUpperCase()))).toBe(0)
})

test('names are in the order of their labels from the right', () => {
  const reversed = (name: Name): Buffer[] =>
    labels(name)
      .map(label => Buffer.from(label.map(lower)))
      .toReversed()
  const byLabels = (a: Name, b: Name): number => {
    const [x, y] = [reversed(a), reversed(b)]
    const i = x.findIndex((label, i) => y[i] === undefined || !label.equals(y[i]))
    return i < 0 || y[i] === undefined ? x.length - y.length : Buffer.compare(x[i]!, y[i])
  }
  fc.assert(
    fc.property(anyName, anyName, (a, b) => {
      expect(Math.sign(compareNames(a, b))).toBe(Math.sign(byLabels(a, b)))
      const both = Buffer.concat([a, b])
      expect(compareNames(both, both, a.length, 0)).toBe(compareNames(b, a))
    }),
  )
})

test('a set is signed whatever the order, the letter case and the copies of its records', () => {
  const a = set('WWW.Example.', 300, 'MX', '20 B.example.', '10 a.example.', '20 b.example.')
  const b = set('www.example.', 300, 'MX', '10 A.EXAMPLE.', '20 b.example.')
  expect(canonicalSet(a)).toEqual(canonicalSet(b))
})

const SIGNER = { zone: ROOT, algorithm: 13, keyTag: 1 }

test('an asterisk is no label of a signature (RFC 4034 §3.1.3)', () => {
  const count = (owner: string): number =>
    signatureHead(set(owner, 1, 'A', '192.0.2.1'), SIGNER, { inception: 0, expiration: 1 })[3]!
  expect([count('*.example.'), count('a.example.'), count('a.*.example.'), count('.')]).toEqual([1, 2, 3, 0])
})

test('times beyond 2106 are written modulo 2^32 (RFC 4034 §3.1.5)', () => {
  const validity = { inception: 2 ** 32 - 1, expiration: 2 ** 32 + 5 }
  const head = signatureHead(set('a.', 1, 'A', '192.0.2.1'), SIGNER, validity)
  expect([...head.subarray(8, 16)]).toEqual([0, 0, 0, 5, 255, 255, 255, 255])
})

test('an NSEC names the next name in lower case and the types in their windows', () => {
  expect(formatRdata(TYPE.NSEC, nsecData(parseName('B.example.'), [46, 1, 257, 47]))).toBe(
    'b.example. A RRSIG NSEC CAA',
  )
})

test('Ed25519 has one signature for one text', () => {
  const { private: secret, rrsig, signed } = EXAMPLES[2]!
  const { key } = parsePrivateKey(`Private-key-format: v1.2\nAlgorithm: 15\nPrivateKey: ${secret}\n`)
  const record = encodeRdata(TYPE.RRSIG, rrsig, ROOT)
  const bytes = signedBytes(record.subarray(0, -64), canonicalSet(signed))
  expect(Buffer.from(signBytes(ALGORITHM.ED25519, key, bytes))).toEqual(Buffer.from(record.subarray(-64)))
})

test.each([
  ['no key at all', 'hello', /Private-key-format/],
  ['a key without its number', 'Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\n', /has no "PrivateKey"/],
  [
    'an algorithm that is not known',
    'Private-key-format: v1.3\nAlgorithm: 5 (RSASHA1)\nModulus: AA==\n',
    /known are 8 \(RSASHA256\), 13 /,
  ],
  ['no algorithm', 'Private-key-format: v1.3\n', /not known here/],
  ['a number that is no key', 'Private-key-format: v1.3\nAlgorithm: 13\nPrivateKey: AAAA\n', /no key of its algorithm/],
  [
    'a seed that is too short',
    'Private-key-format: v1.3\nAlgorithm: 15\nPrivateKey: AAAA\n',
    /no key of its algorithm/,
  ],
  [
    'an RSA key with one number only',
    'Private-key-format: v1.3\nAlgorithm: 8\nModulus: AAAA\n',
    /has no "PublicExponent"/,
  ],
])('%s is refused with a reason', (_, text, message) => {
  expect(() => parsePrivateKey(text)).toThrow(KeyFileError)
  expect(() => parsePrivateKey(text)).toThrow(message)
})

test.each([
  [13, 'too short'],
  [13, 'no point'],
  [15, 'too short'],
  [8, 'too short'],
] as const)('public bytes of algorithm %d that are %s are no key', (algorithm, fault) => {
  const bytes = fault === 'too short' ? Uint8Array.of(0, 1, 2) : new Uint8Array(64).fill(255)
  expect(verifyBytes(algorithm, bytes, new Uint8Array(1), new Uint8Array(64))).toBe(false)
})

describe.each([...SIGNING_ALGORITHMS])('a key of algorithm %d', (algorithm, known) => {
  const zone = parseName('example.')

  test('is the same when it is read again, and ldns and BIND find its tag and digests', async () => {
    const key = await known.generate()
    const dnskey = dnskeyOf({ algorithm, key }, KEY_FLAG.zone | KEY_FLAG.entryPoint)
    const text = formatPrivateKey({ algorithm, key }, 1795576500)
    expect(text).toContain('\nCreated: 20261125031500\n')
    const again = parsePrivateKey(text)
    expect(createPublicKey(again.key).export({ format: 'jwk' })).toEqual(createPublicKey(key).export({ format: 'jwk' }))
    const name = keyFileName(zone, algorithm, keyTag(dnskey))
    writeFileSync(join(folder, `${name}.private`), text)
    writeFileSync(join(folder, `${name}.key`), formatPublicKey(zone, dnskey))
    const digests = (program: string, args: readonly string[]): string =>
      execFileSync(program, args, { cwd: folder, encoding: 'utf8' }).replaceAll(/\s+/g, ' ').trim().toLowerCase()
    const ours = (digest: DigestName): string => formatRdata(TYPE.DS, dsData(zone, dnskey, digest)).toLowerCase()
    expect(digests('dnssec-dsfromkey', ['-2', name])).toBe(`example. in ds ${ours('SHA256')}`)
    expect(digests('dnssec-dsfromkey', ['-a', 'SHA-384', name]).replaceAll(' ', '')).toBe(
      `example.inds${ours('SHA384')}`.replaceAll(' ', ''),
    )
    expect(digests('ldns-key2ds', ['-n', '-2', `${name}.key`])).toContain(ours('SHA256'))
    // BIND reads the private half too: it tells its times.
    expect(execFileSync('dnssec-settime', ['-p', 'C', name], { cwd: folder, encoding: 'utf8' })).toContain('2026')
  })

  test.each(['dnssec-keygen', 'ldns-keygen'])('is read as %s has made it', program => {
    const words =
      program === 'dnssec-keygen'
        ? ['-q', '-f', 'KSK', '-a', known.name, ...(algorithm === 8 ? ['-b', '2048'] : []), 'example.']
        : ['-k', '-a', known.name, 'example.']
    const name = execFileSync(program, words, { cwd: folder, encoding: 'utf8' }).trim()
    const read = parsePrivateKey(readFileSync(join(folder, `${name}.private`), 'utf8'))
    const dnskey = dnskeyOf(read, 257)
    expect(readFileSync(join(folder, `${name}.key`), 'utf8').replaceAll(/\s+/g, '')).toContain(
      formatRdata(TYPE.DNSKEY, dnskey).replaceAll(' ', ''),
    )
    expect(name).toBe(keyFileName(zone, algorithm, keyTag(dnskey)))
    expect(readdirSync(folder)).toContain(`${name}.private`)
  })

  test('signs what it verifies, and nothing else', async () => {
    const key = await known.generate()
    const dnskey = dnskeyData(257, algorithm, known.encodePublic(createPublicKey(key)))
    const data = Buffer.from('some bytes')
    const signature = signBytes(algorithm, key, data)
    expect(signature).toHaveLength(known.signatureLength ?? 256)
    expect(verifyBytes(algorithm, dnskey.subarray(4), data, signature)).toBe(true)
    expect(verifyBytes(algorithm, dnskey.subarray(4), Buffer.from('other bytes'), signature)).toBe(false)
  })
})

test('names of key files are in lower case', () => {
  expect(keyFileName(parseName('Example.COM.'), 13, 7)).toBe('Kexample.com.+013+00007')
  expect(formatName(parseName('a.'))).toBe('a.')
  expect(keyFileTime(0)).toBe('19700101000000')
})
