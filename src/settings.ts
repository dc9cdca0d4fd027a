// The settings of one node, config/server.yaml: where it listens, and where its files are.
import { dirname, resolve } from 'node:path'
import { parseDuration } from './control-plane/traffic/duration.js'
import { type Finding, type Report, toProblems } from './control-plane/traffic/finding.js'
import type { Path } from './control-plane/traffic/path.js'
import type { Problem } from './control-plane/traffic/problem.js'
import { checkShape } from './control-plane/traffic/shape.js'
import { readYaml } from './control-plane/traffic/yaml.js'
import { formatAddress, isLoopback, LOOPBACK, type Prefix, parseAddress, parsePrefix } from './dns/address.js'
import { SETTINGS_SCHEMA, type WrittenSettings } from './settings-schema.js'

/** An IP address and a port; port 0 is any that is free. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

export interface Settings {
  /** The path of the traffic document. All paths are absolute. */
  readonly traffic: string
  readonly stateDirectory: string
  /** Where DNS is answered, over UDP and TCP. */
  readonly listen: readonly Endpoint[]
  /** Threads that answer UDP. */
  readonly workers: number
  readonly udp: 'auto' | 'batch' | 'dgram'
  /** Of answers by UDP; absent: none. */
  readonly rateLimit?: RateLimit
  readonly geo: {
    /** Paths of .mmdb files; none means the bundled data. */
    readonly databases: readonly string[]
    /** Days after which data are called old. */
    readonly maxAgeDays: number
  }
  readonly admin: {
    readonly listen: Endpoint
    readonly tokenFile?: string
    readonly tls?: { readonly certificate: string; readonly key: string }
    /** Permits an address beyond this machine without TLS. */
    readonly allowInsecure: boolean
    /** Of one token; 0: no limit. */
    readonly changesPerMinute: number
  }
  /** Of the traffic document. */
  readonly history: { readonly revisions: number; readonly bytes: number }
  readonly overrides: { readonly longestMs: number }
  readonly logLevel: NonNullable<WrittenSettings['log-level']>
}

export interface RateLimit {
  /** Answers a second to one address. */
  readonly perSecond: number
  readonly burst: number
  /** Each how many-th answer that is held back is sent truncated; 0: none. */
  readonly slip: number
  readonly dryRun: boolean
  readonly exempt: readonly Prefix[]
}

/** Reads the settings from text; `file` is its path, which relative paths in it start from. All problems at once. */
export function readSettings(
  text: string,
  file: string,
): { readonly settings: Settings } | { readonly problems: readonly Problem[] } {
  const { value, locate, problems } = readYaml(text, file)
  if (problems.length > 0) return { problems }
  // Everything has a default, so an empty file is a good one.
  const { findings: faults, sound = {} } = checkShape(SETTINGS_SCHEMA, value ?? {})
  const findings: Finding[] = [...faults]
  const report: Report = finding => findings.push(finding)
  const path = (written: string): string => resolve(dirname(file), written)
  const { geo = {}, admin = {}, history = {}, overrides = {} } = sound
  const settings: Settings = {
    traffic: path(sound.traffic ?? 'traffic.yaml'),
    stateDirectory: path(sound['state-directory'] ?? 'state'),
    listen: readEndpoints(sound.listen ?? ['127.0.0.1:5300'], ['listen'], report),
    workers: typeof sound.workers === 'number' ? sound.workers : 1,
    udp: sound.udp ?? 'auto',
    ...readRateLimit(sound['rate-limit'] ?? {}, report),
    geo: {
      databases: (geo.databases ?? []).flatMap(written => (written === undefined ? [] : path(written))),
      maxAgeDays: geo['max-age-days'] ?? 60,
    },
    admin: readAdmin(admin, path, report),
    history: { revisions: history.revisions ?? 1000, bytes: (history.megabytes ?? 64) * 1e6 },
    overrides: { longestMs: parseDuration(overrides.longest ?? '72h') ?? 0 },
    logLevel: sound['log-level'] ?? 'info',
  }
  return findings.length > 0 ? { problems: toProblems(findings, locate) } : { settings }
}

type Partly<T> = { readonly [K in keyof T]?: T[K] | undefined }

interface WrittenRateLimit {
  readonly 'per-second'?: number | undefined
  readonly burst?: number | undefined
  readonly slip?: number | undefined
  readonly 'dry-run'?: boolean | undefined
  readonly exempt?: readonly (string | undefined)[] | undefined
}

function readRateLimit(written: WrittenRateLimit, report: Report): Pick<Settings, 'rateLimit'> {
  const { 'per-second': perSecond = 1000, burst = 2000, slip = 1, 'dry-run': dryRun = false, exempt } = written
  const networks = exempt?.map((text = '', i) => {
    const prefix = parsePrefix(text)
    if (prefix === undefined) report({ path: ['rate-limit', 'exempt', i], message: `"${text}" is not a network` })
    return prefix
  })
  if (perSecond === 0) return {}
  return {
    rateLimit: { perSecond, burst, slip, dryRun, exempt: networks?.filter(prefix => prefix !== undefined) ?? LOOPBACK },
  }
}

interface WrittenAdmin {
  readonly listen?: string | undefined
  readonly 'token-file'?: string | undefined
  readonly tls?: Partly<{ certificate: string; key: string }> | undefined
  readonly 'allow-insecure'?: boolean | undefined
  readonly 'changes-per-minute'?: number | undefined
}

function readAdmin(written: WrittenAdmin, path: (written: string) => string, report: Report): Settings['admin'] {
  const {
    listen: text = '127.0.0.1:8053',
    'token-file': tokenFile,
    tls,
    'allow-insecure': allowInsecure = false,
    'changes-per-minute': changesPerMinute = 100,
  } = written
  const at = ['admin', 'listen']
  const listen = readEndpoint(text, at, report) ?? { host: '127.0.0.1', port: 0 }
  if (!isLoopback(listen.host) && tls === undefined && !allowInsecure)
    report({ path: at, message: `${text} can be reached from other machines: set admin.tls, or allow-insecure: true` })
  return {
    listen,
    ...(tokenFile === undefined ? {} : { tokenFile: path(tokenFile) }),
    ...(tls === undefined ? {} : { tls: { certificate: path(tls.certificate ?? ''), key: path(tls.key ?? '') } }),
    allowInsecure,
    changesPerMinute,
  }
}

function readEndpoints(written: readonly (string | undefined)[], path: Path, report: Report): readonly Endpoint[] {
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

function readEndpoint(text: string, path: Path, report: Report): Endpoint | undefined {
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
