// The settings of one node, config/server.yaml: where it listens, and where its files are.

import { isIP } from 'node:net'
import { dirname, resolve } from 'node:path'
import { type Finding, type Report, toProblems } from './control-plane/traffic/finding.js'
import type { Problem } from './control-plane/traffic/problem.js'
import { checkShape } from './control-plane/traffic/shape.js'
import { readYaml } from './control-plane/traffic/yaml.js'
import { isLoopback, LOOPBACK, type Prefix } from './dns/address.js'
import { type AcmeDnsSettings, readAcmeDns } from './settings-acme-dns.js'
import { type BeaconSettings, readBeacon } from './settings-beacon.js'
import { type ClientCertificateSettings, readClientCertificates } from './settings-client-certificates.js'
import { type DnsSettings, readDns } from './settings-dns.js'
import { type DnssecSettings, readDnssec } from './settings-dnssec.js'
import { type Endpoint, readEndpoint, readEndpoints, readNetworks } from './settings-endpoint.js'
import { type ExternalDnsSettings, readExternalDns } from './settings-external-dns.js'
import { type FleetSettings, readFleet } from './settings-fleet.js'
import { type KeySetting, readKeys } from './settings-keys.js'
import { type OidcSettings, readOidc } from './settings-oidc.js'
import { readSamples, type SampleSettings } from './settings-samples.js'
import { SETTINGS_SCHEMA, type WrittenSettings } from './settings-schema.js'
import { readSpan } from './settings-span.js'
import { readTelemetry, type TelemetrySettings } from './settings-telemetry.js'

export type { Endpoint } from './settings-endpoint.js'

/** What is to be so for longer belongs into the document. */
const MOST_OVERRIDE_MS = 366 * 86_400_000

