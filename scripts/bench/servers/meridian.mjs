// Meridian itself, as `meridian serve` runs it.
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { REGIONS, staticAddress, TTL, ZONE, zoneFile } from '../world.mjs'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

export const TOKEN = 'bench'
const ADMIN_TRIES = 100
const ADMIN_PAUSE_MS = 50

/** The static records are in a zone file, as those of the other servers always are. */
const withZoneFile = ({ signed = false }) => `zones: { ${ZONE}: { file: example.zone, dnssec: ${signed} } }\n`

/** What the caller has set for a node of theirs is not for this one. */
const ENVIRONMENT = {
  MERIDIAN_TOKEN: TOKEN,
  MERIDIAN_DNS_PORT: '',
  MERIDIAN_ADMIN_PORT: '',
  MERIDIAN_STATE_DIR: '',
  MERIDIAN_UDP: '',
}

export const meridian = {
  name: 'meridian',
  program: process.execPath,
  answers: ['static', 'geo', 'geo-ecs', 'nxdomain', 'tcp', 'million', 'signed'],

  /** @param more settings that take the place of these */
  configure(folder, { port, adminPort, database, zone, workers, document, more = {} }) {
    if (zone?.inFile) writeFileSync(join(folder, 'example.zone'), zoneFile(zone))
    writeFileSync(join(folder, 'traffic.yaml'), document ?? (zone.inFile ? withZoneFile(zone) : trafficDocument(zone)))
    const settings = {
      traffic: 'traffic.yaml',
      'state-directory': 'state',
      listen: [`127.0.0.1:${port}`],
      workers,
      // Batches, unless who runs a proof wants to see it with the other.
      udp: process.env['MERIDIAN_UDP'] || 'batch',
      // As the others are: none of them limits its answers unless told to.
      'rate-limit': { 'per-second': 0 },
      // A date in the past is what the comparison is about: all use the same file.
      geo: { databases: database === undefined ? [] : [database], 'max-age-days': 1e6 },
      'log-level': 'warn',
      ...more,
      // It changes things more often than people do.
      admin: { listen: `127.0.0.1:${adminPort}`, 'changes-per-minute': 0, ...more.admin },
    }
    const file = join(folder, 'server.yaml')
    writeFileSync(file, JSON.stringify(settings)) // JSON is YAML
    return { command: process.execPath, words: [MAIN, 'serve', '--settings', file], env: ENVIRONMENT }
  },
}

/** Replaces the document of a node that runs; it is live within a second. */
export function replaceDocument(folder, text) {
  const written = join(folder, 'traffic.yaml.new')
  writeFileSync(written, text)
  renameSync(written, join(folder, 'traffic.yaml'))
}

/** @throws Error with the answer where it is not 200 */
export async function callAdmin({ adminPort }, method, path, body) {
  const response = await fetch(`http://127.0.0.1:${adminPort}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

/** The admin API listens a moment after the first answer. */
export async function untilAdmin(one) {
  for (let left = ADMIN_TRIES; ; left--) {
    try {
      return await callAdmin(one, 'GET', '/status')
    } catch (error) {
      if (left === 0) throw error
      await pause(ADMIN_PAUSE_MS)
    }
  }
}

/**
 * The common zone as a traffic document. `moved` shifts all regions by so many degrees, to have something to publish.
 * With `maps`, each of the first so many steered names leaves out a region of its own, and so has a map of its own.
 */
export function trafficDocument({ statics, steered, signed = false }, { moved = 0, maps = 1 } = {}) {
  const lines = ['regions:']
  for (const { id, latitude, longitude, address } of REGIONS)
    lines.push(`  ${id}: { location: [${latitude}, ${longitude + moved}], addresses: [${address}] }`)
  lines.push('zones:', `  ${ZONE}:`, `    nameservers: [ns1.${ZONE}]`, `    ttl: ${TTL}s`, '    records:')
  if (signed) lines.splice(-1, 0, '    dnssec: true')
  lines.push('      ns1: { type: A, data: 127.0.0.1 }')
  for (let i = 0; i < statics; i++) lines.push(`      s${i}: { type: A, data: ${staticAddress(i)} }`)
  for (let i = 0; i < steered; i++) {
    const fewer = maps > 1 && i < maps ? `, regions: [${idsWithout(i)}]` : ''
    lines.push(`      h${i}: { steer: nearest, ttl: ${TTL}s${fewer} }`)
  }
  return `${lines.join('\n')}\n`
}

/** The common regions, in the countries that they are in, and so many names for each of the policies, which `policy-0` and so on are called. */
export function policiesDocument(policies, names) {
  const lines = ['regions:']
  for (const [i, { id, latitude, longitude, address }] of REGIONS.entries())
    lines.push(
      `  ${id}: { location: [${latitude}, ${longitude}], addresses: [${address}], country: ${COUNTRIES[i]}, weight: ${i + 1} }`,
    )
  lines.push(
    'policies:',
    '  chain:',
    '    - geo',
    '    - latency: { within: 20ms }',
    '    - weight: { virginia: 5 }',
    '    - trickle: 1%',
    '  two: [distance, take: 2]',
    ...['zones:', `  ${ZONE}:`, `    nameservers: [ns1.${ZONE}]`, `    ttl: ${TTL}s`, '    records:'],
    '      ns1: { type: A, data: 127.0.0.1 }',
    '      s0: { type: A, data: 192.0.2.1 }',
  )
  for (const policy of policies)
    for (let i = 0; i < names; i++) lines.push(`      ${policy}-${i}: { steer: ${policy}, ttl: ${TTL}s }`)
  return `${lines.join('\n')}\n`
}

/** In the order of the regions. */
const COUNTRIES = 'US US US CA BR GB IE DE FR SE SG JP JP KR IN AU AE ZA HK BH'.split(' ')

const idsWithout = left => REGIONS.flatMap(({ id }, i) => (i === left ? [] : [id])).join(', ')
