// Tokens with scopes: what one is, what it is good for, and how it is told from others. Pure but for chance.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isKeptList, type KeptList } from '../state/kept-list.js'
import { isMap } from '../traffic/edit-value.js'
import type { Caller, Scope, Within } from './caller.js'
import { SCOPES } from './caller.js'

/** As it is kept: whoever reads the file cannot call with what is in it. */
export interface KeptToken {
  readonly id: string
  /** What logs, revisions and overrides call its holder. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** All that its holder may change; absent: everything. */
  readonly within?: Within
  /** SHA-256, hex. The secret has 192 random bits, so that nothing slower is needed. */
  readonly hash: string
  /** Epoch ms. */
  readonly createdAt: number
  readonly createdBy: string
  /** Epoch ms; absent: it does not end by itself. */
  readonly expiresAt?: number
}

const FORM = /^mrd_([0-9]+)_[A-Za-z0-9_-]{32}$/

/** @returns the secret, which is kept nowhere, and its hash */
export function makeSecret(id: string): { readonly secret: string; readonly hash: string } {
  const secret = `mrd_${id}_${randomBytes(24).toString('base64url')}`
  return { secret, hash: hashOf(secret) }
}

/** The id that a secret claims to have; undefined where it is no secret of this form. */
export const idIn = (shown: string): string | undefined => FORM.exec(shown)?.[1]

/** Takes the same time wherever the two differ. */
export const isSecretOf = (shown: string, { hash }: Pick<KeptToken, 'hash'>): boolean =>
  timingSafeEqual(Buffer.from(hashOf(shown), 'hex'), Buffer.from(hash, 'hex'))

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export const hasEnded = ({ expiresAt = Infinity }: Pick<KeptToken, 'expiresAt'>, now: number): boolean =>
  expiresAt <= now

/** Whoever may do anything may look; `admin` may do everything. `report`, `operate` and `edit` do not contain each other. */
export const mayDo = ({ scopes }: Pick<Caller, 'scopes'>, scope: Scope): boolean =>
  scope === 'read' ? scopes.length > 0 : scopes.includes(scope) || scopes.includes('admin')

export type KeptTokens = KeptList<'tokens', KeptToken>

const isWithin = (value: unknown): value is Within =>
  isMap(value) &&
  ['zones', 'regions'].every(key => {
    const list = value[key]
    return Array.isArray(list) && list.every(one => typeof one === 'string')
  })

const isToken = (value: unknown): value is KeptToken =>
  isMap(value) &&
  ['id', 'name', 'createdBy'].every(key => typeof value[key] === 'string') &&
  /^[0-9a-f]{64}$/.test(String(value['hash'])) &&
  Number.isFinite(value['createdAt']) &&
  (value['expiresAt'] === undefined || Number.isFinite(value['expiresAt'])) &&
  (value['within'] === undefined || isWithin(value['within'])) &&
  Array.isArray(value['scopes']) &&
  value['scopes'].every(scope => SCOPES.some(known => known === scope))

export const isKeptTokens = isKeptList('tokens', isToken)
