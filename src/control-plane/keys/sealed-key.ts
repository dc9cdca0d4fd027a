// A key of a zone as a fleet keeps it: the private half is sealed (AES-256-GCM, NIST SP 800-38D) with a secret that the nodes have,
// and etcd has not. What it is of, and for, is bound to it, so that no key can be put in the place of another.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { formatPrivateKey, KeyFileError, parsePrivateKey } from '../../dns/dnssec-key-file.js'
import { formatName, type Name } from '../../dns/name.js'
import { type StoredKey, storedKey } from './stored-key.js'

export interface SealedKey {
  readonly file: string
  readonly flags: number
  /** Which secret it was sealed with. */
  readonly by: string
  /** Nonce, tag, and the private half as BIND writes it; base64. */
  readonly sealed: string
  /** Of a key whose private half is elsewhere: data of its DNSKEY record, base64. */
  readonly dnskey?: string
}

const CIPHER = 'aes-256-gcm'
const NONCE = 12
const TAG = 16

export const isSealedKey = (value: unknown): value is SealedKey => {
  if (typeof value !== 'object' || value === null) return false
  const { file, flags, by, sealed } = value as Partial<Record<keyof SealedKey, unknown>> // somebody else wrote it
  return [file, by, sealed].every(text => typeof text === 'string') && Number.isInteger(flags)
}

/** What a secret is called where it must not be told. */
export const secretName = (secret: Uint8Array): string => Buffer.from(derived(secret, 'name', 8)).toString('hex')

/** @param created seconds since 1970 */
export function sealKey(origin: Name, key: StoredKey, secret: Uint8Array, created: number): SealedKey {
  const nonce = randomBytes(NONCE)
  const cipher = createCipheriv(CIPHER, derived(secret, 'seal', 32), nonce)
  cipher.setAAD(boundTo(origin, key))
  const body = Buffer.concat([cipher.update(formatPrivateKey(key, created)), cipher.final()])
  const sealed = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
  const outside = key.label === undefined ? {} : { dnskey: Buffer.from(key.dnskey).toString('base64') }
  return { file: key.file, flags: key.flags, by: secretName(secret), sealed, ...outside }
}

/** @throws Error in words, where no secret opens it or what is in it is none */
export function openKey(origin: Name, key: SealedKey, secrets: readonly Uint8Array[]): StoredKey {
  const secret = secrets.find(secret => secretName(secret) === key.by)
  if (secret === undefined)
    throw new Error(
      `${key.file} was sealed with a secret that this node does not have (${key.by}): see dnssec.secret-file`,
    )
  try {
    const opened = storedKey(origin, parsePrivateKey(unsealed(origin, key, secret), dnskeyIn(key)), key.flags)
    return { ...opened, file: key.file }
  } catch (error) {
    const why = error instanceof KeyFileError ? error.message : 'is not what was sealed'
    throw new Error(`${key.file}, as the fleet keeps it, ${why}`)
  }
}

const dnskeyIn = ({ dnskey }: SealedKey): Uint8Array | undefined =>
  typeof dnskey === 'string' ? Uint8Array.from(Buffer.from(dnskey, 'base64')) : undefined

function unsealed(origin: Name, key: SealedKey, secret: Uint8Array): string {
  const bytes = Buffer.from(key.sealed, 'base64')
  const decipher = createDecipheriv(CIPHER, derived(secret, 'seal', 32), bytes.subarray(0, NONCE), {
    authTagLength: TAG,
  })
  decipher.setAAD(boundTo(origin, key))
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString()
}

// A public half that is not sealed is bound by its tag in the name of the file, and verified whenever it has signed.
const boundTo = (origin: Name, { file, flags }: Pick<SealedKey, 'file' | 'flags'>): Buffer =>
  Buffer.from(`${formatName(origin).toLowerCase()} ${file} ${flags}`)

/** RFC 5869: one secret for several purposes. */
const derived = (secret: Uint8Array, purpose: string, bytes: number): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', `meridian zone keys: ${purpose}`, bytes))
