// Connected UDP sockets that send and receive in batches and never block.
import { messages } from './messages.mjs'

export const BATCH = 64
const RECEIVE_STRIDE = 512

const AF_INET = 2
const SOCK_DGRAM = 2
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const MSG_DONTWAIT = 0x40
const BUFFER = 4 << 20

/** @throws Error where the system refuses one */
export function openSockets(libc, port, count) {
  const address = Buffer.alloc(16)
  address.writeUInt16LE(AF_INET, 0)
  address.writeUInt16BE(port, 2)
  address.set([127, 0, 0, 1], 4)
  const size = Buffer.alloc(4)
  size.writeInt32LE(BUFFER)
  const received = messages(libc, Buffer.alloc(BATCH * RECEIVE_STRIDE), BATCH, RECEIVE_STRIDE)
  return Array.from({ length: count }, () => {
    const fd = libc.socket(AF_INET, SOCK_DGRAM, 0)
    libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, libc.addressOf(size), 4)
    if (fd < 0 || libc.connect(fd, libc.addressOf(address), 16) !== 0) throw new Error('no socket could be had')
    return {
      bytes: received.bytes,
      stride: received.stride,
      /** How many of `wanted` queries, from place `first` of the pool on, were sent. */
      send: (pool, first, wanted) =>
        Math.max(0, libc.sendmmsg(fd, pool.headers.addressOf(first), wanted, MSG_DONTWAIT)),
      /** How many replies are in `bytes` now. */
      receive: () => Math.max(0, libc.recvmmsg(fd, received.addressOf(0), BATCH, MSG_DONTWAIT, 0)),
      close: () => libc.close(fd),
      kept: received,
    }
  })
}
