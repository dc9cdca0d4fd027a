// What the environment changes in a node's settings: MERIDIAN_DNS_PORT, MERIDIAN_ADMIN_PORT, MERIDIAN_STATE_DIR, MERIDIAN_UDP.
import { resolve } from 'node:path'
import type { Settings } from '../settings.js'

const TRANSPORTS = ['auto', 'batch', 'dgram'] as const satisfies readonly Settings['udp'][]

/** @throws Error naming the variable that makes no sense */
export function applyEnvironment(settings: Settings, environment: NodeJS.ProcessEnv = process.env): Settings {
  const dns = port(environment, 'MERIDIAN_DNS_PORT')
  const admin = port(environment, 'MERIDIAN_ADMIN_PORT')
  const state = environment['MERIDIAN_STATE_DIR']
  return {
    ...settings,
    listen: dns === undefined ? settings.listen : settings.listen.map(endpoint => ({ ...endpoint, port: dns })),
    admin:
      admin === undefined ? settings.admin : { ...settings.admin, listen: { ...settings.admin.listen, port: admin } },
    udp: transport(environment, 'MERIDIAN_UDP') ?? settings.udp,
    stateDirectory: state === undefined || state === '' ? settings.stateDirectory : resolve(state),
  }
}

function transport(environment: NodeJS.ProcessEnv, name: string): Settings['udp'] | undefined {
  const text = environment[name]
  if (text === undefined || text === '') return undefined
  const known = TRANSPORTS.find(one => one === text)
  if (known === undefined) throw new Error(`${name} is "${text}"; ${TRANSPORTS.join(', ')} are known`)
  return known
}

function port(environment: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = environment[name]
  if (text === undefined || text === '') return undefined
  const number = Number(text)
  if (!/^[0-9]+$/.test(text) || number < 1 || number > 65535)
    throw new Error(`${name} is "${text}"; a port from 1 to 65535 is expected`)
  return number
}
