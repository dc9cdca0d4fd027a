// The ICMP check: an echo request and its reply (RFC 792, RFC 4443 §4).
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { IcmpCheckSpec } from '../traffic/document/check.js'
import { cause, failed } from './cause.js'
import type { Check } from './check.js'
import { NoPing, openPing } from './ping-socket.js'

const TYPES = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const
/** Type, code, checksum, identifier and sequence number: the kernel fills in the checksum and the identifier. */
const HEADER = 8
/** Bytes by which a reply is known to be ours. */
const TOKEN = 16

/** Passes when the echo comes back. Where this node cannot ping, nothing is said of the address. */
export const icmp: Check<IcmpCheckSpec> = async ({ address, source }, signal, trace) => {
  const family = isIPv6(address) ? 6 : 4
  let socket: Socket | undefined
  try {
    socket = await openPing(family, source)
    const sentAt = performance.now()
    await echo(socket, address, family, signal)
    trace.heard = true
    trace.phases.firstByteMs = performance.now() - sentAt
  } catch (error) {
    if (error instanceof NoPing) {
      trace.unavailable = true
      trace.heard = true
      throw error
    }
    throw failed(cause(error), error)
  } finally {
    socket?.close()
  }
}

function echo(socket: Socket, address: string, family: 4 | 6, signal: AbortSignal): Promise<void> {
  const token = randomBytes(TOKEN)
  const request = Buffer.concat([Uint8Array.of(TYPES[family].request), Buffer.alloc(HEADER - 1), token])
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason)
    if (signal.aborted) return end()
    signal.addEventListener('abort', end, { once: true })
    socket.on('error', reject)
    socket.on('message', bytes => {
      if (bytes[0] === TYPES[family].reply && bytes.subarray(HEADER).equals(token)) resolve()
    })
    // A connected socket hears of what is unreachable. The port is nobody's, but Node wants one.
    socket.connect(1, address, ((error?: Error) => {
      if (error !== undefined) reject(error)
      else if (!signal.aborted) socket.send(request, failure => failure !== null && reject(failure))
    }) as () => void) // the type forgets that a failed connection is told to it
  })
}
