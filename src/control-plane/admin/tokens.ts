// The tokens of a node besides its own: made, listed, found by their secret, ended and taken away; kept hashed.
import type { SharedValue } from '../state/shared-value.js'
import type { Caller, Scope, Within } from './caller.js'
import { hasEnded, idIn, isKeptTokens, isSecretOf, type KeptToken, type KeptTokens, makeSecret } from './token.js'

export interface TokenWish {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly within?: Within | undefined
  /** Epoch ms. */
  readonly expiresAt?: number | undefined
}

/** A name that another one has, or that means somebody else. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken'
}

/** Names that logs and revisions use for those who have no token of this kind. */
const OTHERS: ReadonlySet<string> = new Set(['admin', 'file', 'unknown', 'operator'])

export class Tokens {
  private readonly kept: SharedValue<KeptTokens>
  private readonly now: () => number
  /** Epoch ms by id; since the start of the node only. */
  private readonly used = new Map<string, number>()

  /** @param kept on this node, or in a fleet: then a token is good on every node of it */
  constructor(kept: SharedValue<KeptTokens>, now: () => number = Date.now) {
    this.kept = kept
    this.now = now
  }

  static readonly NONE: KeptTokens = { next: 1, tokens: [] }
  static readonly isKept = isKeptTokens

  private get tokens(): readonly KeptToken[] {
    return this.kept.current().tokens
  }

  list(): readonly (KeptToken & { readonly usedAt?: number })[] {
    return this.tokens.map(token => {
      const usedAt = this.used.get(token.id)
      return { ...token, ...(usedAt === undefined ? {} : { usedAt }) }
    })
  }

  /** Good from now on, and kept when it resolves. The secret is told this once. @throws NameTaken */
  async create({ name, scopes, within, expiresAt }: TokenWish, by: string) {
    let made: { readonly token: KeptToken; readonly secret: string } | undefined
    const step = ({ next, tokens }: KeptTokens): KeptTokens => {
      const taken = OTHERS.has(name) || tokens.some(token => token.name === name && !hasEnded(token, this.now()))
      if (taken) throw new NameTaken(`"${name}" is taken`)
      const id = String(next)
      const { secret, hash } = makeSecret(id)
      const token: KeptToken = {
        id,
        name,
        scopes: [...new Set(scopes)],
        ...(within === undefined ? {} : { within }),
        hash,
        createdAt: this.now(),
        createdBy: by,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      }
      made = { token, secret }
      return { next: next + 1, tokens: [...tokens, token] }
    }
    try {
      await this.kept.update(step)
    } catch (error) {
      // One that nobody could use after a restart is not handed out.
      const id = made?.token.id
      if (id !== undefined) await this.kept.update(without(id)).catch(() => undefined)
      throw error
    }
    return made! // the step has run
  }

  /** No good from now on; undefined where there is none. Rejects where that would not survive a restart. */
  async revoke(id: string): Promise<KeptToken | undefined> {
    const token = this.tokens.find(token => token.id === id)
    if (token === undefined) return undefined
    await this.kept.update(without(id))
    return token
  }

  /** Whoever holds the secret; undefined where it is none of ours, or no good any more. */
  find(shown: string): Caller | undefined {
    const id = idIn(shown)
    const token = this.tokens.find(token => token.id === id)
    if (token === undefined || !isSecretOf(shown, token) || hasEnded(token, this.now())) return undefined
    this.used.set(token.id, this.now())
    const { name, scopes, within } = token
    return { id: token.id, name, scopes, ...(within === undefined ? {} : { within }) }
  }

  /** Whether a token that was found before is still good. */
  isGood(id: string): boolean {
    return this.tokens.some(token => token.id === id && !hasEnded(token, this.now()))
  }
}

const without =
  (id: string) =>
  (kept: KeptTokens): KeptTokens =>
    kept.tokens.some(token => token.id === id)
      ? { ...kept, tokens: kept.tokens.filter(token => token.id !== id) }
      : kept
