// The servers that Meridian is compared with, from Debian's packages, and how each is told to serve plain zone files.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { freePort } from '../end-to-end/ports.js'
import { meridian, Program } from '../end-to-end/program.js'
import { until } from '../end-to-end/server.js'
import { Client } from './client.js'
import type { ServedZone, World } from './zones.js'

export type PeerName = 'BIND' | 'Knot DNS' | 'NSD'

interface Place {
  /** Its own, and empty. */
  readonly folder: string
  readonly port: number
}

/** What it writes into its folder, and how it is called then. */
type Configure = (place: Place, zones: readonly ServedZone[]) => { config: string; words: readonly string[] }

interface Peer {
  readonly program: string
  readonly configure: Configure
}

/** As minimal as each can be, but with additional records where it lets us choose. */
export const PEERS: Readonly<Record<PeerName, Peer>> = {
  BIND: {
    program: 'named',
    configure: ({ folder, port }, zones) => ({
      config: `
options {
  directory "${folder}";
  pid-file none;
  session-keyfile none;
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  recursion no;
  minimal-responses no-auth;
  minimal-any no;
  edns-udp-size 1232;
  max-udp-size 1232;
  zero-no-soa-ttl no;
  notify no;
  dnssec-validation no;
  allow-transfer { none; };
  empty-zones-enable no;
  check-integrity no;
  check-names primary ignore;
  check-mx ignore;
  max-records-per-type 0;
  max-types-per-name 0;
};
controls { };
${zones.map(({ origin, file }) => `zone "${origin}" { type primary; file "${file}"; };`).join('\n')}
`,
      words: ['-4', '-g', '-n', '1', '-c', join(folder, 'config')],
    }),
  },
  'Knot DNS': {
    program: 'knotd',
    configure: ({ folder, port }, zones) => ({
      config: `
server:
  listen: 127.0.0.1@${port}
  rundir: "${folder}"
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
  udp-max-payload: 1232
log:
  - target: stderr
    any: warning
database:
  storage: "${folder}"
template:
  - id: default
    semantic-checks: off
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
zone:
${zones.map(({ origin, file }) => `  - domain: "${origin}"\n    file: "${file}"`).join('\n')}
`,
      words: ['-c', join(folder, 'config')],
    }),
  },
  NSD: {
    program: 'nsd',
    configure: ({ folder, port }, zones) => ({
      config: `
server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  pidfile: "${join(folder, 'pid')}"
  zonelistfile: "${join(folder, 'zone.list')}"
  xfrdfile: "${join(folder, 'xfrd.state')}"
  xfrdir: "${folder}"
  logfile: "${join(folder, 'log')}"
  minimal-responses: yes
  refuse-any: no
  ipv4-edns-size: 1232
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${zones.map(({ origin, file }) => `zone:\n  name: "${origin}"\n  zonefile: "${file}"`).join('\n')}
`,
      words: ['-d', '-c', join(folder, 'config')],
    }),
  },
}

export const PEER_NAMES = Object.keys(PEERS) as readonly PeerName[] // its own keys

/** A server that runs, and a client that asks it. */
export interface Running {
  readonly client: Client
  stop(): Promise<void>
}

/** Daemons live where only root looks. */
const PATH = `${process.env['PATH']}:/usr/local/sbin:/usr/sbin:/sbin`

export const startPeer = (name: PeerName, { zones }: World): Promise<Running> =>
  start(name, async place => {
    const { program, configure } = PEERS[name]
    const { config, words } = configure(place, zones)
    await writeFile(join(place.folder, 'config'), config)
    return new Program(program, words, { cwd: place.folder, env: { PATH } })
  })

export const startMeridian = ({ zones }: World): Promise<Running> =>
  start('Meridian', async ({ folder, port }) => {
    await mkdir(join(folder, 'tmp'))
    const words = zones.flatMap(({ origin, file }) => ['--zone', `${origin}=${file}`])
    return meridian(['serve', ...words, '--listen', `127.0.0.1:${port}`, '--no-admin'], {
      cwd: folder,
      env: { TMPDIR: join(folder, 'tmp') },
    })
  })

async function start(name: string, run: (place: Place) => Promise<Program>): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-differential-'))
  const port = await freePort()
  const program = await run({ folder, port })
  const client = new Client({ host: '127.0.0.1', port })
  const stop = async (): Promise<void> => {
    await client.close()
    await program.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    // Whatever it answers, it has loaded its zones by then: none of these servers listens before.
    await until(`${name} answers`, 30_000, () =>
      client.ask({ name: parseName('start.invalid'), type: TYPE.A, way: { tcp: true } }).catch(() => undefined),
    )
    return { client, stop }
  } catch (error) {
    const said = `${program.stdout}${program.stderr}`
    await stop()
    throw new Error(`${name} did not start: ${said}`, { cause: error })
  }
}
