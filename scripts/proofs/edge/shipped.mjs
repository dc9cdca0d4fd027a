// The files of deploy/ as they are run by the proof, and the program where those who are not root can read it.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** Where the program lies on a machine of the proof. */
const PROGRAM = '/run/program'

export const shipped = path => readFileSync(new URL(`../../../deploy/${path}`, import.meta.url), 'utf8')

/** A line of a unit, by its key. */
export const lineOf = (unit, key) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)[1]

/** Puts the program there, with its name on the path. Folders above a checkout are often closed to others, so each part is mounted. */
export function install(machine) {
  const sh = script => machine.run('sh', '-ec', script)
  for (const part of ['dist', 'node_modules', 'geo-data'])
    sh(`mkdir -p ${PROGRAM}/${part} && mount --bind '${ROOT}${part}' ${PROGRAM}/${part}`)
  sh(
    `cp '${ROOT}package.json' ${PROGRAM} && touch ${PROGRAM}/node && mount --bind '${process.execPath}' ${PROGRAM}/node`,
  )
  sh(`mkdir ${PROGRAM}/bin && ln -s ../node ${PROGRAM}/bin/node && ln -s ../dist/main.js ${PROGRAM}/bin/meridian`)
}

/** A command of a unit, as systemd runs it: as somebody who may do nothing but this. */
export const asUser = (user, group, command) => [
  'setpriv',
  ...[
    `--reuid=${user}`,
    `--regid=${group}`,
    '--clear-groups',
    '--no-new-privs',
    '--bounding-set=-all',
    '--inh-caps=-all',
  ],
  ...['env', '-i', `PATH=${PROGRAM}/bin:/usr/sbin:/usr/bin:/sbin:/bin`],
  ...['sh', '-c', command],
]
