// The issuer whose tokens the API takes, read from the settings of a node.
import type { Static } from 'typebox'
import type { Report } from './control-plane/traffic/finding.js'
import { isPrivate } from './settings-endpoint.js'
import type { OIDC } from './settings-schema-oidc.js'

type Written = Static<typeof OIDC>

export interface OidcSettings extends Required<Written> {}

/** What is sound of it: parts may be missing. `path` makes a written path absolute. */
export function readOidc(
  written: { readonly [K in keyof Written]?: Written[K] | undefined } | undefined,
  path: (written: string) => string,
  report: Report,
): { readonly oidc?: OidcSettings } {
  if (written === undefined) return {}
  const { issuer = '', audience = '', keys = '', claim = 'groups', name = 'sub', grants = {} } = written
  const isAddress = /^https?:/.test(keys)
  if (isAddress && !isPrivate(keys))
    report({
      path: ['admin', 'oidc', 'keys'],
      message: `"${keys}" is not an https address: whoever is in between could let anybody in`,
    })
  return { oidc: { issuer, audience, keys: isAddress ? keys : path(keys), claim, name, grants } }
}
