// The TLS check: passes when a handshake ends well (RFC 8446) and the certificate holds; nothing is sent over it.
import type { Socket } from 'node:net'
import type { TlsCheckSpec } from '../traffic/document.js'
import { cause, failed } from './cause.js'
import type { Check } from './check.js'
import { open } from './connection.js'

export const tls: Check<TlsCheckSpec> = async ({ address, spec }, signal, trace) => {
  let socket: Socket | undefined
  try {
    socket = await open({ address, port: spec.port, connectTimeoutMs: spec.connectTimeoutMs, tls: spec }, signal, trace)
  } catch (error) {
    throw failed(cause(error), error)
  } finally {
    socket?.destroy()
  }
}
