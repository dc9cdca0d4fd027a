// What only checks of one type have, from its written form.
import { NameError, parseName } from '../../dns/name.js'
import { typeNumber } from '../../dns/numbers.js'
import { readSeries } from '../health/series.js'
import type { BodySpec, HttpCheckSpec, PassiveCheckSpec, ProbedCheckSpec, TlsSpec } from './document/check.js'
import type { Report } from './finding.js'
import { readHeaders } from './parse-check-headers.js'
import { readMilliseconds } from './parse-duration.js'
import type { Path } from './path.js'
import type {
  WrittenCheck,
  WrittenDns,
  WrittenExec,
  WrittenGrpc,
  WrittenHttp,
  WrittenMetric,
  WrittenPassive,
  WrittenPush,
  WrittenTcp,
  WrittenTls,
} from './schema-check.js'
import type { Sound } from './shape.js'

type Common = Omit<Extract<ProbedCheckSpec, { readonly type: 'push' }>, 'type' | 'port' | 'maxAgeMs'>

const SUCCESS = [200, 299] as const
const BODY_LIMIT = 65_536
const WARNING_DAYS = 14
const MAX_AGE = 60_000
const ERROR_RATE = '5%'
const SAMPLES = 100

/** The type decides what is read; the schema has seen to it that nothing else is written. */
export function parseByType(written: Sound<WrittenCheck>, common: Common, path: Path, report: Report): ProbedCheckSpec {
  switch (written.type) {
    case 'tcp': {
      const { send, receive, ...rest } = written as Sound<WrittenTcp>
      return { type: 'tcp', ...common, ...readConnection(rest, common, path, report), ...defined({ send, receive }) }
    }
    case 'tls': {
      const own = written as Sound<WrittenTls>
      return { type: 'tls', ...common, ...readConnection(own, common, path, report), ...readTls(own) }
    }
    case 'grpc': {
      const own = written as Sound<WrittenGrpc>
      const { service = '', tls = false, host } = own
      const connection = readConnection(own, common, path, report)
      return {
        type: 'grpc',
        ...common,
        ...connection,
        ...(tls ? readTls(own) : { verify: true }),
        service,
        tls,
        ...defined({ host }),
      }
    }
    case 'metric':
      return parseMetric(written as Sound<WrittenMetric>, common, path, report)
    case 'dns':
      return parseDns(written as Sound<WrittenDns>, common, path, report)
    case 'icmp':
      return { type: 'icmp', ...common, port: 0 }
    case 'exec': {
      const { command = [] } = written as Sound<WrittenExec>
      return { type: 'exec', ...common, port: 0, command: command.map(word => word ?? '') }
    }
    case 'push': {
      const { 'max-age': maxAge } = written as Sound<WrittenPush>
      const maxAgeMs = readMilliseconds(maxAge, MAX_AGE, 1000, [...path, 'max-age'], report)
      return { type: 'push', ...common, port: 0, maxAgeMs }
    }
    case 'passive':
      return parsePassive(written as Sound<WrittenPassive>, common, path, report)
    default:
      return parseHttp(written as Sound<WrittenHttp>, common, path, report)
  }
}

const TLS_KEYS = [
  'tls-timeout',
  'verify',
  'server-name',
  'minimum-days',
  'warning-days',
  'client-certificate',
  'http2',
] as const

function parseHttp(written: Sound<WrittenHttp>, common: Common, path: Path, report: Report): HttpCheckSpec {
  const { method = 'GET', path: target = '/', host, headers, expect, http2, reuse } = written
  const type = written.type === 'https' ? 'https' : 'http'
  if (type === 'http')
    for (const key of TLS_KEYS) {
      if (written[key] === undefined) continue
      const message = key === 'verify' ? 'only an https check has a certificate to verify' : 'is for https checks only'
      report({ path: [...path, key], part: 'key', message })
    }
  return {
    type,
    ...common,
    ...readConnection(written, common, path, report),
    ...(type === 'https' ? readTls(written) : { verify: true }),
    method,
    path: target,
    ...defined({ host }),
    ...(headers === undefined ? {} : readHeaders(headers, [...path, 'headers'], report)),
    expect: expect?.map((range, i) => readRange(range, [...path, 'expect', i], report)) ?? [SUCCESS],
    ...(written.body === undefined ? {} : { body: readBody(written.body, method, [...path, 'body'], report) }),
    ...(http2 === true ? { http2 } : {}),
    ...(reuse === true ? { reuse } : {}),
  }
}

