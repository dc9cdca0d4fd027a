// What the kernel dropped because a UDP receive buffer was full, by socket (man 5 proc, /proc/net/udp).
import { readFileSync } from 'node:fs'

/** Packets dropped so far at sockets that have this port on this side or the other. */
export function dropsAt(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/))
    .filter(([, local = '', remote = '']) => local.endsWith(`:${hex}`) || remote.endsWith(`:${hex}`))
    .reduce((sum, fields) => sum + Number(fields.at(-1)), 0)
}
