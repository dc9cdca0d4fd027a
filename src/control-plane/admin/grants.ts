// What somebody may do by the words that others vouch for: an issuer's claims, parts of a certificate. Pure.
import type { Caller, Scope, Within } from './caller.js'

export interface Granting {
  /** What each word is good for. */
  readonly grants: Readonly<Record<string, readonly Scope[]>>
  /** Words that keep whoever has them within bounds, whatever else they have. */
  readonly within: Readonly<Record<string, Within>>
}

export function granted(words: readonly string[], { grants, within }: Granting): Pick<Caller, 'scopes' | 'within'> {
  const of = <T>(by: Readonly<Record<string, T>>): readonly T[] =>
    words.flatMap(word => (Object.hasOwn(by, word) ? [by[word]!] : []))
  const scopes = [...new Set(of(grants).flat())]
  const bounds = of(within)
  if (bounds.length === 0) return { scopes }
  return { scopes, within: { zones: bounds.flatMap(one => one.zones), regions: bounds.flatMap(one => one.regions) } }
}
