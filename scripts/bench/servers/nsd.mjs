// NSD, which knows static data only.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ZONE, zoneFile } from '../world.mjs'

export const nsd = {
  name: 'nsd',
  program: 'nsd',
  answers: ['static', 'nxdomain', 'tcp', 'million'],

  configure(folder, { port, zone, workers }) {
    writeFileSync(join(folder, 'zone'), zoneFile(zone))
    writeFileSync(join(folder, 'nsd.conf'), config(folder, port, workers))
    return { command: 'nsd', words: ['-d', '-c', join(folder, 'nsd.conf')] }
  },
}

const config = (folder, port, workers) => `
server:
  ip-address: 127.0.0.1@${port}
  server-count: ${workers}
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
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: ${ZONE}
  zonefile: zone
`
