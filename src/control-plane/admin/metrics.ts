// What a node tells Prometheus: every metric there is, by name.
import { isUnderWay } from '../operate/drill.js'
import { counter, gauge, histogram, type Metric, type Sample } from './exposition.js'
import { dnssecMetrics } from './metrics-dnssec.js'
import { fleetMetrics } from './metrics-fleet.js'
import { healthMetrics, proberMetrics } from './metrics-health.js'
import { sampleMetrics } from './metrics-samples.js'
import { trafficMetrics } from './metrics-traffic.js'
import type { AdminPort } from './port.js'

/** What is read outside of the port when metrics are asked for. */
export interface Instant {
  /** Epoch ms. */
  readonly now: number
  readonly residentBytes: number
  /** User and system time of the process, in seconds. */
  readonly cpuSeconds: number
}

/** All metrics of a node. Pure but for what the port tells. */
export const collectMetrics = (port: AdminPort, instant: Instant): readonly Metric[] => [
  ...trafficMetrics(port.counts()),
  ...healthMetrics(port.store.current().document, port.health(), port.overrides.holding()),
  ...proberMetrics(port),
  gauge('drills_under_way', '1 while a drill moves clients or injects a fault.', [
    { value: port.drills.list().filter(({ drill }) => isUnderWay(drill)).length },
  ]),
  ...sampleMetrics(port.samples),
  ...loadMetrics(port, instant.now),
  ...snapshotMetrics(port, instant.now),
  ...fleetMetrics(port.fleet(), instant.now),
  ...dnssecMetrics(port.dnssec, port.store.current().document),
  counter(
    'telemetry_total',
    'Spans, and readings of all metrics, that were sent to the collector, or lost.',
    port.telemetry().flatMap(({ signal, sent, lost }) => [
      { labels: { signal, result: 'sent' }, value: sent },
      { labels: { signal, result: 'lost' }, value: lost },
    ]),
  ),
  histogram('api_request_duration_seconds', 'How long requests to the API took.', port.requests.list()),
  ...processMetrics(port, instant),
]

/** What to read beside the port, now. */
export function thisInstant(): Instant {
  const { user, system } = process.cpuUsage()
  return { now: Date.now(), residentBytes: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 }
}

function loadMetrics({ loads, balance, latency }: AdminPort, now: number): readonly Metric[] {
  const all = loads.list(now)
  const tables = latency.list()
  const learned = tables.flatMap(({ name, learned }) => (learned === undefined ? [] : [{ name, ...learned }]))
  return [
    gauge(
      'region_load_ratio',
      'The load of the region that policies go by; 1 is its capacity.',
      all.map(({ region, inForce }) => ({ labels: { region }, value: inForce })),
    ),
    gauge(
      'region_load_stale',
      '1 while the region has not reported its load for too long.',
      all.map(({ region, stale }) => ({ labels: { region }, value: Number(stale) })),
    ),
    gauge(
      'balance_elsewhere_ratio',
      'The share of what is asked of policies that balance that goes elsewhere than by these alone.',
      [balance()].flatMap(facts => (facts === undefined ? [] : [{ value: facts.elsewhere }])),
    ),
    gauge(
      'latency_networks',
      'Client networks that a learned latency table knows something of.',
      learned.map(({ name, networks }) => ({ labels: { table: name }, value: networks })),
    ),
    counter(
      'latency_samples_total',
      'Round-trip times that were reported to a latency table.',
      learned.map(({ name, samples }) => ({ labels: { table: name }, value: samples })),
    ),
    counter(
      'latency_evicted_total',
      'Client networks that made room for others in a latency table.',
      learned.map(({ name, evicted }) => ({ labels: { table: name }, value: evicted })),
    ),
    gauge(
      'latency_held',
      '1 while the newest file of a latency table, or what it has learned of late, is held back.',
      tables.map(({ name, held }) => ({ labels: { table: name }, value: Number(held !== undefined) })),
    ),
  ]
}

function snapshotMetrics(port: AdminPort, now: number): readonly Metric[] {
  const published = port.published()
  const once = (value: (of: NonNullable<typeof published>) => number): readonly Sample[] =>
    published === undefined ? [] : [{ value: value(published) }]
  return [
    gauge(
      'snapshot_version',
      'Version of the snapshot that queries are answered from.',
      once(({ snapshot }) => snapshot.version),
    ),
    gauge(
      'snapshot_age_seconds',
      'Age of that snapshot.',
      once(({ at }) => Math.max(0, now - at) / 1000),
    ),
    gauge(
      'snapshot_widened',
      '1 when scopes are as wide as they can be.',
      once(({ widened }) => Number(widened)),
    ),
    gauge(
      'document_refused',
      '1 while the traffic document is broken where it is kept, and the last good one serves.',
      [{ value: Number(port.store.refused() !== undefined) }],
    ),
    gauge(
      'geo_database_age_seconds',
      'Age of the data of a geo database.',
      port.databases().map(({ file, ageDays }) => ({ labels: { file }, value: ageDays * 86_400 })),
    ),
  ]
}

function processMetrics(port: AdminPort, { residentBytes, cpuSeconds }: Instant): readonly Metric[] {
  const { meanMs, p99Ms, maxMs } = port.eventLoopLag()
  return [
    gauge('event_loop_lag_p99_seconds', 'How late the event loop of the control plane was, but for one time in 100.', [
      { value: p99Ms / 1000 },
    ]),
    gauge('event_loop_lag_max_seconds', 'How late it was at most.', [{ value: maxMs / 1000 }]),
    gauge('event_loop_lag_mean_seconds', 'How late it was on average.', [{ value: meanMs / 1000 }]),
    gauge('process_resident_memory_bytes', 'Resident memory of the process.', [{ value: residentBytes }]),
    counter('process_cpu_seconds_total', 'User and system time of the process.', [{ value: cpuSeconds }]),
    gauge('build_info', 'Always 1; the release is in the label.', [{ labels: { version: port.release }, value: 1 }]),
  ]
}
