// EDNS Client Subnet (RFC 7871): the option in a query, and the option in its response.

export const CLIENT_SUBNET = { ok: 0, malformed: 1 } as const

/** A client subnet as a query gave it; one is made per thread and used again for each query. */
export class ClientSubnet {
  present = false
  /** Address family number: 1 is IPv4, 2 is IPv6. */
  family = 0
  sourceLength = 0
  /** Bytes of address that the option carried. */
  addressLength = 0
  /** The address, filled up with zeroes. */
  readonly address = new Uint8Array(16)
}

/**
 * Reads the data of the option: FAMILY, SOURCE PREFIX-LENGTH, SCOPE PREFIX-LENGTH, ADDRESS (RFC 7871 §6).
 * Malformed, and so a FORMERR (§7.1.2): an unknown family, a scope that is not 0, an address longer or shorter than
 * the prefix needs, or with bits beyond it.
 */
export function readClientSubnet(m: Uint8Array, at: number, length: number, subnet: ClientSubnet): number {
  if (length < 4) return CLIENT_SUBNET.malformed
  const family = (m[at]! << 8) | m[at + 1]!
  const source = m[at + 2]!
  const bytes = (source + 7) >> 3
  if (family !== 1 && family !== 2) return CLIENT_SUBNET.malformed
  if (source > (family === 1 ? 32 : 128) || m[at + 3] !== 0 || length !== 4 + bytes) return CLIENT_SUBNET.malformed
  const beyond = bytes * 8 - source
  if (bytes > 0 && (m[at + 3 + bytes]! & ((1 << beyond) - 1)) !== 0) return CLIENT_SUBNET.malformed
  for (let i = 0; i < bytes; i++) subnet.address[i] = m[at + 4 + i]!
  // What is left over from a longer address before is cleared, as far as anybody looks.
  for (let i = bytes, size = family === 1 ? 4 : 16; i < size; i++) subnet.address[i] = 0
  subnet.present = true
  subnet.family = family
  subnet.sourceLength = source
  subnet.addressLength = bytes
  return CLIENT_SUBNET.ok
}

/** Bytes of the option in a response, its code and length included. */
export const clientSubnetLength = (subnet: ClientSubnet): number => 8 + subnet.addressLength

/** Writes the option for a response: family, source and address as they came (RFC 7871 §7.2.1). @returns the end */
export function writeClientSubnet(m: Uint8Array, at: number, subnet: ClientSubnet, scope: number): number {
  m[at] = 0
  m[at + 1] = 8
  m[at + 2] = 0
  m[at + 3] = 4 + subnet.addressLength
  m[at + 4] = 0
  m[at + 5] = subnet.family
  m[at + 6] = subnet.sourceLength
  m[at + 7] = scope
  for (let i = 0; i < subnet.addressLength; i++) m[at + 8 + i] = subnet.address[i]!
  return at + 8 + subnet.addressLength
}
