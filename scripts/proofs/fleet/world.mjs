// The fleet of the proof: three nodes, three members of etcd and a resolver, each on a machine of its own, and two regions.
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layNetwork, startMachine } from '../machines/machine.mjs'
import { startEtcd } from './etcd.mjs'
import { placeNode } from './node.mjs'
import { start, until } from './process.mjs'
import { startResolver } from './resolver.mjs'
import { addressOf } from './watch.mjs'

export const REGIONS = ['192.0.2.31', '192.0.2.32']
const PORT = 8080
const REGION_SERVERS = fileURLToPath(new URL('regions.mjs', import.meta.url))
/** What a disk of a node, and of a member of etcd, holds, MB: little enough to be filled. */
const NODE_MB = 16
/** Segments of etcd's log take 64 MB each, before anything is in them. */
const MEMBER_MB = 192

export const document = number => `# A fleet.
checks:
  web: { type: http, port: ${PORT}, interval: 1s, timeout: 900ms, confirm: 200ms, fall: 4, rise: 1, votes: { quorum: majority } }
regions:
  eu: { addresses: [${REGIONS[0]}], checks: [web] }
  us: { addresses: [${REGIONS[1]}], checks: [web] }
  ap: { addresses: [192.0.2.33] }
policies:
  first: [{ tier: [[eu], [us]] }]
zones:
  example.com:
    nameservers: [ns1.example.com, ns2.example.com, ns3.example.com]
    records:
      ns1: [{ type: A, data: 192.0.2.11 }]
      ns2: [{ type: A, data: 192.0.2.12 }]
      ns3: [{ type: A, data: 192.0.2.13 }]
      api: [{ steer: first, ttl: { min: 1s, max: 5s } }]
      v: [{ type: A, data: ${addressOf(number)} }]
`

export async function startFleet() {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-fleet-'))
  layNetwork('192.0.2.1/24', ...REGIONS.map(address => `${address}/24`))
  const machines = async (...names) =>
    Promise.all(names.map(([name, last]) => startMachine(name, `192.0.2.${last}/24`)))
  const places = await machines(['m0', 21], ['m1', 22], ['m2', 23])
  const hosts = await machines(['ns1', 11], ['ns2', 12], ['ns3', 13])
  const [host] = await machines(['resolver', 41])
  const regions = start(process.execPath, [REGION_SERVERS, String(PORT), ...REGIONS])
  await until('the regions listen', () => regions.said.includes('listening'))
  for (const [i, place] of places.entries()) {
    await mkdir(join(folder, `m${i}`))
    place.run('mount', '-t', 'tmpfs', '-o', `size=${MEMBER_MB}m,mode=0700`, 'none', join(folder, `m${i}`))
  }
  const etcd = await startEtcd(folder, undefined, places)
  const nodes = await Promise.all(hosts.map(machine => placeNode(folder, machine.name, machine, etcd.urls, NODE_MB)))
  await startResolver(
    folder,
    host,
    nodes.map(({ address }) => address),
  )
  return {
    folder,
    nodes,
    etcd,
    resolver: host.address,
    members: places.map(({ address }) => address),
    regions: REGIONS,
    machines: [...places, ...hosts],
    /** Fills the disk of a member of etcd, or makes room again. */
    fill(i, full) {
      const file = join(folder, `m${i}`, 'ballast')
      if (full) places[i].run('sh', '-c', `cat /dev/zero > ${file} 2> /dev/null || true`)
      else places[i].run('rm', file)
    },
  }
}
