// BIRD or ExaBGP and its gate on a machine, from the files in deploy/; and the router that they tell, which is the proof's own.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { start, until } from '../fleet/process.mjs'
import { asUser, lineOf, shipped } from './shipped.mjs'

export const ANYCAST = '198.51.100.53'

/** @param address in place of the one that the file has */
const at = (path, address) => shipped(path).replaceAll('192.0.2.10', address)

export const bird = address => async (machine, folder) => {
  const unit = shipped('bird/meridian-gate.service')
  const conf = join(folder, 'bird.conf')
  await writeFile(conf, at('bird/bird.conf', address))
  machine.run('sh', '-ec', 'mkdir -p /run/bird && chown bird:bird /run/bird')
  const daemon = machine.start('bird', '-f', '-u', 'bird', '-g', 'bird', '-c', conf)
  const [user, group] = [lineOf(unit, 'User'), lineOf(unit, 'Group')]
  const isUp = () => protocols(machine) !== undefined
  await until('BIRD is up', isUp, 200).catch(error => {
    throw new Error(`${error.message}: ${daemon.said} ${daemon.exitCode}`)
  })
  const gate = machine.start(...asUser(user, group, `exec ${lineOf(unit, 'ExecStart')}`))
  const ready = () => /^anycast +\S+ +\S+ +up/m.test(protocols(machine))
  return Object.assign([daemon, gate], { ready, gate })
}

/** What BIRD says of them; undefined where it does not listen yet. */
function protocols(machine) {
  try {
    return machine.run('birdc', 'show', 'protocols')
  } catch {
    return undefined
  }
}

/** As Debian's unit starts it. */
export const exabgp = address => async (machine, folder) => {
  const conf = join(folder, 'exabgp.conf')
  await writeFile(conf, at('exabgp/exabgp.conf', address))
  const daemon = machine.start(
    ...asUser(
      'exabgp',
      'exabgp',
      `exec env exabgp_daemon_daemonize=false exabgp_log_destination=stderr exabgp ${conf}`,
    ),
  )
  return Object.assign([daemon], { ready: () => /ready: /.test(daemon.said), gate: daemon })
}

/**
 * A router that puts what it learns into the routes of the proof.
 * @param neighbours the nearest first
 */
export async function startRouter(folder, address, neighbours) {
  const own = join(folder, 'router')
  await mkdir(own)
  const peer = (neighbour, i) => `protocol bgp {
  local ${address} as 64511;
  neighbor ${neighbour} as 64512;
  error wait time 1, 2;
  connect retry time 2;
  connect delay time 1;
  ipv4 { export none; import filter { bgp_local_pref = ${200 - i}; accept; }; };
}`
  await writeFile(
    join(own, 'bird.conf'),
    `router id ${address};
protocol device { }
protocol kernel { ipv4 { export all; import none; }; }
${neighbours.map(peer).join('\n')}
`,
  )
  start('bird', ['-f', '-c', join(own, 'bird.conf'), '-s', join(own, 'ctl'), '-P', join(own, 'pid')])
}
