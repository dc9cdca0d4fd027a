// unbound on a machine of the proof: a resolver that knows the name servers of the zone, and keeps no answer.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from './process.mjs'

export async function startResolver(folder, machine, servers) {
  const conf = join(folder, 'unbound.conf')
  await writeFile(
    conf,
    `server:
  interface: ${machine.address}
  access-control: 0.0.0.0/0 allow
  directory: "${folder}"
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-ip6: no
  num-threads: 1
  cache-max-ttl: 0
  module-config: "iterator"
remote-control:
  control-enable: no
stub-zone:
  name: "example.com"
${servers.map(address => `  stub-addr: ${address}\n`).join('')}`,
  )
  const daemon = machine.start('unbound', '-d', '-p', '-c', conf)
  await until('unbound starts', () => {
    if (daemon.exitCode !== null) throw new Error(`unbound has ended: ${daemon.said}`)
    return daemon.said.includes('start of service')
  })
}
