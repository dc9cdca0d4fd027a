// The TLS check: passes when a handshake ends well (RFC 8446) and the certificate holds; nothing is sent over it.
import type { Socket } from 'node:net'
import type { TlsCheckSpec } from '../traffic/document/check.js'
import { cause, failed } from './cause.js'
import type { Check } from './check.js'
import { open } from './connection.js'

export const tls: Check<TlsCheckSpec> = async ({ address, spec, source }, signal, trace) => {
  const { port, connectTimeoutMs, tlsTimeoutMs } = spec
  const timing = { port, connectTimeoutMs, tlsTimeoutMs }
  let socket: Socket | undefined
  try {
    socket = await open({ address, ...timing, source, tls: spec }, signal, trace)
  } catch (error) {
    throw failed(cause(error), error)
  } finally {
    socket?.destroy()
  }
}
