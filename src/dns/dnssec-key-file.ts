// The files in which BIND keeps a key of a zone, `Kzone.+013+12345.private` and `.key`, which all tools read (ldns, Knot, dnssec-keygen).
import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { ALGORITHM, SIGNING_ALGORITHMS } from './dnssec-algorithms.js'
import { dnskeyData, keyTag } from './dnssec-key.js'
import { formatName, type Name } from './name.js'
import { TYPE } from './numbers.js'
import { formatRdata } from './rdata.js'

/** A text that is no private key; the message says what is wrong with it. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
}

export interface PrivateKey {
  readonly algorithm: number
  /** The public half where the private one is elsewhere. */
  readonly key: KeyObject
  /** What the private half is called where it is. */
  readonly label?: string
}

/** Seconds since 1970 → 20261125031500, as the tools write times. */
export const keyFileTime = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')

/** The name of the files of a key, without what comes after the last dot. */
export const keyFileName = (zone: Name, algorithm: number, tag: number): string =>
  `K${formatName(zone).toLowerCase().replaceAll('/', '\\047')}+${String(algorithm).padStart(3, '0')}+${String(tag).padStart(5, '0')}`

/** RSA, in the order in which the files have them: the word, and the member of a JSON Web Key (RFC 7518 §6.3). */
const RSA_FIELDS = [
  ['Modulus', 'n'],
  ['PublicExponent', 'e'],
  ['PrivateExponent', 'd'],
  ['Prime1', 'p'],
  ['Prime2', 'q'],
  ['Exponent1', 'dp'],
  ['Exponent2', 'dq'],
  ['Coefficient', 'qi'],
] as const

/** @param created seconds since 1970 */
export function formatPrivateKey({ algorithm, key, label }: PrivateKey, created: number): string {
  const jwk = key.export({ format: 'jwk' })
  const fields =
    label !== undefined ? [] : algorithm === ALGORITHM.RSASHA256 ? RSA_FIELDS : ([['PrivateKey', 'd']] as const)
  const name = SIGNING_ALGORITHMS.get(algorithm)!.name // we make no others
  return [
    'Private-key-format: v1.3',
    `Algorithm: ${algorithm} (${name})`,
    ...fields.map(([word, member]) => `${word}: ${Buffer.from(jwk[member]!, 'base64url').toString('base64')}`),
    ...(label === undefined ? [] : [`Label: ${writeLabel(label)}`]),
    ...['Created', 'Publish', 'Activate'].map(word => `${word}: ${keyFileTime(created)}`),
    '',
  ].join('\n')
}

/** What the lines of a private key say, by their words. @throws KeyFileError */
export function privateFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, word, value] = /^([A-Za-z0-9-]+):\s*(.*?)\s*$/.exec(line) ?? []
    if (word !== undefined) fields.set(word, value!) // it is there where the word is
  }
  const format = fields.get('Private-key-format')
  if (format === undefined || !/^v1\.[0-9]+$/.test(format))
    throw new KeyFileError('is no private key: the line "Private-key-format: v1.3" is missing')
  return fields
}

/**
 * @param dnskey data of the DNSKEY record, which is needed where the file says what its private half is called elsewhere
 * @throws KeyFileError
 */
export function parsePrivateKey(text: string, dnskey?: Uint8Array): PrivateKey {
  const fields = privateFields(text)
  const algorithm = Number(/^[0-9]+/.exec(fields.get('Algorithm') ?? '')?.[0])
  const bytes = (word: string): Buffer => {
    const found = fields.get(word)
    if (found === undefined) throw new KeyFileError(`has no "${word}"`)
    return Buffer.from(found, 'base64')
  }
  const label = fields.get('Label')
  return label === undefined
    ? { algorithm, key: privateKey(algorithm, bytes) }
    : { algorithm, key: publicKey(algorithm, dnskey), label: readLabel(label) }
}

/** A key whose private half is elsewhere, by the data of its DNSKEY record. @throws KeyFileError */
export const outsideKey = (dnskey: Uint8Array, label: string): PrivateKey => {
  const algorithm = dnskey[3]! // no data is shorter
  return { algorithm, key: publicKey(algorithm, dnskey), label }
}

/** BIND has labels in base64, with a zero behind them. */
const writeLabel = (label: string): string => Buffer.from(`${label}\0`).toString('base64')

function readLabel(written: string): string {
  const bytes = Buffer.from(written, 'base64')
  if (written === '' || bytes.toString('base64') !== written) throw new KeyFileError('has a label that is no base64')
  return bytes.toString().replace(/\0$/, '')
}

/** Bytes of the data of a DNSKEY before its public key (RFC 4034 §2.1). */
const DNSKEY_HEAD = 4

function publicKey(algorithm: number, dnskey: Uint8Array = new Uint8Array()): KeyObject {
  const key = SIGNING_ALGORITHMS.get(algorithm)?.decodePublic(dnskey.subarray(DNSKEY_HEAD))
  if (key === undefined || dnskey[3] !== algorithm)
    throw new KeyFileError('has a label, and the public half beside it is none of its algorithm')
  return key
}

function privateKey(algorithm: number, bytes: (word: string) => Buffer): KeyObject {
  const explained = (make: () => KeyObject): KeyObject => {
    try {
      return make()
    } catch (error) {
      if (error instanceof KeyFileError) throw error
      throw new KeyFileError('holds numbers that are no key of its algorithm')
    }
  }
  switch (algorithm) {
    case ALGORITHM.RSASHA256:
      return explained(() => {
        const members = RSA_FIELDS.map(([word, member]) => [member, bytes(word).toString('base64url')])
        return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(members) }, format: 'jwk' })
      })
    case ALGORITHM.ECDSAP256SHA256:
      return explained(() => p256(bytes('PrivateKey')))
    case ALGORITHM.ED25519:
      return explained(() => ed25519(bytes('PrivateKey')))
  }
  const known = [...SIGNING_ALGORITHMS].map(([number, { name }]) => `${number} (${name})`)
  throw new KeyFileError(`is of an algorithm that is not known here; known are ${known.join(', ')}`)
}

/** The file has the number only; the point that belongs to it is the public key. */
function p256(d: Buffer): KeyObject {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(d)
  const point = curve.getPublicKey() // 4 | x | y
  const x = point.subarray(1, 33).toString('base64url')
  const y = point.subarray(33).toString('base64url')
  return createPrivateKey({ key: { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y }, format: 'jwk' })
}

/** RFC 8410 §7: what stands before the 32 bytes of a key in PKCS #8. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

const ed25519 = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' })

/** The data of the DNSKEY that belongs to a private key. */
export function dnskeyOf({ algorithm, key }: PrivateKey, flags: number): Uint8Array {
  const known = SIGNING_ALGORITHMS.get(algorithm)! // such a key has been made or read here
  return dnskeyData(flags, algorithm, known.encodePublic(key.type === 'public' ? key : createPublicKey(key)))
}

/** The public half, which is a record of the zone. */
export function formatPublicKey(zone: Name, dnskey: Uint8Array): string {
  const name = formatName(zone)
  return `; Key ${keyTag(dnskey)} of ${name}\n${name} IN DNSKEY ${formatRdata(TYPE.DNSKEY, dnskey)}\n`
}
