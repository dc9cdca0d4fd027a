// Who sent a packet. One is made per socket or connection and used again for each packet.

export const TRANSPORT = { udp: 0, tcp: 1, tls: 2 } as const
export const TRANSPORTS = ['udp', 'tcp', 'tls'] as const

export class Peer {
  family: 4 | 6 = 4
  /** The address; v4 takes the first four bytes. */
  readonly address = new Uint8Array(16)
  transport: number = TRANSPORT.udp
  /** How long its connection may be idle, in units of 100 ms as RFC 7828 has them; 0 where there is no connection. */
  idle = 0

  /** A v4 address mapped into v6 (RFC 4291 §2.5.5.2) is the v4 address that it stands for. */
  set(bytes: Uint8Array): void {
    const mapped = bytes.length === 16 && isMapped(bytes)
    this.family = bytes.length === 4 || mapped ? 4 : 6
    this.address.fill(0)
    this.address.set(mapped ? bytes.subarray(12) : bytes)
  }
}

function isMapped(bytes: Uint8Array): boolean {
  for (let i = 0; i < 10; i++) if (bytes[i] !== 0) return false
  return bytes[10] === 255 && bytes[11] === 255
}
