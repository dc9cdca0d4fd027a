// Knot DNS with its geoip module. It knows no distances, so each country of the City database has its nearest region.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { countryRegions } from '../countries.mjs'
import { REGIONS, TTL, ZONE, zoneFile } from '../world.mjs'

export const knot = {
  name: 'knot',
  program: 'knotd',
  readsMaxMind: true,
  answers: ['static', 'geo', 'geo-ecs', 'nxdomain', 'tcp', 'million', 'signed'],

  configure(folder, { port, database, zone, workers }) {
    mkdirSync(join(folder, 'run'))
    writeFileSync(join(folder, 'geo.conf'), geo(zone.steered))
    writeFileSync(
      join(folder, 'zone'),
      zoneFile(zone, name => `${name} ${TTL} A ${REGIONS[0].address}`),
    )
    writeFileSync(join(folder, 'knot.conf'), config(folder, port, database, workers, zone))
    return { command: 'knotd', words: ['-c', join(folder, 'knot.conf')] }
  },
}

const config = (folder, port, database, workers, { steered, signed = false }) => `
server:
  listen: 127.0.0.1@${port}
  rundir: "${join(folder, 'run')}"
  udp-workers: ${workers}
  tcp-workers: 1
  background-workers: 1
  edns-client-subnet: on
log:
  - target: stderr
    any: warning
database:
  storage: "${join(folder, 'run')}"
mod-geoip:
  - id: nearest
    config-file: "${join(folder, 'geo.conf')}"
    ttl: ${TTL}
    mode: geodb
    geodb-file: "${database}"
    geodb-key: [ country/iso_code ]
zone:
  - domain: ${ZONE}
    file: "${join(folder, 'zone')}"
    zonefile-load: whole
    journal-content: none
${modules(steered > 0, signed)}
`

/** What depends on the client cannot be signed beforehand with a zone: it is when it is asked for. */
function modules(steered, signed) {
  const names = [...(signed ? ['mod-onlinesign'] : []), ...(steered ? ['mod-geoip/nearest'] : [])]
  return names.length === 0 ? '' : `    module: [ ${names.join(', ')} ]`
}

function geo(steered) {
  const places = countryRegions().map(([code, { address }]) => `  - geo: "${code}"\n    A: ${address}`)
  return Array.from({ length: steered }, (_, i) => `h${i}.${ZONE}:\n${places.join('\n')}\n`).join('')
}
