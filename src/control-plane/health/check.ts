// A check: how an address is asked whether it is well, and the table of every kind there is.
import { isIP } from 'node:net'
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import { bySystem, isHostName, type Lookup, probeByName } from './by-name.js'
import type { Told } from './crew.js'
import { dns } from './dns.js'
import { exec } from './exec.js'
import { grpc } from './grpc.js'
import { http } from './http.js'
import { icmp } from './icmp.js'
import { metric } from './metric.js'
import { passive } from './passive.js'
import { push } from './push.js'
import type { Signal } from './signal.js'
import type { Probe } from './target.js'
import { tcp } from './tcp.js'
import { tls } from './tls.js'
import { newTrace, type Trace } from './trace.js'

export interface Subject<S> {
  /** A literal IP address. */
  readonly address: string
  readonly spec: S
  /** What was last told of it through the API. */
  readonly told?: Told | undefined
  /** What others say of it. */
  readonly signals?: readonly Signal[] | undefined
  /** The address of this node that it is to be asked from; the system chooses where it is absent. */
  readonly source?: string | undefined
}

/**
 * Passes by resolving. Fails by rejecting with an Error whose message is the cause in words for a person. What it sees
 * meanwhile it writes into the trace. The caller's signal is the timeout: once it aborts, the check rejects at once and
 * leaves nothing open.
 */
export type Check<S> = (subject: Subject<S>, signal: AbortSignal, trace: Trace) => Promise<void>

type Type = ProbedCheckSpec['type']
type SpecOf<T extends Type> = Extract<ProbedCheckSpec, { readonly type: T | (T extends 'https' ? 'http' : T) }>

/** Every check there is. A new one is a file, its spec in the document, and a line here. */
export const CHECKS: { readonly [T in Type]: Check<SpecOf<T>> } = {
  http,
  https: http,
  tcp,
  tls,
  grpc,
  dns,
  icmp,
  metric,
  exec,
  push,
  passive,
}

const OPENS_NOTHING: ReadonlySet<Type> = new Set(['exec', 'push', 'passive'])

export interface CheckerOptions {
  /** Whether programs of this node may be run. */
  readonly execAllowed: boolean
  /** Addresses of this node that probes are sent from, one a family. */
  readonly source?: readonly string[]
}

/** Runs the check that the spec's type names. `address` may be a host name: then each of its addresses is checked. */
export const checker =
  ({ execAllowed, source = [] }: CheckerOptions): Probe =>
  (spec, address, signal, trace, { told, signals }) => {
    if (spec.type === 'exec' && !execAllowed)
      return Promise.reject(new Error('exec checks are not allowed in the settings of this node'))
    const run = CHECKS[spec.type] as Check<ProbedCheckSpec> // the table has the check of this very type
    const sourceFor = (literal: string): string | undefined => source.find(own => isIP(own) === isIP(literal))
    // What opens no connection has no use for addresses.
    if (!isHostName(address) || OPENS_NOTHING.has(spec.type))
      return run({ address, spec, told, signals, source: sourceFor(address) }, signal, trace)
    const named = withName(spec, address.replace(/\.$/, ''))
    const each = async (literal: string, either: AbortSignal): Promise<void> => {
      const own = newTrace()
      await run({ address: literal, spec: named, source: sourceFor(literal) }, either, own).finally(() =>
        Object.assign(trace, merged(trace, own)),
      )
    }
    return probeByName(address, each, signal, timed(trace))
  }

const timed =
  (trace: Trace): Lookup =>
  async name => {
    const askedAt = performance.now()
    const found = await bySystem(name)
    trace.phases.dnsMs = performance.now() - askedAt
    return found
  }

/** Servers are asked for the name, unless the operator has said for which. */
function withName(spec: ProbedCheckSpec, name: string): ProbedCheckSpec {
  switch (spec.type) {
    case 'http':
    case 'https':
    case 'grpc':
    case 'metric':
      return { host: name, ...spec }
    case 'tls':
      return { serverName: name, ...spec }
    case 'tcp':
    case 'dns':
    case 'icmp':
    case 'exec':
    case 'push':
    case 'passive':
      return spec
  }
}

/** Of several addresses the last one's times are shown; one that was heard of is enough. */
const merged = (all: Trace, one: Trace): Trace => ({
  ...all,
  ...one,
  heard: all.heard || one.heard,
  phases: { ...all.phases, ...one.phases },
})

/** The same for whoever has no crew. */
export const check = (
  spec: ProbedCheckSpec,
  address: string,
  signal: AbortSignal,
  trace: Trace = newTrace(),
): Promise<void> => checker({ execAllowed: false })(spec, address, signal, trace, {})
