// Who sent a packet. One is made per socket or connection and used again for each packet.
import type { Prefix } from '../dns/address.js'

export const TRANSPORT = { udp: 0, tcp: 1, tls: 2 } as const
export const TRANSPORTS = ['udp', 'tcp', 'tls'] as const

export class Peer {
  family: 4 | 6 = 4
  /** The address; v4 takes the first four bytes. */
  readonly address = new Uint8Array(16)
  port = 0
  transport: number = TRANSPORT.udp
  /** How long its connection may be idle, in units of 100 ms as RFC 7828 has them; 0 where it had better be closed, or is none. */
  idle = 0

  /** A copy of the address: 4 or 16 bytes. */
  bytes(): Uint8Array {
    return this.address.slice(0, this.family === 4 ? 4 : 16)
  }

  /** A v4 address mapped into v6 (RFC 4291 §2.5.5.2) is the v4 address that it stands for. */
  set(bytes: Uint8Array): void {
    this.take(bytes, 0, bytes.length === 4 ? 4 : 16)
  }

  /** The same with the 4 or 16 bytes at `at`. */
  take(m: Uint8Array, at: number, size: 4 | 16): void {
    const { address } = this
    const mapped = size === 16 && isMapped(m, at)
    const from = mapped ? at + 12 : at
    this.family = size === 4 || mapped ? 4 : 6
    for (let i = 0; i < 16; i++) address[i] = i < 4 || this.family === 6 ? m[from + i]! : 0
  }
}

function isMapped(m: Uint8Array, at: number): boolean {
  for (let i = 0; i < 10; i++) if (m[at + i] !== 0) return false
  return m[at + 10] === 255 && m[at + 11] === 255
}

export function isFrom({ bytes, length }: Prefix, { family, address }: Peer): boolean {
  if (bytes.length !== (family === 4 ? 4 : 16)) return false
  for (let i = 0, left = length; left > 0; i++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff00 >> left) & 0xff
    if (((address[i]! ^ bytes[i]!) & mask) !== 0) return false
  }
  return true
}
