// The collector that a node tells of itself, read from its settings.
import type { Report } from './control-plane/traffic/finding.js'
import { isPrivate } from './settings-endpoint.js'
import type { WrittenTelemetry } from './settings-schema-telemetry.js'
import { readSpan } from './settings-span.js'

export interface TelemetrySettings {
  readonly endpoint: string
  readonly protocol: 'http/protobuf' | 'grpc'
  /** An absolute path. */
  readonly headersFile?: string
  readonly traces: boolean
  readonly metrics: boolean
  readonly intervalMs: number
  readonly resource: Readonly<Record<string, string>>
}

/** Less than this is more work than it tells. */
const LEAST_INTERVAL_MS = 1000

/** What is sound of it: parts may be missing. `path` makes a written path absolute. */
export function readTelemetry(
  written: { readonly [K in keyof WrittenTelemetry]?: WrittenTelemetry[K] | undefined } | undefined,
  path: (written: string) => string,
  report: Report,
): { readonly telemetry?: TelemetrySettings } {
  if (written === undefined) return {}
  const { endpoint = '', protocol = 'http/protobuf', 'headers-file': headersFile, interval = '30s' } = written
  const { traces = true, metrics = true, resource = {} } = written
  const intervalMs = readSpan(interval, ['telemetry', 'interval'], report, { leastMs: LEAST_INTERVAL_MS })
  if (headersFile !== undefined && !isPrivate(endpoint))
    report({
      path: ['telemetry', 'endpoint'],
      message: `"${endpoint}" is not an https address: whoever is in between could read the headers`,
    })
  return {
    telemetry: {
      ...{ endpoint, protocol, traces, metrics, intervalMs, resource },
      ...(headersFile === undefined ? {} : { headersFile: path(headersFile) }),
    },
  }
}
