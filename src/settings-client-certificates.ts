// The client certificates that the API takes, read from the settings of a node.
import type { Static } from 'typebox'
import type { Report } from './control-plane/traffic/finding.js'
import { type Bounds, boundsIn } from './settings-oidc.js'
import type { CLIENT_CERTIFICATES } from './settings-schema-client-certificates.js'

type Written = Static<typeof CLIENT_CERTIFICATES>

export interface ClientCertificateSettings extends Required<Omit<Written, 'revoked' | 'within'>> {
  readonly within: Bounds
  readonly revoked?: string
}

/** What is sound of it: parts may be missing. `path` makes a written path absolute. */
export function readClientCertificates(
  written: { readonly [K in keyof Written]?: Written[K] | undefined } | undefined,
  hasTls: boolean,
  path: (written: string) => string,
  report: Report,
): { readonly clientCertificates?: ClientCertificateSettings } {
  if (written === undefined) return {}
  if (!hasTls)
    report({ path: ['admin', 'client-certificates'], message: 'certificates are shown over TLS: set admin.tls' })
  const { authorities = '', revoked, required = false, name = 'cn', by = 'cn', grants = {}, within } = written
  return {
    clientCertificates: {
      authorities: path(authorities),
      ...(revoked === undefined ? {} : { revoked: path(revoked) }),
      required,
      name,
      by,
      grants,
      within: boundsIn(within),
    },
  }
}
