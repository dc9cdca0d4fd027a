// Unprivileged ping sockets (man 7 icmp, ping_group_range): the calls that Node cannot make itself. What they open is a
// datagram socket like any other, and goes on in Node's dgram.
import { createSocket, type Socket } from 'node:dgram'
import { closeSync } from 'node:fs'
import { endianness } from 'node:os'
import { parseAddress } from '../../dns/address.js'
import { loadCLibrary, loadKoffi } from '../../native.js'

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

interface Calls {
  readonly socket: (domain: number, type: number, protocol: number) => number
  readonly bind: (fd: number, address: Buffer, length: number) => number
}

let calls: Calls | undefined

/** That pings cannot be had here; the message says why, in words. */
export class NoPing extends Error {
  override readonly name = 'NoPing'
}

/** Not connected yet; from `source`, where it is one of this node. @throws NoPing */
export async function openPing(family: 4 | 6, source?: string): Promise<Socket> {
  calls ??= load()
  const fd = calls.socket(AF[family], SOCK_DGRAM | SOCK_CLOEXEC, PROTOCOL[family])
  if (fd < 0) {
    const errno = loadKoffi().errno()
    throw new NoPing(`pings cannot be sent: ${REASONS[errno] ?? `error ${errno}`}`)
  }
  if (source !== undefined) bindTo(fd, family, source)
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

/** A descriptor that Node is given cannot be bound by it any more. */
function bindTo(fd: number, family: 4 | 6, source: string): void {
  const name = socketAddress(family, source)
  if (calls?.bind(fd, name, name.length) === 0) return
  closeSync(fd)
  throw new Error('no address of this machine can reach it')
}

/** struct sockaddr_in: family, port, address; struct sockaddr_in6: family, port, flow information, address, scope. */
function socketAddress(family: 4 | 6, source: string): Buffer {
  const name = Buffer.alloc(family === 4 ? 16 : 28)
  if (endianness() === 'LE') name.writeUInt16LE(AF[family])
  else name.writeUInt16BE(AF[family])
  name.set(parseAddress(source) ?? [], family === 4 ? 4 : 8)
  return name
}

function load(): Calls {
  if (process.platform !== 'linux') throw new NoPing(`pings cannot be sent on ${process.platform}`)
  try {
    const library = loadCLibrary()
    return {
      socket: library.func('int socket(int, int, int)'),
      bind: library.func('int bind(int, void *, uint32_t)'),
    }
  } catch (error) {
    throw new NoPing(`pings cannot be sent: ${error instanceof Error ? error.message : String(error)}`)
  }
}
