// What a node needs for signed zones, read from its settings.
import type { Report } from './control-plane/traffic/finding.js'
import { type Endpoint, readEndpoint } from './settings-endpoint.js'
import { readSpan } from './settings-span.js'

export interface DnssecSettings {
  /** Whom to ask for the servers of parents; the first resolver of this system where it is absent. */
  readonly resolver?: Endpoint
  /** What the keys of a fleet are sealed with, a path; each node has keys of its own where it is absent. */
  readonly secretFile?: string
  /** What signs with keys whose private halves are elsewhere. */
  readonly signer?: {
    /** The program and its words. */
    readonly command: readonly string[]
    readonly timeoutMs: number
  }
}

interface WrittenDnssec {
  readonly resolver?: string | undefined
  readonly 'secret-file'?: string | undefined
  readonly signer?:
    | { readonly command?: readonly (string | undefined)[] | undefined; readonly timeout?: string | number | undefined }
    | undefined
}

/** `path` makes a written path absolute. */
export function readDnssec(
  { resolver, 'secret-file': secretFile, signer }: WrittenDnssec,
  path: (written: string) => string,
  report: Report,
): DnssecSettings {
  const endpoint = resolver === undefined ? undefined : readEndpoint(resolver, ['dnssec', 'resolver'], report)
  return {
    ...(endpoint === undefined ? {} : { resolver: endpoint }),
    ...(secretFile === undefined ? {} : { secretFile: path(secretFile) }),
    ...(signer === undefined
      ? {}
      : {
          signer: {
            command: (signer.command ?? []).flatMap(word => word ?? []),
            timeoutMs: readSpan(signer.timeout ?? '10s', ['dnssec', 'signer', 'timeout'], report),
          },
        }),
  }
}
