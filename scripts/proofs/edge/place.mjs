// A place of the edge: a machine with a node that answers with an address of its own, so that it can be told who answered.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { end, until } from '../fleet/process.mjs'
import { startMachine } from '../machines/machine.mjs'
import { install } from './shipped.mjs'

export const NAME = 'who.example.com'

/**
 * @param by what moves its address @param says the address that it answers with
 * @param daemon starts what moves the address or the route, and its gate, on a machine
 * @param more further addresses, each with its device
 */
export async function openPlace(folder, { name, by, address, says, daemon, more = [] }) {
  const own = join(folder, name)
  await mkdir(own)
  await writeFile(
    join(own, 'traffic.yaml'),
    `zones: { example.com: { nameservers: [ns.example.com], records: { ns: { type: A, data: ${address} }, who: { type: A, data: ${says} } } } }\n`,
  )
  await writeFile(
    join(own, 'server.yaml'),
    'listen: ["0.0.0.0:53"]\nadmin: { listen: "127.0.0.1:8053" }\nworkers: 1\ntraffic: traffic.yaml\nstate-directory: state\n',
  )
  let machine
  let node
  let told
  const place = {
    name,
    by,
    says,
    /** The machine comes up, with all that runs on it. */
    async boot() {
      machine = await startMachine(name, `${address}/24`)
      for (const [extra, device] of more) machine.run('ip', 'address', 'add', extra, 'dev', device)
      install(machine)
      await place.answer()
      told = await daemon(machine, own)
    },
    /** The node comes up. */
    async answer() {
      node = machine.start('/run/program/bin/meridian', 'serve', '--settings', join(own, 'server.yaml'))
      await until(`${name} answers`, () => {
        if (node.exitCode !== null) throw new Error(node.said)
        return /admin API on/.test(node.said)
      })
    },
    kill: () => end(node, 'SIGKILL'),
    powerOff: () => machine.powerOff(),
    /** Resolves when it would be given the address, or is. */
    ready: () => until(`${name} is ready`, () => told.ready(), 200),
    told: () => told,
  }
  await place.boot()
  return place
}
