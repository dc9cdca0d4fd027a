// A datagram that is sent from a thread other than the one that its query came to: at the same socket, and from the same address.
import type { BatchSocket } from './batch-socket.js'
import type { ReturnPath } from './desk.js'
import type { Libc } from './libc.js'

/** struct mmsghdr and struct iovec, as in udp-batch.ts; what they point at comes after them. */
const HEADER = 64
const IOVEC = 16
const NAME_AT = HEADER + IOVEC
const NAME = 32
const CONTROL_AT = NAME_AT + NAME
const CONTROL = 64
const MESSAGE_AT = CONTROL_AT + CONTROL

/** Of most answers by UDP; a longer one gets more room. */
const USUAL = 2048

/** Sends to where the path leads. @returns whether the kernel took it */
export type LateSender = (path: ReturnPath, message: Uint8Array) => boolean

/** For one socket; the memory that the kernel reads is the same for each answer. */
export function openLateSender(libc: Libc, { fd }: BatchSocket): LateSender {
  let arena = new Uint8Array(new SharedArrayBuffer(0))
  let view = new DataView(arena.buffer)
  let base = 0n
  const makeRoom = (length: number): void => {
    arena = new Uint8Array(new SharedArrayBuffer(length))
    view = new DataView(arena.buffer)
    base = BigInt(libc.addressOf(arena))
    view.setBigUint64(0, base + BigInt(NAME_AT), true)
    view.setBigUint64(16, base + BigInt(HEADER), true)
    view.setBigUint64(24, 1n, true)
    view.setBigUint64(HEADER, base + BigInt(MESSAGE_AT), true)
  }
  makeRoom(MESSAGE_AT + USUAL)
  return ({ name, control }, message) => {
    if (MESSAGE_AT + message.length > arena.length) makeRoom(MESSAGE_AT + message.length)
    arena.set(name, NAME_AT)
    arena.set(control, CONTROL_AT)
    arena.set(message, MESSAGE_AT)
    view.setUint32(8, name.length, true)
    view.setBigUint64(32, control.length === 0 ? 0n : base + BigInt(CONTROL_AT), true)
    view.setBigUint64(40, BigInt(control.length), true)
    view.setBigUint64(HEADER + 8, BigInt(message.length), true)
    return libc.sendmmsg(fd, Number(base), 1, 0) === 1
  }
}
