// keepalived and its gate on a machine, from the files in deploy/.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asUser, lineOf, shipped } from './shipped.mjs'

export const VIRTUAL = '192.0.2.53'

/** @param priority as the file says it is to be set for each of the two */
export const keepalived = priority => async (machine, folder) => {
  const unit = shipped('keepalived/meridian-gate.service')
  const conf = join(folder, 'keepalived.conf')
  await writeFile(conf, shipped('keepalived/keepalived.conf').replace('priority 100', `priority ${priority}`))
  machine.run('sh', '-ec', 'mkdir -p /run/meridian-gate && chown nobody /run/meridian-gate')
  const inFolder = command => asUser('nobody', 'nogroup', `cd /run/meridian-gate && ${command}`)
  const gate = machine.start(...inFolder(`exec ${lineOf(unit, 'ExecStart')}`))
  const daemon = machine.start('keepalived', '--dont-fork', '--log-console', '--log-detail', '--vrrp', '-f', conf)
  const states = () => [...daemon.said.matchAll(/Entering (\w+) STATE/g)]
  return Object.assign([daemon, gate], {
    ready: () => ['BACKUP', 'MASTER'].includes(states().at(-1)?.[1]),
    /** The gate ends, however, and systemd does what the unit says then. */
    gateEnds: async () => {
      gate.kill('SIGKILL')
      await gate.gone
      machine.run(...inFolder(lineOf(unit, 'ExecStopPost').replace(/^\/bin\/sh -c "(.*)"$/, '$1')))
    },
    gate,
  })
}
