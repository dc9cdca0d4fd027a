// A network namespace for the proof, in which packets to one address can be made to vanish (ip-link(8), veth).
import { execFileSync, spawn, spawnSync } from 'node:child_process'

/** The address that becomes a black hole. RFC 5737: nobody's. */
export const HOLE = '192.0.2.9'
const INSIDE = 'MERIDIAN_PROOF_INSIDE'
/** Root makes a namespace as it is; others where users may have one of their own. */
const WAYS = [['--net'], ['--user', '--map-root-user', '--net']]

export const isInside = process.env[INSIDE] === 'yes'

const ip = words => execFileSync('ip', words.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] })

/** How a namespace can be had here, as words for `unshare`; undefined where it cannot. */
export const wayIn = () =>
  WAYS.find(way => spawnSync('unshare', [...way, 'ip', 'link', 'set', 'lo', 'up']).status === 0)

/** Runs this very program inside, and resolves with its exit code. */
export function runInside(way) {
  const env = { ...process.env, [INSIDE]: 'yes' }
  const child = spawn('unshare', [...way, process.execPath, ...process.argv.slice(1)], { env, stdio: 'inherit' })
  process.once('exit', () => child.kill())
  return new Promise(resolve => child.once('exit', code => resolve(code ?? 1)))
}

/** Loopback; a cable whose other end hears nobody, since nobody has the hardware address that is written on it; and the address, here as yet. */
export function layCable() {
  ip('link set lo up')
  ip('link add near type veth peer name far')
  ip('address add 192.0.2.1/24 dev near')
  for (const end of ['near', 'far']) ip(`link set ${end} up`)
  ip(`neighbour add ${HOLE} lladdr 02:00:00:00:00:09 dev near`)
  ip(`address add ${HOLE}/32 dev lo`)
}

/** From now on all that is sent to it vanishes. */
export const openHole = () => ip(`address del ${HOLE}/32 dev lo`)
