// Unprivileged ping sockets (man 7 icmp, ping_group_range): the one call that Node cannot make itself. What it opens is a
// datagram socket like any other, and goes on in Node's dgram.
import { createSocket, type Socket } from 'node:dgram'
import koffi from 'koffi'

/** Numbers that Linux has alike on all its machines. */
const AF = { 4: 2, 6: 10 } as const
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const PROTOCOL = { 4: 1, 6: 58 } as const

const REASONS: Readonly<Record<number, string>> = {
  1: 'this system does not allow it (EPERM)',
  13: 'net.ipv4.ping_group_range does not have the group that Meridian runs as (EACCES)',
  93: 'this system has no ping sockets (EPROTONOSUPPORT)',
  94: 'this system has no ping sockets (ESOCKTNOSUPPORT)',
  97: 'this system does not have this family of addresses (EAFNOSUPPORT)',
}

const LIBRARIES = ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`]

let socketCall: ((domain: number, type: number, protocol: number) => number) | undefined

/** That pings cannot be had here; the message says why, in words. */
export class NoPing extends Error {
  override readonly name = 'NoPing'
}

/** Not connected yet. @throws NoPing */
export async function openPing(family: 4 | 6): Promise<Socket> {
  socketCall ??= load()
  const fd = socketCall(AF[family], SOCK_DGRAM | SOCK_CLOEXEC, PROTOCOL[family])
  if (fd < 0) {
    const errno = koffi.errno()
    throw new NoPing(`pings cannot be sent: ${REASONS[errno] ?? `error ${errno}`}`)
  }
  const socket = createSocket(family === 4 ? 'udp4' : 'udp6')
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    // The descriptor belongs to the socket from here on, and is closed with it.
    socket.bind({ fd }, () => {
      socket.off('error', reject)
      resolve(socket)
    })
  })
}

function load(): typeof socketCall & {} {
  if (process.platform !== 'linux') throw new NoPing(`pings cannot be sent on ${process.platform}`)
  for (const name of LIBRARIES) {
    try {
      return koffi.load(name).func('int socket(int, int, int)')
    } catch {
      // The other one, then.
    }
  }
  throw new NoPing('pings cannot be sent: no C library was found')
}
