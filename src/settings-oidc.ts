// The issuer whose tokens the API takes, read from the settings of a node.
import type { Static } from 'typebox'
import type { Report } from './control-plane/traffic/finding.js'
import { isPrivate } from './settings-endpoint.js'
import type { OIDC } from './settings-schema-oidc.js'

type Written = Static<typeof OIDC>

export interface OidcSettings extends Required<Omit<Written, 'within'>> {
  readonly within: Bounds
}

/** By the words that keep whoever has them within bounds. */
export type Bounds = Readonly<
  Record<string, { readonly zones: readonly string[]; readonly regions: readonly string[] }>
>

/** What is sound of it: parts may be missing. `path` makes a written path absolute. */
export function readOidc(
  written: { readonly [K in keyof Written]?: Written[K] | undefined } | undefined,
  path: (written: string) => string,
  report: Report,
): { readonly oidc?: OidcSettings } {
  if (written === undefined) return {}
  const { issuer = '', audience = '', keys = '', claim = 'groups', name = 'sub', grants = {}, within } = written
  const isAddress = /^https?:/.test(keys)
  if (isAddress && !isPrivate(keys))
    report({
      path: ['admin', 'oidc', 'keys'],
      message: `"${keys}" is not an https address: whoever is in between could let anybody in`,
    })
  return {
    oidc: { issuer, audience, keys: isAddress ? keys : path(keys), claim, name, grants, within: boundsIn(within) },
  }
}

/** As they are written: what is left out is none. */
export const boundsIn = (within: Written['within'] = {}): Bounds =>
  Object.fromEntries(
    Object.entries(within).map(([word, { zones = [], regions = [] }]) => [word, { zones, regions }] as const),
  )
