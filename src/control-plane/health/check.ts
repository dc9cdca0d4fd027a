// A check: how an address is asked whether it is well, and the table of every kind there is.
import type { CheckSpec } from '../traffic/document.js'
import { isHostName, probeByName } from './by-name.js'
import type { Told } from './crew.js'
import { dns } from './dns.js'
import { exec } from './exec.js'
import { grpc } from './grpc.js'
import { http } from './http.js'
import { metric } from './metric.js'
import { push } from './push.js'
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
}

/**
 * Passes by resolving. Fails by rejecting with an Error whose message is the cause in words for a person. What it sees
 * meanwhile it writes into the trace. The caller's signal is the timeout: once it aborts, the check rejects at once and
 * leaves nothing open.
 */
export type Check<S> = (subject: Subject<S>, signal: AbortSignal, trace: Trace) => Promise<void>

type Type = CheckSpec['type']
type SpecOf<T extends Type> = Extract<CheckSpec, { readonly type: T | (T extends 'https' ? 'http' : T) }>

/** Every check there is. A new one is a file, its spec in the document, and a line here. */
export const CHECKS: { readonly [T in Type]: Check<SpecOf<T>> } = {
  http,
  https: http,
  tcp,
  tls,
  grpc,
  dns,
  metric,
  exec,
  push,
}

export interface CheckerOptions {
  /** Whether programs of this node may be run. */
  readonly execAllowed: boolean
}

/** Runs the check that the spec's type names. `address` may be a host name: then each of its addresses is checked. */
export const checker =
  ({ execAllowed }: CheckerOptions): Probe =>
  (spec, address, signal, trace, told) => {
    if (spec.type === 'exec' && !execAllowed)
      return Promise.reject(new Error('exec checks are not allowed in the settings of this node'))
    const run = CHECKS[spec.type] as Check<CheckSpec> // the table has the check of this very type
    // What opens no connection has no use for addresses.
    if (!isHostName(address) || spec.type === 'exec' || spec.type === 'push')
      return run({ address, spec, told }, signal, trace)
    const named = withName(spec, address.replace(/\.$/, ''))
    const each = async (literal: string, either: AbortSignal): Promise<void> => {
      const own = newTrace()
      await run({ address: literal, spec: named }, either, own).finally(() => Object.assign(trace, merged(trace, own)))
    }
    return probeByName(address, each, signal)
  }

/** Servers are asked for the name, unless the operator has said for which. */
function withName(spec: CheckSpec, name: string): CheckSpec {
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
    case 'exec':
    case 'push':
      return spec
  }
}

/** Of several addresses the last one's times are shown; one that was heard of is enough. */
const merged = (all: Trace, one: Trace): Trace => ({ ...all, ...one, heard: all.heard || one.heard })

/** The same for whoever has no crew. */
export const check = (
  spec: CheckSpec,
  address: string,
  signal: AbortSignal,
  trace: Trace = newTrace(),
): Promise<void> => checker({ execAllowed: false })(spec, address, signal, trace, undefined)
