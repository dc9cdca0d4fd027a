// The fleet that a node belongs to, read from its settings.
import { hostname } from 'node:os'
import type { Report } from './control-plane/traffic/finding.js'
import { readSpan } from './settings-span.js'

export interface FleetSettings {
  /** What this node is called. */
  readonly node: string
  /** Where it looks from, with others that look from there as well. */
  readonly group: string
  /** A node that was not heard of for so long is gone, ms. */
  readonly silenceMs: number
  readonly etcd: {
    /** Origins. */
    readonly endpoints: readonly string[]
    readonly prefix: string
    readonly timeoutMs: number
    /** Paths of PEM files. */
    readonly tls: { readonly authority?: string; readonly certificate?: string; readonly key?: string }
    readonly credentials?: { readonly user: string; readonly passwordFile: string }
  }
}

interface WrittenFleet {
  readonly node?: string | undefined
  readonly group?: string | undefined
  readonly silence?: string | number | undefined
  readonly etcd?:
    | {
        readonly endpoints?: readonly (string | undefined)[] | undefined
        readonly prefix?: string | undefined
        readonly timeout?: string | number | undefined
        readonly tls?:
          | {
              readonly authority?: string | undefined
              readonly certificate?: string | undefined
              readonly key?: string | undefined
            }
          | undefined
        readonly user?: string | undefined
        readonly 'password-file'?: string | undefined
      }
    | undefined
}

/** etcd counts in whole seconds, and a sign of life comes every third of it. */
const LEAST_SILENCE_MS = 3000

/** `path` makes a written path absolute. */
export function readFleet(
  written: WrittenFleet | undefined,
  path: (written: string) => string,
  report: Report,
): { readonly fleet?: FleetSettings } {
  if (written === undefined) return {}
  const {
    node = hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 63),
    group = node,
    silence = '10s',
    etcd = {},
  } = written
  const { endpoints = [], prefix = '/meridian/', timeout = '5s', tls = {}, user, 'password-file': password } = etcd
  const silenceMs = readSpan(silence, ['fleet', 'silence'], report, { leastMs: LEAST_SILENCE_MS })
  if ((user === undefined) !== (password === undefined))
    report({ path: ['fleet', 'etcd'], message: 'user and password-file belong together' })
  if ((tls.certificate === undefined) !== (tls.key === undefined))
    report({ path: ['fleet', 'etcd', 'tls'], message: 'certificate and key belong together' })
  const file = (name: 'authority' | 'certificate' | 'key') => {
    const at = tls[name]
    return at === undefined ? {} : { [name]: path(at) }
  }
  return {
    fleet: {
      node,
      group,
      silenceMs,
      etcd: {
        endpoints: endpoints.flatMap(one => one ?? []),
        prefix,
        timeoutMs: readSpan(timeout, ['fleet', 'etcd', 'timeout'], report),
        tls: { ...file('authority'), ...file('certificate'), ...file('key') },
        ...(user === undefined || password === undefined
          ? {}
          : { credentials: { user, passwordFile: path(password) } }),
      },
    },
  }
}
