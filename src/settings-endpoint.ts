// Addresses with ports, networks, and names, as settings have them.
import type { Report } from './control-plane/traffic/finding.js'
import type { Path } from './control-plane/traffic/path.js'
import { formatAddress, isLoopback, type Prefix, parseAddress, parsePrefix } from './dns/address.js'
import { type Name, NameError, parseName } from './dns/name.js'

/** An IP address and a port; port 0 is any that is free. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Those that are sound, each once; the others are reported. */
export function readEndpoints(
  written: readonly (string | undefined)[],
  path: Path,
  report: Report,
): readonly Endpoint[] {
  const seen = new Set<string>()
  return written.flatMap((text, i) => {
    const endpoint = text === undefined ? undefined : readEndpoint(text, [...path, i], report)
    if (endpoint === undefined) return []
    const same = `${endpoint.host} ${endpoint.port}`
    if (endpoint.port !== 0 && seen.has(same))
      report({ path: [...path, i], message: `"${text}" is already in this list` })
    seen.add(same)
    return [endpoint]
  })
}

export function readEndpoint(text: string, path: Path, report: Report): Endpoint | undefined {
  const endpoint = parseEndpoint(text)
  if (endpoint === undefined)
    report({ path, message: `"${text}" is not an address and a port, such as 127.0.0.1:5300 or [::1]:5300` })
  return endpoint
}

/** `127.0.0.1:5300`, `[::1]:5300`; undefined where the text is neither. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const parts = /^(?:\[([^\]]*)\]|([^:]*)):([0-9]{1,5})$/.exec(text)
  const bytes = parseAddress(parts?.[1] ?? parts?.[2] ?? '')
  const port = Number(parts?.[3])
  const bracketed = parts?.[1] !== undefined
  if (bytes === undefined || port > 65535 || bracketed !== (bytes.length === 16)) return undefined
  return { host: formatAddress(bytes), port }
}

/** Those that are sound; the others are reported. */
export function readNetworks(written: readonly (string | undefined)[], path: Path, report: Report): readonly Prefix[] {
  return written.flatMap((text, i) => {
    const prefix = text === undefined ? undefined : parsePrefix(text)
    if (text !== undefined && prefix === undefined)
      report({ path: [...path, i], message: `"${text}" is not a network` })
    return prefix ?? []
  })
}

/** Undefined where it is no name; then that is reported. */
export function readName(text: string, path: Path, report: Report): Name | undefined {
  try {
    return parseName(text)
  } catch (error) {
    if (!(error instanceof NameError)) throw error
    report({ path, message: error.message })
    return undefined
  }
}

/** Whether nobody on the way to an http or https address can read what goes there, or change what comes from there. */
export function isPrivate(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))
}
