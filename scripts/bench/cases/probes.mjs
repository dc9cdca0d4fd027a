// 10,000 HTTP checks at ten seconds: what they cost, and whether each comes when it is due and apart from the others.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pinned } from '../cores.mjs'
import { between, cpu, family, residentMb } from '../measure.mjs'
import { meridian } from '../servers/meridian.mjs'
import { startServer } from '../start.mjs'
import { ZONE } from '../world.mjs'

const REGIONS = 100
const ADDRESSES = 100
const INTERVAL_S = 10
const SETTLE_S = 30
const SECONDS = 30
const LIMIT_MS = 120_000
const TARGET = fileURLToPath(new URL('../target.mjs', import.meta.url))

export const probes = {
  what: '10,000 HTTP checks at an interval of 10 s',

  async run({ database }) {
    const [program, words] = pinned([1], process.execPath, [TARGET])
    const target = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    try {
      const [{ port }] = await once(target, 'message')
      const zone = { statics: 1, steered: 1 }
      const one = await startServer(meridian, {
        database,
        zone,
        document: document(port),
        workers: 1,
        limitMs: LIMIT_MS,
      })
      try {
        await pause(SETTLE_S * 1000)
        target.send('begin')
        const pids = family(one.pid)
        const before = cpu(pids)
        const start = performance.now()
        await pause(SECONDS * 1000)
        const cores = between(before, cpu(pids)) / 1000 / (performance.now() - start)
        const memory = residentMb(pids)
        target.send('report')
        const [seen] = await once(target, 'message')
        const measure = (what, value, unit) => ({ case: 'probes', server: 'meridian', what, value, unit })
        return {
          rows: [],
          measures: [
            measure('CPU of 10,000 checks', cores, 'cores'),
            measure('probes a second', seen.probes / SECONDS, '/s'),
            measure('targets probed', seen.targets, ''),
            ...[0.5, 0.99, 0.999].map(share =>
              measure(
                `lateness against the interval, ${share * 100} % of probes at most`,
                lateness(seen.gaps, share),
                'ms',
              ),
            ),
            measure('longest gap between two probes, beyond the interval', seen.longestGapMs - INTERVAL_S * 1000, 'ms'),
            measure('busiest 100 ms, against the mean', seen.busiest, '×'),
            measure('memory with 10,000 checks', memory, 'MB'),
          ],
        }
      } finally {
        await one.stop()
      }
    } finally {
      target.disconnect()
    }
  },
}

/** How far such a share of the gaps between two probes of an address is off the interval at most, early or late, ms. */
function lateness(gaps, share) {
  const off = gaps.map(gap => Math.abs(gap - INTERVAL_S * 1000)).sort((a, b) => a - b)
  return off[Math.min(off.length - 1, Math.floor(off.length * share))] ?? Number.NaN
}

function document(port) {
  const lines = [
    'checks:',
    `  web: { type: http, port: ${port}, path: /, interval: ${INTERVAL_S}s, timeout: 4s }`,
    'regions:',
  ]
  for (let region = 0; region < REGIONS; region++) {
    const addresses = Array.from({ length: ADDRESSES }, (_, i) => `127.1.${region}.${i + 1}`)
    lines.push(`  r${region}: { location: [0, ${region}], addresses: [${addresses.join(', ')}], checks: [web] }`)
  }
  lines.push('zones:', `  ${ZONE}:`, `    nameservers: [ns1.${ZONE}]`, '    records:')
  lines.push(
    '      ns1: { type: A, data: 127.0.0.1 }',
    '      s0: { type: A, data: 192.0.2.1 }',
    '      h0: { steer: nearest }',
  )
  return `${lines.join('\n')}\n`
}
