// Knot and NSD as secondaries of a server, which know it by the key `xfer`.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Program, run } from './program.js'
import { type Server, until } from './server.js'

export interface Secondary {
  readonly program: Program
  readonly port: number
}

export interface Wish {
  /** Where it has its files, one folder for all. */
  readonly folder: string
  readonly port: number
  readonly zones: readonly string[]
  /** Of the server. */
  readonly primary: number
  /** In base64. */
  readonly secret: string
}

export async function startKnot({ folder, port, zones, primary, secret }: Wish): Promise<Secondary> {
  const file = join(folder, 'knot.conf')
  const zone = (name: string): string =>
    `  - domain: ${name}\n    storage: "${folder}/knot"\n    master: primary\n    acl: notify\n`
  await writeFile(
    file,
    `
server:
  listen: 127.0.0.1@${port}
  rundir: "${folder}"
  pidfile: "${folder}/knot.pid"
database:
  storage: "${folder}/knot"
log:
  - target: stderr
    any: info
key:
  - id: xfer
    algorithm: hmac-sha256
    secret: "${secret}"
remote:
  - id: primary
    address: 127.0.0.1@${primary}
    key: xfer
acl:
  - id: notify
    address: 127.0.0.1
    action: notify
zone:
${zones.map(zone).join('')}`,
  )
  const program = new Program('knotd', ['-c', file, '-s', join(folder, 'knot.sock')])
  return { program, port }
}

export async function startNsd({ folder, port, zones, primary, secret }: Wish): Promise<Secondary> {
  const file = join(folder, 'nsd.conf')
  const zone = (name: string): string => `
zone:
  name: ${name}
  zonefile: ${name}.nsd
  request-xfr: 127.0.0.1@${primary} xfer
  allow-notify: 127.0.0.1 xfer
`
  await writeFile(
    file,
    `
server:
  ip-address: 127.0.0.1@${port}
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${folder}/nsd.pid"
  xfrdfile: "${folder}/xfrd.state"
  zonelistfile: "${folder}/zone.list"
  xfrdir: "${folder}"
  xfrd-reload-timeout: 0
remote-control:
  control-enable: no
key:
  name: xfer
  algorithm: hmac-sha256
  secret: "${secret}"
${zones.map(zone).join('')}`,
  )
  return { program: new Program('nsd', ['-d', '-c', file]), port }
}

export const dig = async (port: number, ...args: readonly string[]): Promise<string> =>
  (await run('dig', ['@127.0.0.1', '-p', String(port), '+tries=1', '+time=5', ...args])).stdout

export const serialAt = async (port: number, zone = 'example.com'): Promise<number> =>
  Number((await dig(port, '+short', zone, 'SOA')).split(' ')[2] ?? Number.NaN)

/** Resolves when the secondary has what the server has. */
export const untilSame = ({ port }: Secondary, server: Server, zone = 'example.com'): Promise<true> =>
  until('the secondary has the serial', 30_000, async () =>
    (await serialAt(port, zone)) === (await serialAt(server.port, zone)) ? true : undefined,
  )
