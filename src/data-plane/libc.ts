// The few calls of the C library that batched UDP needs, on 64-bit little-endian Linux (man 2 recvmmsg, man 7 ip, ipv6, socket).
import { loadCLibrary, loadKoffi } from '../native.js'

export interface Libc {
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, address: number, length: number): number
  close(fd: number): number
  setsockopt(fd: number, level: number, option: number, value: number, length: number): number
  getsockopt(fd: number, level: number, option: number, value: number, length: number): number
  getsockname(fd: number, address: number, length: number): number
  recvmmsg(fd: number, messages: number, count: number, flags: number, timeout: number): number
  sendmmsg(fd: number, messages: number, count: number, flags: number): number
  /** Both are about the calling thread. */
  schedSetattr(attributes: number): number
  schedGetattr(attributes: number, length: number): number
  /** Of the calling thread, µs; it wakes as promptly as `promptTimers` has made it. */
  sleep(us: number): number
  /** Timers of the calling thread end when they should, and not up to 50 µs later (man 2 prctl, PR_SET_TIMERSLACK). */
  promptTimers(): number
  /** The error of the last call in this thread. */
  errno(): number
  /** Where memory lies that will not move: the caller keeps it reachable for as long as the kernel may use it. */
  addressOf(memory: Uint8Array): number
}

/** What the C library has no function for (man 2 sched_setattr). */
const SYS = process.arch === 'arm64' ? { setattr: 274, getattr: 275 } : { setattr: 314, getattr: 315 }

const PR_SET_TIMERSLACK = 29

let loaded: Libc | undefined

/**
 * The same each time in a thread: what koffi makes of a function is let go long after it is forgotten.
 * @throws Error in words where batched system calls cannot be had on this system
 */
export function loadLibc(): Libc {
  loaded ??= load()
  return loaded
}

function load(): Libc {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new Error(`not on ${process.platform} ${process.arch}`)
  }
  const koffi = loadKoffi()
  const library = loadCLibrary()
  const syscall = library.func('long syscall(long, int, uintptr_t, uint32_t, uint32_t)')
  const prctl = library.func('int prctl(int, unsigned long)')
  return {
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, uintptr_t, uint32_t)'),
    close: library.func('int close(int)'),
    setsockopt: library.func('int setsockopt(int, int, int, uintptr_t, uint32_t)'),
    getsockopt: library.func('int getsockopt(int, int, int, uintptr_t, uintptr_t)'),
    getsockname: library.func('int getsockname(int, uintptr_t, uintptr_t)'),
    recvmmsg: library.func('int recvmmsg(int, uintptr_t, uint32_t, int, uintptr_t)'),
    sendmmsg: library.func('int sendmmsg(int, uintptr_t, uint32_t, int)'),
    schedSetattr: attributes => syscall(SYS.setattr, 0, attributes, 0, 0),
    schedGetattr: (attributes, length) => syscall(SYS.getattr, 0, attributes, length, 0),
    sleep: library.func('int usleep(uint32_t)'),
    promptTimers: () => prctl(PR_SET_TIMERSLACK, 1),
    errno: () => koffi.errno(),
    addressOf: memory => Number(koffi.address(memory)),
  }
}

/** Numbers of the socket calls that Linux has alike on x86-64 and arm64. */
export const AF = { inet: 2, inet6: 10 } as const
export const SOCK_DGRAM = 2
export const SOCK_CLOEXEC = 0o2000000
export const SOL_SOCKET = 1
export const SO = { rcvbuf: 8, sndbuf: 7, reuseport: 15, rcvtimeo: 20, sndtimeo: 21, rcvbufforce: 33 } as const
export const IPPROTO_IP = 0
export const IP = { pktinfo: 8, mtuDiscover: 10 } as const
export const IPPROTO_IPV6 = 41
export const IPV6 = { mtuDiscover: 23, v6only: 26, recvpktinfo: 49 } as const
export const SOL_UDP = 17
export const UDP_SEGMENT = 103
/** Neither set the don't-fragment bit nor believe what ICMP says of the path: forged, it would break answers up. */
export const PMTUDISC_OMIT = 5
/** Blocks for the first message only. */
export const MSG_WAITFORONE = 0x10000
export const ERRNO: Readonly<Record<number, string>> = {
  1: 'operation not permitted (EPERM)',
  13: 'permission denied (EACCES)',
  98: 'the address is already in use (EADDRINUSE)',
  99: 'no such address on this machine (EADDRNOTAVAIL)',
}
export const EINTR = 4
export const EAGAIN = 11