export interface Settings extends DnsSettings, SampleSettings {
  /** Absent: the node is alone, and its document a file. */
  readonly fleet?: FleetSettings
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
  /** Keys that sign transfers and updates. */
  readonly keys: readonly KeySetting[]
  readonly geo: {
    /** Paths of .mmdb files; none means the bundled data. */
    readonly databases: readonly string[]
    /** Of the clients of a name, the most that an update may move unless forced; 0 to 1. */
    readonly mostMoved: number
    /** Days after which data are called old. */
    readonly maxAgeDays: number
  }
  readonly health: {
    readonly selfChecks: readonly Endpoint[]
    /** 0 to 1. */
    readonly suspectShare: number
    /** Whether checks may run programs. */
    readonly exec: boolean
    /** Addresses that probes are sent from, one a family at most. */
    readonly source: readonly string[]
    /** How many probes run at once. */
    readonly limits: { readonly inAll: number; readonly perAddress: number }
  }
  readonly webhooks: readonly { readonly url: string; readonly secretFile?: string }[]
  readonly admin: {
    readonly listen: Endpoint
    readonly tokenFile?: string
    readonly tls?: { readonly certificate: string; readonly key: string }
    /** Permits an address beyond this machine without TLS. */
    readonly allowInsecure: boolean
    /** Whose certificates are good beside tokens; absent: nobody's. */
    readonly clientCertificates?: ClientCertificateSettings
    /** Whose tokens are good beside its own; absent: nobody's. */
    readonly oidc?: OidcSettings
    /** Of one token; 0: no limit. */
    readonly changesPerMinute: number
  }
  /** For browsers that measure regions; absent: there is none. */
  readonly beacon?: BeaconSettings
  readonly dnssec: DnssecSettings
  /** For ACME clients; absent: there is none. */
  readonly acmeDns?: AcmeDnsSettings
  readonly externalDns: readonly ExternalDnsSettings[]
  /** Of the traffic document. */
  readonly history: { readonly revisions: number; readonly bytes: number }
  readonly overrides: { readonly longestMs: number }
  /** Absent: nobody is told of traces and metrics. */
  readonly telemetry?: TelemetrySettings
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
  const beacon = readBeacon(sound.beacon as Parameters<typeof readBeacon>[0], report) // what is sound of it
  const acmeDns = readAcmeDns(sound['acme-dns'] as Parameters<typeof readAcmeDns>[0], report) // likewise
  const settings: Settings = {
    traffic: path(sound.traffic ?? 'traffic.yaml'),
    stateDirectory: path(sound['state-directory'] ?? 'state'),
    listen: readEndpoints(sound.listen ?? ['127.0.0.1:5300'], ['listen'], report),
    workers: typeof sound.workers === 'number' ? sound.workers : 1,
    udp: sound.udp ?? 'auto',
    ...readRateLimit(sound['rate-limit'] ?? {}, report),
    keys: readKeys(sound.keys ?? {}, path, report),
    ...readDns(sound, path, report),
    ...readFleet(sound.fleet, path, report),
    geo: {
      databases: (geo.databases ?? []).flatMap(written => (written === undefined ? [] : path(written))),
      mostMoved: Number.parseInt(geo['most-moved'] ?? '20%', 10) / 100,
      maxAgeDays: geo['max-age-days'] ?? 60,
    },
    health: readHealth(sound.health ?? {}, report),
    webhooks: (sound.webhooks ?? []).map(webhook => readWebhook(webhook ?? {}, path)),
    admin: readAdmin(admin as WrittenAdmin, path, report),
    ...(beacon === undefined ? {} : { beacon }),
    dnssec: readDnssec(sound.dnssec ?? {}, path, report),
    ...(acmeDns === undefined ? {} : { acmeDns }),
    externalDns: readExternalDns(sound['external-dns'] ?? [], report),
    history: { revisions: history.revisions ?? 1000, bytes: (history.megabytes ?? 64) * 1e6 },
    overrides: {
      longestMs: readSpan(overrides.longest ?? '72h', ['overrides', 'longest'], report, { mostMs: MOST_OVERRIDE_MS }),
    },
    ...readSamples(sound, path, report),
    ...readTelemetry(sound.telemetry as Parameters<typeof readTelemetry>[0], path, report), // what is sound of it
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
  const networks = exempt && readNetworks(exempt, ['rate-limit', 'exempt'], report)
  if (perSecond === 0) return {}
  return {
    rateLimit: { perSecond, burst, slip, dryRun, exempt: networks ?? LOOPBACK },
  }
}

interface WrittenHealth {
  readonly 'self-checks'?: readonly (string | undefined)[] | undefined
  readonly 'suspect-share'?: string | undefined
  readonly exec?: boolean | undefined
  readonly source?: readonly (string | undefined)[] | undefined
  readonly probes?: number | undefined
  readonly 'probes-per-address'?: number | undefined
}

function readHealth(written: WrittenHealth, report: Report): Settings['health'] {
  const { 'self-checks': selfChecks = [], 'suspect-share': share = '70%', exec = false } = written
  const { probes: inAll = 4096, 'probes-per-address': perAddress = 16 } = written
  const path = ['health', 'self-checks']
  const endpoints = readEndpoints(selfChecks, path, report)
  endpoints.forEach(({ port }, i) => {
    if (port === 0) report({ path: [...path, i], message: 'a port from 1 on is needed' })
  })
  return {
    selfChecks: endpoints,
    suspectShare: Number.parseInt(share, 10) / 100,
    exec,
    source: readSource(written.source, report),
    limits: { inAll, perAddress },
  }
}

function readSource(written: WrittenHealth['source'] = [], report: Report): readonly string[] {
  const families = new Set<number>()
  return written.flatMap((text = '', i) => {
    const family = isIP(text)
    const path = ['health', 'source', i]
    if (family === 0) report({ path, message: `"${text}" is not an IP address` })
    else if (families.has(family)) report({ path, message: `there is an IPv${family} address already` })
    families.add(family)
    return family === 0 ? [] : [text]
  })
}

function readWebhook(
  written: { readonly url?: string | undefined; readonly 'secret-file'?: string | undefined },
  path: (written: string) => string,
): Settings['webhooks'][number] {
  const { url = '', 'secret-file': secretFile } = written
  return { url, ...(secretFile === undefined ? {} : { secretFile: path(secretFile) }) }
}

interface WrittenAdmin {
  readonly listen?: string | undefined
  readonly 'token-file'?: string | undefined
  readonly tls?: Partly<{ certificate: string; key: string }> | undefined
  readonly 'client-certificates'?: Parameters<typeof readClientCertificates>[0]
  readonly oidc?: Parameters<typeof readOidc>[0]
  readonly 'allow-insecure'?: boolean | undefined
  readonly 'changes-per-minute'?: number | undefined
}

function readAdmin(written: WrittenAdmin, path: (written: string) => string, report: Report): Settings['admin'] {
  const {
    listen: text = '127.0.0.1:8053',
    'token-file': tokenFile,
    tls,
    'client-certificates': clients,
    oidc,
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
    ...readClientCertificates(clients, tls !== undefined, path, report),
    ...readOidc(oidc, path, report),
    allowInsecure,
    changesPerMinute,
  }
}
