// Overriding a safety rule: by its id, by whoever the rule lets. Pure.
import type { Refusal } from './judge.js'

/** What a caller has brought to break rules with. */
export interface Licence {
  /** The ids of rules that are overridden. */
  readonly rules: readonly string[]
  /** What the caller is good for. */
  readonly scopes: readonly string[]
}

/** Whoever overrides nothing. */
export const NO_LICENCE: Licence = { rules: [], scopes: [] }

export function notLicensed({ rule, overridableBy }: Refusal, { rules, scopes }: Licence): boolean {
  if (!rules.includes(rule)) return true
  switch (overridableBy) {
    case 'caller':
      return false
    case 'edit':
      return !scopes.includes('edit') && !scopes.includes('admin')
    case 'admin':
      return !scopes.includes('admin')
    case 'nobody':
      return true
  }
}