function parseMetric(written: Sound<WrittenMetric>, common: Common, path: Path, report: Report): ProbedCheckSpec {
  const { path: target = '/metrics', series = '', tls = false, host, min, max } = written
  if (readSeries(series) === undefined)
    report({
      path: [...path, 'series'],
      message: `${JSON.stringify(series)} is not a series such as queue_length{queue="mail"}`,
    })
  if (min === undefined && max === undefined) report({ path, message: 'needs the key "max" or the key "min"' })
  else if (min !== undefined && max !== undefined && min > max)
    report({ path: [...path, 'min'], message: `${min} is more than max, which is ${max}` })
  const connection = readConnection(written, common, path, report)
  return {
    type: 'metric',
    ...common,
    ...connection,
    ...(tls ? readTls(written) : { verify: true }),
    path: target,
    series,
    tls,
    ...defined({ host, min, max }),
  }
}

function parsePassive(written: Sound<WrittenPassive>, common: Common, path: Path, report: Report): PassiveCheckSpec {
  const { 'max-age': maxAge, 'error-rate': rate = ERROR_RATE, samples = SAMPLES, weight = 1, alone = false } = written
  if (common.address !== undefined)
    report({
      path: [...path, 'address'],
      part: 'key',
      message: 'a passive check is told of regions, and has no address',
    })
  return {
    type: 'passive',
    ...common,
    port: 0,
    maxAgeMs: readMilliseconds(maxAge, MAX_AGE, 1000, [...path, 'max-age'], report),
    errorRate: Number.parseFloat(rate) / 100,
    samples,
    weight,
    alone,
  }
}

function parseDns(written: Sound<WrittenDns>, common: Common, path: Path, report: Report): ProbedCheckSpec {
  const { port = 0, name = '.', 'record-type': recordType = 'A', rcode = 'NOERROR', answer } = written
  try {
    parseName(name)
  } catch (error) {
    if (!(error instanceof NameError)) throw error
    report({ path: [...path, 'name'], message: error.message })
  }
  if (typeNumber(recordType) === undefined)
    report({ path: [...path, 'record-type'], message: `"${recordType}" is not a record type` })
  return { type: 'dns', ...common, port, name, recordType, rcode, ...defined({ answer }) }
}

interface WrittenConnection {
  readonly port?: number | undefined
  readonly 'connect-timeout'?: string | number | undefined
  readonly 'tls-timeout'?: string | number | undefined
}

function readConnection(
  { port = 0, ...written }: WrittenConnection,
  { timeoutMs }: Common,
  path: Path,
  report: Report,
): { readonly port: number; readonly connectTimeoutMs?: number; readonly tlsTimeoutMs?: number } {
  const part = (key: 'connect-timeout' | 'tls-timeout'): number | undefined => {
    if (written[key] === undefined) return undefined
    const at = [...path, key]
    const ms = readMilliseconds(written[key], timeoutMs, 1, at, report)
    if (ms > timeoutMs) report({ path: at, message: 'must not be longer than the timeout, which covers it' })
    return ms
  }
  return { port, ...defined({ connectTimeoutMs: part('connect-timeout'), tlsTimeoutMs: part('tls-timeout') }) }
}

function readTls(written: Sound<WrittenTls>): TlsSpec {
  const {
    verify = true,
    'server-name': serverName,
    'minimum-days': minimumDays,
    'warning-days': warningDays = WARNING_DAYS,
    'client-certificate': client,
  } = written
  const files = client === undefined ? undefined : { certificate: client.certificate ?? '', key: client.key ?? '' }
  return { verify, warningDays, ...defined({ serverName, minimumDays, clientCertificate: files }) }
}

function readBody(
  written: NonNullable<Sound<WrittenHttp>['body']>,
  method: string,
  path: Path,
  report: Report,
): BodySpec {
  const { contains, matches, json, limit = BODY_LIMIT } = written
  if (method === 'HEAD') report({ path, part: 'key', message: 'the answer to HEAD has no body' })
  try {
    new RegExp(matches ?? '', 'u')
  } catch (error) {
    report({ path: [...path, 'matches'], message: error instanceof Error ? error.message : String(error) })
  }
  return { limit, ...defined({ contains, matches, json: json as BodySpec['json'] }) } // the schema lets in nothing else
}

function readRange(written: string | number | undefined, path: Path, report: Report): readonly [number, number] {
  const [low = 200, high = low] = String(written ?? 200)
    .split('-')
    .map(Number)
  if (low > high) report({ path, message: `"${written}" is empty: it runs from ${low} down to ${high}` })
  return [low, high]
}

/** Without the keys that are undefined: what nobody wrote is not there. */
function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  } // what is left of its own keys
}
