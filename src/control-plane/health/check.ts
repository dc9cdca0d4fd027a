// A check: how an address is asked whether it is well, and the table of every kind there is.
import type { CheckSpec, HttpCheckSpec, TcpCheckSpec } from '../traffic/document.js'
import { isHostName, probeByName } from './by-name.js'
import { http } from './http.js'
import { tcp } from './tcp.js'

export interface Subject<S> {
  /** A literal IP address. */
  readonly address: string
  readonly spec: S
}

/**
 * Passes by resolving. Fails by rejecting with an Error whose message is the cause in words for a person.
 * The caller's signal is the timeout: once it aborts, the check rejects at once and leaves nothing open.
 */
export type Check<S> = (subject: Subject<S>, signal: AbortSignal) => Promise<void>

interface Specs {
  http: HttpCheckSpec
  https: HttpCheckSpec
  tcp: TcpCheckSpec
}

/** Every check there is. A new one is a file, its spec above, and a line here. */
export const CHECKS: { readonly [T in CheckSpec['type']]: Check<Specs[T]> } = { http, https: http, tcp }

type Typed<T extends CheckSpec['type']> = { readonly [U in T]: Specs[U] & { readonly type: U } }[T]

/** Runs the check that the spec's type names. `address` may be a host name: then each of its addresses is checked. */
export function check<T extends CheckSpec['type']>(
  spec: Typed<T>,
  address: string,
  signal: AbortSignal,
): Promise<void> {
  const run: Check<Typed<T>> = CHECKS[spec.type]
  if (!isHostName(address)) return run({ address, spec }, signal)
  // HTTP is asked for by the name, unless the operator has said by which.
  const named = spec.type === 'tcp' ? spec : { host: address.replace(/\.$/, ''), ...spec }
  return probeByName(address, (literal, either) => run({ address: literal, spec: named }, either), signal)
}
