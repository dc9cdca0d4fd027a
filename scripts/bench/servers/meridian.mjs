// Meridian itself, as `meridian serve` runs it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { REGIONS, staticAddress, TTL, ZONE } from '../world.mjs'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

export const meridian = {
  name: 'meridian',
  program: process.execPath,
  answers: ['static', 'geo', 'geo-ecs', 'nxdomain', 'tcp', 'million'],

  configure(folder, { port, adminPort, database, zone, workers, document }) {
    writeFileSync(join(folder, 'traffic.yaml'), document ?? trafficDocument(zone))
    const settings = {
      traffic: 'traffic.yaml',
      'state-directory': 'state',
      listen: [`127.0.0.1:${port}`],
      workers,
      udp: 'batch',
      // A date in the past is what the comparison is about: all use the same file.
      geo: { databases: [database], 'max-age-days': 1e6 },
      admin: { listen: `127.0.0.1:${adminPort}` },
      'log-level': 'warn',
    }
    const file = join(folder, 'server.yaml')
    writeFileSync(file, JSON.stringify(settings)) // JSON is YAML
    return { command: process.execPath, words: [MAIN, 'serve', '--settings', file] }
  },
}

/** The common zone as a traffic document. `moved` shifts all regions by so many degrees, to have something to publish. */
export function trafficDocument({ statics, steered }, { moved = 0 } = {}) {
  const lines = ['regions:']
  for (const { id, latitude, longitude, address } of REGIONS)
    lines.push(`  ${id}: { location: [${latitude}, ${longitude + moved}], addresses: [${address}] }`)
  lines.push('zones:', `  ${ZONE}:`, `    nameservers: [ns1.${ZONE}]`, `    ttl: ${TTL}s`, '    records:')
  lines.push('      ns1: { type: A, data: 127.0.0.1 }')
  for (let i = 0; i < statics; i++) lines.push(`      s${i}: { type: A, data: ${staticAddress(i)} }`)
  for (let i = 0; i < steered; i++) lines.push(`      h${i}: { steer: nearest, ttl: ${TTL}s }`)
  return `${lines.join('\n')}\n`
}
