// Whether the API may listen where it is told to: beyond this machine only behind TLS and a token that somebody chose.
import { isLoopback } from '../../dns/address.js'

export interface Protection {
  readonly tls: boolean
  /** The token was chosen by the operator, not made up at the first start. */
  readonly token: boolean
  /** The operator takes the risk, or something else protects the listener. */
  readonly allowInsecure: boolean
}

/** Why the API must not listen here, in a sentence; undefined where it may. */
export function listenGuard(
  { host, port }: { readonly host: string; readonly port: number },
  { tls, token, allowInsecure }: Protection,
): string | undefined {
  if (isLoopback(host) || allowInsecure || (tls && token)) return undefined
  const missing = [...(tls ? [] : ['TLS (admin.tls)']), ...(token ? [] : ['a token of your own (admin.token-file)'])]
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return (
    `the admin API must not listen on ${place}, which other machines can reach, without ${missing.join(' and ')}; ` +
    'set admin.allow-insecure: true if something else protects it'
  )
}
