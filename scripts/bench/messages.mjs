// Rows of struct mmsghdr, each with one buffer (man 2 sendmmsg): a msghdr of 56 bytes, the length of the message, 4 of padding.

const HEADER = 64
const VECTOR = 16

/**
 * Headers for `count` buffers of `stride` bytes that lie one after the other in `bytes`. The kernel is given the addresses
 * of all three: keep the result reachable for as long as a socket uses it.
 */
export function messages(libc, bytes, count, stride, lengthOf = () => stride) {
  const headers = Buffer.alloc(count * HEADER)
  const vectors = Buffer.alloc(count * VECTOR)
  const start = libc.addressOf(bytes)
  const vectorStart = libc.addressOf(vectors)
  for (let i = 0; i < count; i++) {
    vectors.writeBigUInt64LE(BigInt(start + i * stride), i * VECTOR)
    vectors.writeBigUInt64LE(BigInt(lengthOf(i)), i * VECTOR + 8)
    headers.writeBigUInt64LE(BigInt(vectorStart + i * VECTOR), i * HEADER + 16)
    headers.writeBigUInt64LE(1n, i * HEADER + 24)
  }
  const address = libc.addressOf(headers)
  return { bytes, headers, vectors, stride, addressOf: i => address + i * HEADER }
}
