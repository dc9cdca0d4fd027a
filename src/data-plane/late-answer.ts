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

/** @returns whether the kernel took it */
export function sendLate(libc: Libc, { fd }: BatchSocket, { name, control }: ReturnPath, message: Uint8Array): boolean {
  const arena = new Uint8Array(new SharedArrayBuffer(MESSAGE_AT + message.length))
  const view = new DataView(arena.buffer)
  const base = BigInt(libc.addressOf(arena))
  arena.set(name, NAME_AT)
  arena.set(control, CONTROL_AT)
  arena.set(message, MESSAGE_AT)
  view.setBigUint64(0, base + BigInt(NAME_AT), true)
  view.setUint32(8, name.length, true)
  view.setBigUint64(16, base + BigInt(HEADER), true)
  view.setBigUint64(24, 1n, true)
  if (control.length > 0) {
    view.setBigUint64(32, base + BigInt(CONTROL_AT), true)
    view.setBigUint64(40, BigInt(control.length), true)
  }
  view.setBigUint64(HEADER, base + BigInt(MESSAGE_AT), true)
  view.setBigUint64(HEADER + 8, BigInt(message.length), true)
  return libc.sendmmsg(fd, Number(base), 1, 0) === 1
}
