// The metric check: a series of a Prometheus text endpoint (exposition format 0.0.4) against a threshold.
import { isIPv6, type Socket } from 'node:net'
import type { MetricCheckSpec } from '../traffic/document/check.js'
import { cause, failed } from './cause.js'
import type { Check } from './check.js'
import { open } from './connection.js'
import { clientOn, exchange, type Request } from './http-client.js'
import { readSeries, samplesOf } from './series.js'

/** Bytes; an endpoint that says more is read no further. */
const PAGE_CAP = 4 * 1024 * 1024

/** Passes when every sample of the series lies between `min` and `max`, and there is one. */
export const metric: Check<MetricCheckSpec> = async ({ address, spec, source }, signal, trace) => {
  const { port, connectTimeoutMs, tlsTimeoutMs, path, series, min, max } = spec
  let socket: Socket | undefined
  try {
    const tls = spec.tls ? { tls: { ...spec, alpn: ['http/1.1'] } } : {}
    socket = await open({ address, port, connectTimeoutMs, tlsTimeoutMs, source, ...tls }, signal, trace)
    const host = spec.host ?? `${isIPv6(address) ? `[${address}]` : address}:${port}`
    const headers = { 'user-agent': 'meridian', accept: 'text/plain' }
    const request: Request = { method: 'GET', path, host, headers }
    const { status, body } = await exchange(await clientOn(socket), request, PAGE_CAP, trace)
    if (status !== 200) throw new Error(`status ${status}, expected 200`)
    const values = samplesOf(Buffer.from(body).toString('utf8'), readSeries(series)!) // the gate has read it before
    if (values.length === 0) throw new Error(`there is no ${series}`)
    for (const value of values) {
      // What is no number fails both, as it should.
      if (max !== undefined && !(value <= max)) throw new Error(`${series} is ${value}, more than ${max}`)
      if (min !== undefined && !(value >= min)) throw new Error(`${series} is ${value}, less than ${min}`)
    }
  } catch (error) {
    throw failed(cause(error), error)
  } finally {
    socket?.destroy()
  }
}
