// PowerDNS with its GeoIP backend. It knows no distances, so each country of the City database has its nearest region.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { countryRegions } from '../countries.mjs'
import { REGIONS, staticAddress, TTL, ZONE } from '../world.mjs'

export const powerdns = {
  name: 'powerdns',
  program: 'pdns_server',
  readsMaxMind: true,
  answers: ['static', 'geo', 'geo-ecs', 'nxdomain', 'tcp', 'signed'],

  configure(folder, { port, database, zone, workers }) {
    mkdirSync(join(folder, 'keys'))
    writeFileSync(join(folder, 'geo.yaml'), geo(zone))
    writeFileSync(join(folder, 'pdns.conf'), config(folder, port, database, workers))
    if (zone.signed) makeKey(folder)
    return {
      command: 'pdns_server',
      words: [`--config-dir=${folder}`, '--daemon=no', '--guardian=no', '--disable-syslog=yes'],
    }
  },
}

/** It signs a zone that has a key, each answer when it is asked for; it remembers what it has signed. */
function makeKey(folder) {
  const words = [`--config-dir=${folder}`, 'add-zone-key', ZONE, 'ksk', 'active', 'ecdsa256']
  execFileSync('pdnsutil', words, { stdio: ['ignore', 'ignore', 'pipe'] })
}

const config = (folder, port, database, workers) => `
launch=geoip
geoip-zones-file=${join(folder, 'geo.yaml')}
geoip-database-files=mmdb:${database}
geoip-dnssec-keydir=${join(folder, 'keys')}
edns-subnet-processing=yes
local-address=127.0.0.1
local-port=${port}
socket-dir=${folder}
receiver-threads=${workers}
distributor-threads=1
reuseport=yes
loglevel=3
`

function geo({ statics, steered }) {
  const lines = ['domains:', `  - domain: ${ZONE}`, `    ttl: ${TTL}`, '    records:']
  const record = (name, type, data) => lines.push(`      ${name}.${ZONE}:`, `        - ${type}: ${data}`)
  lines.push(`      ${ZONE}:`, `        - soa: ns1.${ZONE} hostmaster.${ZONE} 1 7200 900 1209600 60`)
  lines.push(`        - ns: ns1.${ZONE}`)
  record('ns1', 'a', '127.0.0.1')
  for (let i = 0; i < statics; i++) record(`s${i}`, 'a', staticAddress(i))
  for (const [code, { address }] of countryRegions()) record(`${code.toLowerCase()}.at`, 'a', address)
  // What the backend writes where it does not know the country.
  for (const none of ['unknown', '--']) record(`${none}.at`, 'a', REGIONS[0].address)
  lines.push('    services:')
  for (let i = 0; i < steered; i++) lines.push(`      h${i}.${ZONE}: '%cc.at.${ZONE}'`)
  return `${lines.join('\n')}\n`
}
