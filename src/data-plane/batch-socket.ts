// A UDP socket for batches, opened by the C library: its options are those that an authoritative server wants.
import { parseAddress } from '../dns/address.js'
import {
  AF,
  ERRNO,
  IP,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6,
  type Libc,
  PMTUDISC_OMIT,
  SO,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOL_SOCKET,
} from './libc.js'
import type { Bound, Endpoint } from './transport.js'

/** What the receive buffer should hold, bytes: some tens of thousands of queries, or 40 ms of a full core. */
export const WANTED_BUFFER = 8 << 20

/** A blocked call returns after this long, ms, so that a thread hears that it is to stop. */
const WAKE_MS = 250

export interface BatchSocket {
  readonly fd: number
  readonly family: 4 | 6
  /** Whether it listens on every address, so that each packet must be asked where it went to. */
  readonly wildcard: boolean
  readonly bound: Bound
  /** What the kernel granted, bytes. */
  readonly receiveBuffer: number
}

/** @throws Error in words where the address cannot be had */
export function openBatchSocket(libc: Libc, { host, port, fd: inherited }: Endpoint, shared: boolean): BatchSocket {
  const address = parseAddress(host)
  if (address === undefined) throw new Error(`${host} is not an IP address`)
  const family = address.length === 4 ? 4 : 6
  const wildcard = address.every(byte => byte === 0)
  // One that another process had: bound, and with its options.
  if (inherited !== undefined) return asOpened(libc, inherited, host, family, wildcard)
  const fd = libc.socket(family === 4 ? AF.inet : AF.inet6, SOCK_DGRAM | SOCK_CLOEXEC, 0)
  const scratch = new Scratch(libc)
  const set = (level: number, option: number, value: number): void => {
    libc.setsockopt(fd, level, option, scratch.int(value), 4)
  }
  try {
    if (fd < 0) throw failure(libc)
    if (shared) set(SOL_SOCKET, SO.reuseport, 1)
    // The forced form goes beyond the system's limit, and needs a privilege; the other does what it may.
    set(SOL_SOCKET, SO.rcvbuf, WANTED_BUFFER)
    set(SOL_SOCKET, SO.rcvbufforce, WANTED_BUFFER)
    set(SOL_SOCKET, SO.sndbuf, WANTED_BUFFER)
    libc.setsockopt(fd, SOL_SOCKET, SO.rcvtimeo, scratch.time(WAKE_MS), 16)
    libc.setsockopt(fd, SOL_SOCKET, SO.sndtimeo, scratch.time(WAKE_MS), 16)
    if (family === 6) set(IPPROTO_IPV6, IPV6.v6only, 1)
    if (family === 4) set(IPPROTO_IP, IP.mtuDiscover, PMTUDISC_OMIT)
    else set(IPPROTO_IPV6, IPV6.mtuDiscover, PMTUDISC_OMIT)
    if (wildcard) set(family === 4 ? IPPROTO_IP : IPPROTO_IPV6, family === 4 ? IP.pktinfo : IPV6.recvpktinfo, 1)
    if (libc.bind(fd, scratch.socketAddress(address, port), family === 4 ? 16 : 28) !== 0) throw failure(libc)
    return asOpened(libc, fd, host, family, wildcard)
  } catch (error) {
    if (fd >= 0) libc.close(fd)
    throw error
  }
}

function asOpened(libc: Libc, fd: number, host: string, family: 4 | 6, wildcard: boolean): BatchSocket {
  const scratch = new Scratch(libc)
  const bound = { address: host, port: scratch.boundPort(fd) }
  return { fd, family, wildcard, bound, receiveBuffer: scratch.receiveBuffer(fd) }
}

const failure = (libc: Libc): Error => new Error(ERRNO[libc.errno()] ?? `error ${libc.errno()} of the system`)

/** Memory for the arguments of one call. */
class Scratch {
  private readonly libc: Libc
  private readonly bytes = new Uint8Array(new SharedArrayBuffer(64))
  private readonly view = new DataView(this.bytes.buffer)
  private readonly address: number

  constructor(libc: Libc) {
    this.libc = libc
    this.address = libc.addressOf(this.bytes)
  }

  int(value: number): number {
    this.view.setInt32(0, value, true)
    return this.address
  }

  /** struct timeval */
  time(ms: number): number {
    this.view.setBigInt64(0, BigInt(Math.floor(ms / 1000)), true)
    this.view.setBigInt64(8, BigInt((ms % 1000) * 1000), true)
    return this.address
  }

  /** struct sockaddr_in, or sockaddr_in6: family; port, then flow information with v6; address. */
  socketAddress(address: Uint8Array, port: number): number {
    this.bytes.fill(0)
    this.view.setUint16(0, address.length === 4 ? AF.inet : AF.inet6, true)
    this.view.setUint16(2, port)
    this.bytes.set(address, address.length === 4 ? 4 : 8)
    return this.address
  }

  boundPort(fd: number): number {
    this.view.setUint32(32, 28, true)
    this.libc.getsockname(fd, this.address, this.address + 32)
    return this.view.getUint16(2)
  }

  receiveBuffer(fd: number): number {
    this.view.setUint32(32, 4, true)
    this.libc.getsockopt(fd, SOL_SOCKET, SO.rcvbuf, this.address, this.address + 32)
    // The kernel counts its own bookkeeping in, and so says twice of what was asked for (man 7 socket).
    return this.view.getInt32(0, true) / 2
  }
}
