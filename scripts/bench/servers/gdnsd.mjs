// gdnsd with its geoip plugin: each client to the nearest of the regions, from the City database.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REGIONS, TTL, ZONE, zoneFile } from '../world.mjs'

export const gdnsd = {
  name: 'gdnsd',
  program: 'gdnsd',
  readsMaxMind: true,
  answers: ['static', 'geo', 'geo-ecs', 'nxdomain', 'tcp', 'million'],

  configure(folder, { port, database, zone, workers }) {
    for (const name of ['zones', 'run', 'state']) mkdirSync(join(folder, name))
    writeFileSync(join(folder, 'config'), config(folder, port, database, workers))
    writeFileSync(
      join(folder, 'zones', ZONE),
      zoneFile(zone, name => `${name} ${TTL} DYNA geoip!nearest`),
    )
    return { command: 'gdnsd', words: ['-c', folder, 'start'] }
  },
}

const config = (folder, port, database, workers) => `
options => {
  listen => 127.0.0.1:${port}
  udp_threads => ${workers}
  tcp_threads => 1
  run_dir => ${join(folder, 'run')}
  state_dir => ${join(folder, 'state')}
  zones_default_ttl => ${TTL}
}
plugins => { geoip => {
  maps => { world => {
    geoip2_db => ${database}
    datacenters => [ ${REGIONS.map(region => region.id).join(', ')} ]
    auto_dc_coords => {
${REGIONS.map(({ id, latitude, longitude }) => `      ${id} => [ ${latitude}, ${longitude} ]`).join('\n')}
    }
  } }
  resources => { nearest => {
    map => world
    service_types => up
    dcmap => {
${REGIONS.map(({ id, address }) => `      ${id} => ${address}`).join('\n')}
    }
  } }
} }
`
