// BIRD or ExaBGP and its gate on a machine, from the files in deploy/; and the router that they tell, which is the proof's own.
import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { start } from '../fleet/process.mjs'
import { asUser, lineOf, shipped } from './shipped.mjs'

export const ANYCAST = '198.51.100.53'

/** @param address in place of the one that the file has */
const at = (path, address) => shipped(path).replaceAll('192.0.2.10', address)

export const bird = (address, router) => async (machine, folder) => {
  const unit = shipped('bird/meridian-gate.service')
  const conf = join(folder, 'bird.conf')
  await writeFile(conf, at('bird/bird.conf', address))
  machine.run('sh', '-ec', 'mkdir -p /run/bird && chown bird:bird /run/bird')
  const daemon = machine.start('bird', '-f', '-u', 'bird', '-g', 'bird', '-c', conf)
  const [user, group] = [lineOf(unit, 'User'), lineOf(unit, 'Group')]
  const gate = machine.start(...asUser(user, group, `exec ${lineOf(unit, 'ExecStart')}`))
  return Object.assign([daemon, gate], { ready: () => router.offers(address), gate })
}

/** As Debian's unit starts it. */
export const exabgp = (address, router) => async (machine, folder) => {
  const conf = join(folder, 'exabgp.conf')
  await writeFile(conf, at('exabgp/exabgp.conf', address))
  const daemon = machine.start(
    ...asUser(
      'exabgp',
      'exabgp',
      `exec env exabgp_daemon_daemonize=false exabgp_log_destination=stderr exabgp ${conf}`,
    ),
  )
  return Object.assign([daemon], { ready: () => router.offers(address), gate: daemon })
}

/** A router that puts what it learns into the routes of the proof, and keeps to what it learned first. */
export async function startRouter(folder, address, neighbours) {
  const own = join(folder, 'router')
  await mkdir(own)
  const peer = neighbour => `protocol bgp {
  local ${address} as 64511;
  neighbor ${neighbour} as 64512;
  error wait time 1, 2;
  connect retry time 2;
  connect delay time 1;
  prefer older on;
  ipv4 { export none; import all; };
}`
  await writeFile(
    join(own, 'bird.conf'),
    `router id ${address};
protocol device { }
protocol kernel { ipv4 { export all; import none; }; }
${neighbours.map(peer).join('\n')}
`,
  )
  const control = join(own, 'ctl')
  start('bird', ['-f', '-c', join(own, 'bird.conf'), '-s', control, '-P', join(own, 'pid')])
  return {
    /** Whether it has a route over a neighbour; birdc fails where there is none at all, and before BIRD listens. */
    offers: neighbour =>
      spawnSync('birdc', ['-s', control, 'show', 'route', `${ANYCAST}/32`, 'all'], {
        encoding: 'utf8',
      }).stdout.includes(`via ${neighbour} `),
  }
}
