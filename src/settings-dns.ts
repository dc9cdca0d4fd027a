// How a node speaks DNS, read from its settings.
import type { Report } from './control-plane/traffic/finding.js'
import type { Prefix } from './dns/address.js'
import { type Endpoint, parseEndpoint, readEndpoints, readNetworks } from './settings-endpoint.js'
import type { WrittenDns } from './settings-schema-dns.js'

export interface DnsSettings {
  /** Absent: no cookies. */
  readonly cookies?: CookieSettings
  readonly identity: { readonly server?: string; readonly version?: string }
  /** Absent: none. */
  readonly tls?: TlsSettings
  /** Who begins what it sends with a PROXY header. */
  readonly proxies: readonly Prefix[]
  /** Equal addresses take turns at being first. */
  readonly rotate: boolean
  /** Who may ask why names are answered as they are. */
  readonly explainTo: readonly Prefix[]
}

/** DNS over TLS; the paths are absolute. */
export interface TlsSettings {
  readonly listen: readonly Endpoint[]
  readonly certificate: string
  readonly key: string
}

export interface CookieSettings {
  /** Where the secrets are; absent: in the state directory, where they are made if there are none. */
  readonly secretFile?: string
  readonly badCookie: NonNullable<NonNullable<WrittenDns['cookies']>['bad-cookie']>
}

/** What is left of the written form when what is not sound has been taken away. */
type Sound<T> = T extends object ? { readonly [K in keyof T]?: Sound<T[K]> | undefined } : T

/** `path` makes a written path absolute. */
export function readDns(
  { cookies = {}, identity = {}, tls, 'proxy-protocol': proxy = {}, rotate = false, explain = {} }: Sound<WrittenDns>,
  path: (written: string) => string,
  report: Report,
): DnsSettings {
  const { enabled = true, 'secret-file': secretFile, 'bad-cookie': badCookie = 'when-limited' } = cookies
  const { server, version } = identity
  return {
    ...(enabled
      ? { cookies: { ...(secretFile === undefined ? {} : { secretFile: path(secretFile) }), badCookie } }
      : {}),
    identity: { ...(server === undefined ? {} : { server }), ...(version === undefined ? {} : { version }) },
    ...(tls === undefined ? {} : { tls: readTls(tls, path, report) }),
    proxies: readNetworks(proxy.from ?? [], ['proxy-protocol', 'from'], report),
    rotate,
    explainTo: readNetworks(explain.to ?? [], ['explain', 'to'], report),
  }
}

const CLEAR_PORT = 53

function readTls(
  { listen = [], certificate = '', key = '' }: Sound<NonNullable<WrittenDns['tls']>>,
  path: (written: string) => string,
  report: Report,
): TlsSettings {
  const endpoints = readEndpoints(listen, ['tls', 'listen'], report)
  // RFC 7858 §3.1: never the port at which others ask in clear.
  for (const [i, text = ''] of listen.entries())
    if (parseEndpoint(text)?.port === CLEAR_PORT)
      report({ path: ['tls', 'listen', i], message: 'port 53 is for DNS in clear; DNS over TLS has 853' })
  return { listen: endpoints, certificate: path(certificate), key: path(key) }
}
