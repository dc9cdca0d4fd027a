// The TCP check: passes when a connection opens (RFC 9293 §3.5), and what was asked for comes back.
import type { Socket } from 'node:net'
import type { TcpCheckSpec } from '../traffic/document/check.js'
import { cause, failed } from './cause.js'
import type { Check } from './check.js'
import { open } from './connection.js'

/** Bytes; what has not come within them does not come. */
const RECEIVE_CAP = 65_536

/** Passes when a connection opens, `send` could be sent and `receive` came back. */
export const tcp: Check<TcpCheckSpec> = async ({ address, spec, source }, signal, trace) => {
  let socket: Socket | undefined
  try {
    socket = await open({ address, port: spec.port, connectTimeoutMs: spec.connectTimeoutMs, source }, signal, trace)
    const openAt = performance.now()
    if (spec.send !== undefined) socket.write(spec.send)
    if (spec.receive !== undefined)
      await receive(socket, spec.receive, () => {
        trace.phases.firstByteMs ??= performance.now() - openAt
      })
  } catch (error) {
    throw failed(cause(error), error)
  } finally {
    socket?.destroy()
  }
}

function receive(socket: Socket, wanted: string, onData: () => void): Promise<void> {
  let text = ''
  const missing = (): Error =>
    new Error(`${JSON.stringify(wanted)} is not in the answer${text === '' ? ', which is empty' : ''}`)
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      onData()
      // Byte by byte, so that no character is cut in two; `wanted` is looked for in the same form.
      text += chunk.toString('latin1')
      if (text.includes(Buffer.from(wanted).toString('latin1'))) resolve()
      else if (text.length > RECEIVE_CAP) reject(missing())
    })
    socket.once('error', reject)
    socket.once('close', () => reject(missing()))
  })
}
