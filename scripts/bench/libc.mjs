// The few calls of the C library that the load generator needs, on 64-bit little-endian Linux (man 2 recvmmsg).
import koffi from 'koffi'

/** Undefined where batched system calls cannot be had. */
export function loadLibc() {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return undefined
  const library = koffi.load('libc.so.6')
  return {
    socket: library.func('int socket(int, int, int)'),
    connect: library.func('int connect(int, uintptr_t, uint32_t)'),
    close: library.func('int close(int)'),
    setsockopt: library.func('int setsockopt(int, int, int, uintptr_t, uint32_t)'),
    recvmmsg: library.func('int recvmmsg(int, uintptr_t, uint32_t, int, uintptr_t)'),
    sendmmsg: library.func('int sendmmsg(int, uintptr_t, uint32_t, int)'),
    addressOf: memory => Number(koffi.address(memory)),
  }
}
