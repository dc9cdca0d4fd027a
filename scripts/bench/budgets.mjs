// What Meridian has promised itself, against what this run has shown. Only what was measured is judged.
import { hasThreeCores } from './cases/two-workers.mjs'

/** Rows of { what, budget, value, met, distance }: `distance` says by how much a budget is missed, as a share of it. */
export function judge({ rows, measures }) {
  const row = (name, server = 'meridian') => rows.find(one => one.case === name && one.server === server)
  const measured = what => measures.find(one => one.server === 'meridian' && one.what === what)?.value
  const verdicts = []
  const atMost = (what, limit, value, unit) => {
    if (value === undefined || Number.isNaN(value)) return
    const budget = `≤ ${limit} ${unit}`.trimEnd()
    verdicts.push({ what, budget, value: shown(value, unit), met: value <= limit, distance: overshoot(value, limit) })
  }
  const against = (name, what, server, limit) => {
    const [ours, theirs] = [row(name)?.cpu_us_per_answer, row(name, server)?.cpu_us_per_answer]
    atMost(`CPU per answer, ${what}`, limit, ours / theirs, `× ${NAMES[server]}`)
  }
  for (const [server, limit] of [
    ['gdnsd', 0.95],
    ['knot', 0.6],
    ['powerdns', 0.1],
    ['echo', 1.2],
  ])
    against('geo-ecs', 'geo with ECS', server, limit)
  for (const [server, limit] of [
    ['gdnsd', 0.98],
    ['echo', 1.1],
  ])
    against('geo', 'geo without ECS', server, limit)
  atMost(
    'CPU per answer, signatures asked for',
    1.25,
    row('geo-ecs-do')?.cpu_us_per_answer / row('geo-ecs-signed')?.cpu_us_per_answer,
    '× without them',
  )
  atMost(
    '100,000 names signed, start to first answer',
    20,
    ms(measured('100,000 names signed, start to first answer')),
    's',
  )
  atMost(
    'CPU per answer, everything on',
    1.05,
    row('extras-all')?.cpu_us_per_answer / row('extras-off')?.cpu_us_per_answer,
    '× everything off',
  )
  workers(row('one-worker'), row('two-workers'), verdicts, atMost)
  atMost('p99 at half of saturation, in quiet', 1, ms(row('latency')?.p99_us), 'ms')
  atMost('p99 at half of saturation, with 20 publishes a second', 1, ms(row('latency-publishes')?.p99_us), 'ms')
  atMost('p99 at half of saturation, while City maps are published', 1, ms(row('latency-storm')?.p99_us), 'ms')
  atMost(
    'a region taken out → first changed answer, 20 maps',
    50,
    measured('order to first changed answer, slowest'),
    'ms',
  )
  atMost(
    'lost or wrong meanwhile',
    0,
    measured('lost during the swaps') + measured('wrong during the swaps'),
    'queries',
  )
  atMost('cold start → first answer, City v4+v6', 5, ms(measured('cold start to first answer')), 's')
  atMost('warm start → first answer, City v4+v6', 1, ms(measured('warm start to first answer')), 's')
  const big = measures.filter(one => one.case === 'million' && one.server === 'meridian')
  atMost('a million records: start to first answer', 10, ms(big.find(one => one.unit === 'ms')?.value), 's')
  atMost('a million records: memory a record', 250, big.find(one => one.unit === 'bytes')?.value, 'bytes')
  atMost(
    'a million records: CPU per answer',
    1.1,
    row('million')?.cpu_us_per_answer / row('static')?.cpu_us_per_answer,
    '× a thousand',
  )
  const rate = measured('probes a second')
  // What is not done costs nothing: the CPU time counts only if the probes came.
  if (rate !== undefined)
    verdicts.push({
      what: '10,000 HTTP checks at 10 s',
      budget: '≥ 990 /s',
      value: shown(rate, '/s'),
      met: rate >= 990,
      distance: rate >= 990 ? 0 : 1 - rate / 990,
    })
  atMost('their CPU', 0.5, measured('CPU of 10,000 checks'), 'cores')
  atMost('latest probe', 1000, measured('longest gap between two probes, beyond the interval'), 'ms')
  atMost(
    'memory, City v4+v6, three maps, two workers',
    500,
    measured('resident, bundled City v4+v6, three maps, two workers'),
    'MB',
  )
  return verdicts
}

const NAMES = { gdnsd: 'gdnsd', knot: 'Knot geoip', powerdns: 'PowerDNS geoip', echo: 'the C echo' }

function workers(one, two, verdicts, atMost) {
  if (one === undefined || two === undefined) return
  const gain = two.qps / one.qps
  if (hasThreeCores) {
    const [what, budget] = ['second worker on a second core', '≥ 1.8 × one worker']
    verdicts.push({
      what,
      budget,
      value: shown(gain, '×'),
      met: gain >= 1.8,
      distance: gain >= 1.8 ? 0 : 1 - gain / 1.8,
    })
  } else
    atMost('CPU per answer of two workers on one core', 1.05, two.cpu_us_per_answer / one.cpu_us_per_answer, '× one')
}

const ms = value => value / 1000
const shown = (value, unit) => `${value >= 100 ? value.toFixed(0) : value.toFixed(2)} ${unit.split(' ')[0]}`.trimEnd()
const overshoot = (value, limit) => (value <= limit ? 0 : limit === 0 ? Number.POSITIVE_INFINITY : value / limit - 1)
