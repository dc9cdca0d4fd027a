// A proof that runs in namespaces of its own (unshare(1)): what it does to networks and mounts goes with it.
import { spawn, spawnSync } from 'node:child_process'

const INSIDE = 'MERIDIAN_PROOF_INSIDE'
/** Root makes a namespace as it is; others where users may have one of their own. */
const WAYS = [['--net'], ['--user', '--map-root-user', '--net']]

export const isInside = process.env[INSIDE] === 'yes'

/**
 * How namespaces can be had here, as words for `unshare`; undefined where they cannot.
 * @param more what is wanted beside a network
 */
export const wayIn = (more = []) =>
  WAYS.map(way => [...way, ...more]).find(
    way => spawnSync('unshare', [...way, 'ip', 'link', 'set', 'lo', 'up']).status === 0,
  )

/** Runs this very program inside, and resolves with its exit code. */
export function runInside(way) {
  const env = { ...process.env, [INSIDE]: 'yes' }
  const child = spawn('unshare', [...way, process.execPath, ...process.argv.slice(1)], { env, stdio: 'inherit' })
  process.once('exit', () => child.kill())
  return new Promise(resolve => child.once('exit', code => resolve(code ?? 1)))
}
