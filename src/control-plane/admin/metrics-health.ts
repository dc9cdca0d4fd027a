// Regions, addresses and checks as metrics. Pure.
import type { Health } from '../health/health.js'
import type { Override } from '../operate/override.js'
import type { TrafficDocument } from '../traffic/document.js'
import { counter, gauge, histogram, type Metric } from './exposition.js'
import type { AdminPort } from './port.js'

/** Seconds. */
const DAY = 86_400

export function healthMetrics(
  { regions }: TrafficDocument,
  health: Health,
  held: ReadonlyMap<string, Override>,
): readonly Metric[] {
  const addresses = [...health].flatMap(([region, all]) => all.map(one => ({ region, ...one })))
  const checks = addresses.flatMap(({ region, address, checks }) =>
    checks.map(check => ({ labels: { region, address, check: check.check }, ...check })),
  )
  return [
    gauge(
      'region_up',
      '1 while the address of the region passes its checks.',
      addresses.map(({ region, address, up }) => ({ labels: { region, address }, value: Number(up) })),
    ),
    gauge(
      'region_enabled',
      '0 while an operator has taken the region out.',
      [...regions.values()].map(({ id, enabled }) => ({ labels: { region: id }, value: Number(enabled) })),
    ),
    gauge(
      'region_override',
      '1 while an override holds for the region.',
      [...held].map(([region, { state }]) => ({ labels: { region, state }, value: 1 })),
    ),
    gauge(
      'check_up',
      '1 while the check of the address passes, after fall and rise.',
      checks.flatMap(({ labels, up, unavailable }) => (unavailable === true ? [] : [{ labels, value: Number(up) }])),
    ),
    gauge(
      'check_votes',
      'Nodes, or groups of them, that have a vote on the check of the address.',
      checks.flatMap(({ labels, votes }) => (votes === undefined ? [] : [{ labels, value: votes.of }])),
    ),
    gauge(
      'check_votes_up',
      'Those of them that see it up.',
      checks.flatMap(({ labels, votes }) => (votes === undefined ? [] : [{ labels, value: votes.ups }])),
    ),
    gauge(
      'check_outvoted',
      '1 while this node sees it otherwise than what counts.',
      checks.flatMap(({ labels, up, votes }) =>
        votes?.own === undefined ? [] : [{ labels, value: Number(votes.own !== up) }],
      ),
    ),
    gauge(
      'region_admitted_ratio',
      'Share of its clients that the region may have back after it was down; 1 is all.',
      addresses.map(({ region, address, admitted = 100 }) => ({ labels: { region, address }, value: admitted / 100 })),
    ),
    gauge(
      'check_certificate_seconds',
      'Seconds until the certificate ends that the check was shown.',
      checks.flatMap(({ labels, certificateDays }) =>
        certificateDays === undefined ? [] : [{ labels, value: certificateDays * DAY }],
      ),
    ),
    gauge(
      'check_held',
      '1 while the check is held down for having gone down too often.',
      checks.map(({ labels, heldUntil }) => ({ labels, value: Number(heldUntil !== undefined) })),
    ),
    gauge(
      'check_duration_seconds',
      'How long the last probe took.',
      checks.flatMap(({ labels, lastMs }) => (lastMs === undefined ? [] : [{ labels, value: lastMs / 1000 }])),
    ),
  ]
}

export function proberMetrics({ prober, webhooks }: Pick<AdminPort, 'prober' | 'webhooks'>): readonly Metric[] {
  const { targets, running, waiting, passed, failed, lateMs, queuedMs, restarts, suspicions, durations } =
    prober.state()
  const { delivered, dead, waiting: undelivered } = webhooks()
  return [
    gauge('probe_targets', 'What is probed: each check of each address once.', [{ value: targets }]),
    counter('probes_total', 'Probes that have ended.', [
      { labels: { result: 'passed' }, value: passed },
      { labels: { result: 'failed' }, value: failed },
    ]),
    histogram('probe_duration_seconds', 'How long probes took, by how they ended.', durations),
    gauge('probes_running', 'Probes that run.', [{ value: running }]),
    gauge('probes_waiting', 'Probes that wait for others to end.', [{ value: waiting }]),
    gauge('probe_lateness_seconds', 'The most that a probe of the last minute began after it was due.', [
      { value: lateMs / 1000 },
    ]),
    gauge('probe_queued_seconds', 'The most that a probe of the last minute waited for others to end.', [
      { value: queuedMs / 1000 },
    ]),
    counter('prober_restarts_total', 'How often the thread that probes died and was replaced.', [{ value: restarts }]),
    gauge(
      'prober_suspect',
      '1 while the prober takes failures for its own, and holds what was known.',
      ([4, 6] as const).map(family => ({
        labels: { family: String(family) },
        value: Number(suspicions.some(suspicion => suspicion.family === family)),
      })),
    ),
    counter('webhooks_total', 'Messages about changes to others, by what became of them.', [
      { labels: { result: 'delivered' }, value: delivered },
      { labels: { result: 'dead' }, value: dead },
    ]),
    gauge('webhooks_waiting', 'Messages that wait to be delivered.', [{ value: undelivered }]),
  ]
}
