// What the simulated fleet serves: a name whose text each edit makes anew from the one before, and one that is steered to four regions.
import { createHash } from 'node:crypto'
import { REGIONS } from './names.mjs'

export const addressOf = region => `192.0.2.${region.slice(1)}`
export const regionAt = address => `r${address.split('.')[3]}`

/** The text that an edit leaves: its own number, and a digest of all that came before, so that none can be left out. */
export const chained = (id, before) => `${id}:${createHash('sha256').update(before).digest('hex').slice(0, 16)}`

export const FIRST_LINK = '0:begin'
export const CHAIN_PATH = ['zones', 'example.com', 'records', 'chain']
export const chainRecord = text => [{ type: 'TXT', data: text }]

/** How regions are probed and judged in one world. */
export const RHYTHM = { intervalMs: 120_000, timeoutMs: 3000, fall: 3, rise: 2 }

/** @param votes the rule of the world: `quorum`, and `hold` in ms */
export const firstDocument = ({ quorum, holdMs }) => `checks:
  api:
    type: http
    port: 80
    path: /
    interval: ${RHYTHM.intervalMs / 1000}s
    timeout: ${RHYTHM.timeoutMs / 1000}s
    fall: ${RHYTHM.fall}
    rise: ${RHYTHM.rise}
    votes: { quorum: ${quorum}${holdMs > 0 ? `, hold: ${holdMs / 1000}s` : ''} }
regions:
${REGIONS.map(id => `  ${id}: { addresses: [${addressOf(id)}], checks: [api] }`).join('\n')}
policies:
  first: [{ tier: [${REGIONS.map(id => `[${id}]`).join(', ')}] }]
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: [{ type: A, data: 198.51.100.1 }]
      chain: [{ type: TXT, data: "${FIRST_LINK}" }]
      www: [{ steer: first, ttl: { min: 1s, max: 60s } }]
`
