// The machine that the server runs on, as far as its kernel tells: buffers, lost packets, ports, the clock. Linux only.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { StatusView } from '../control-plane/admin/api.js'
import type { Finding } from './doctor-finding.js'

/** Bytes of receive buffer that the server wants for each socket. */
const WANTED_BUFFER = 8 * 2 ** 20

export async function hostFindings(listeners: StatusView['listeners'] | undefined): Promise<readonly Finding[]> {
  if (process.platform !== 'linux') return []
  return [
    ...bufferFindings(read('/proc/sys/net/core/rmem_max')),
    ...lostFindings(listeners ?? []),
    ...portFindings(listeners, {
      firstFree: Number(read('/proc/sys/net/ipv4/ip_unprivileged_port_start') ?? 1024),
      tables: [read('/proc/net/udp') ?? '', read('/proc/net/udp6') ?? ''],
    }),
    ...clockSetFindings(await timedatectl()),
  ]
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

export function bufferFindings(text: string | undefined): readonly Finding[] {
  const most = Number(text)
  if (text === undefined || !Number.isFinite(most)) return []
  return most >= WANTED_BUFFER
    ? [{ state: 'good', about: 'buffers', what: `net.core.rmem_max is ${most}` }]
    : [
        {
          state: 'warning',
          about: 'buffers',
          what: `net.core.rmem_max is ${most}: bursts of queries are lost that ${WANTED_BUFFER} would hold`,
          advice: `sysctl -w net.core.rmem_max=${WANTED_BUFFER}, and the same in /etc/sysctl.d, then restart the server`,
        },
      ]
}

/** The last column of /proc/net/udp is what the kernel has dropped for want of room, since the socket is there. */
export function lostIn(table: string, port: number): number {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/))
    .filter(([, local = '']) => local.endsWith(`:${wanted}`))
    .reduce((sum, columns) => sum + Number(columns.at(-1)), 0)
}

function lostFindings(listeners: StatusView['listeners']): readonly Finding[] {
  const ports = [...new Set(listeners.filter(({ transport }) => transport === 'udp').map(({ port }) => port))]
  const tables = ['/proc/net/udp', '/proc/net/udp6'].map(path => read(path) ?? '')
  return ports.map((port): Finding => {
    const lost = tables.reduce((sum, table) => sum + lostIn(table, port), 0)
    return lost === 0
      ? { state: 'good', about: `UDP port ${port}`, what: 'the kernel has dropped no query' }
      : {
          state: 'warning',
          about: `UDP port ${port}`,
          what: `the kernel has dropped ${lost} queries for want of room`,
          advice: 'raise net.core.rmem_max, let more workers answer, or run more nodes',
        }
  })
}

export interface PortFacts {
  /** The first port that needs no capability. */
  readonly firstFree: number
  /** /proc/net/udp and its like. */
  readonly tables: readonly string[]
}

/** Where the server listens elsewhere, whether it could at 53, and whether somebody else does. */
export function portFindings(
  listeners: readonly { readonly port: number }[] | undefined,
  { firstFree, tables }: PortFacts,
): readonly Finding[] {
  if (listeners === undefined || listeners.some(({ port }) => port === 53))
    return listeners === undefined ? [] : [{ state: 'good', about: 'port 53', what: 'the server listens there' }]
  const others = tables.some(table => /^\s*\d+: [0-9A-F]+:0035 /m.test(table))
  return [
    {
      state: 'warning',
      about: 'port 53',
      what: `the server listens at ${[...new Set(listeners.map(({ port }) => port))].join(', ')}: resolvers of the world ask port 53 only`,
      advice: [
        'set "listen" to the public addresses with port 53, or forward it',
        ...(firstFree > 53 ? ['the service needs CAP_NET_BIND_SERVICE (AmbientCapabilities in its unit)'] : []),
        ...(others
          ? [
              'something else has port 53 on some address (ss -lnup): a stub resolver can stay on 127.0.0.53 if "listen" names addresses, not 0.0.0.0',
            ]
          : []),
      ].join('; '),
    },
  ]
}

/** @param said what `timedatectl` has to say: yes, no, or nothing, where nobody can tell */
export function clockSetFindings(said: string | undefined): readonly Finding[] {
  if (said === 'yes') return [{ state: 'good', about: 'clock', what: 'it is set by NTP' }]
  if (said !== 'no') return []
  return [
    {
      state: 'warning',
      about: 'clock',
      what: 'it is not set by NTP',
      advice: 'timedatectl set-ntp true, or run chrony: signatures and drills go by the clock',
    },
  ]
}

const timedatectl = (): Promise<string | undefined> =>
  new Promise(resolve => {
    execFile('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 5000 }, (error, out) =>
      resolve(error === null ? out.trim() : undefined),
    )
  })
