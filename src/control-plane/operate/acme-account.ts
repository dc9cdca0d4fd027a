// Accounts of the acme-dns protocol: each may write the challenge at one name, and nothing else. Pure but for chance.
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { type AddressBytes, contains, parsePrefix } from '../../dns/address.js'

export interface AcmeAccount {
  /** The label below the zone of the challenges. */
  readonly subdomain: string
  readonly user: string
  /** SHA-256 of the password, hex; it has 240 random bits, so that nothing slower is needed. */
  readonly hash: string
  /** Networks that may use it; everybody who has the password where there are none. */
  readonly from: readonly string[]
  /** Epoch ms. */
  readonly createdAt: number
  /** What stands at its name, oldest first. */
  readonly challenges: readonly Challenge[]
}

export interface Challenge {
  readonly text: string
  /** Epoch ms. */
  readonly at: number
}

export interface AcmeAccounts {
  readonly accounts: readonly AcmeAccount[]
}

/** What is told once, when an account is made. */
export interface AcmeCredentials {
  readonly account: AcmeAccount
  readonly password: string
}

export function makeAccount(from: readonly string[], now: number): AcmeCredentials {
  // As long as clients of the protocol expect.
  const password = randomBytes(30).toString('base64url')
  const subdomain = randomUUID()
  return {
    password,
    account: { subdomain, user: randomUUID(), hash: hashOf(password), from, createdAt: now, challenges: [] },
  }
}

/** Takes the same time wherever the passwords differ. */
export const isGoodFor = (account: AcmeAccount, user: string, password: string, address: AddressBytes): boolean =>
  timingSafeEqual(Buffer.from(hashOf(password), 'hex'), Buffer.from(account.hash, 'hex')) &&
  user === account.user &&
  (account.from.length === 0 || isAmong(account.from, address))

export const isAmong = (networks: readonly string[], address: AddressBytes): boolean =>
  networks.some(network => contains(parsePrefix(network)!, address)) // read before it was kept

/** A name and all names below it are proved by two challenges at one name; more are never looked at together. */
const MOST_CHALLENGES = 2

/** With one challenge more, in place of the oldest where there are enough. */
export function withChallenge(account: AcmeAccount, text: string, now: number): AcmeAccount {
  const others = account.challenges.filter(challenge => challenge.text !== text)
  return { ...account, challenges: [...others.slice(1 - MOST_CHALLENGES), { text, at: now }] }
}

const hashOf = (password: string): string => createHash('sha256').update(password).digest('hex')

export const isKeptAccounts = (value: unknown): value is AcmeAccounts =>
  isRecord(value) && Array.isArray(value['accounts']) && value['accounts'].every(isAccount)

const isAccount = (value: unknown): value is AcmeAccount =>
  isRecord(value) &&
  typeof value['subdomain'] === 'string' &&
  typeof value['user'] === 'string' &&
  /^[0-9a-f]{64}$/.test(String(value['hash'])) &&
  Number.isFinite(value['createdAt']) &&
  Array.isArray(value['from']) &&
  value['from'].every(network => typeof network === 'string' && parsePrefix(network) !== undefined) &&
  Array.isArray(value['challenges']) &&
  value['challenges'].every(
    challenge => isRecord(challenge) && typeof challenge['text'] === 'string' && Number.isFinite(challenge['at']),
  )

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
