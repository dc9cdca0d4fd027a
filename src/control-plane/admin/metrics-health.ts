// Regions, addresses and checks as metrics. Pure.
import type { Health } from '../health/health.js'
import type { Override } from '../operate/override.js'
import type { TrafficDocument } from '../traffic/document.js'
import { gauge, type Metric } from './exposition.js'

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
      checks.map(({ labels, up }) => ({ labels, value: Number(up) })),
    ),
    gauge(
      'check_duration_seconds',
      'How long the last probe took.',
      checks.flatMap(({ labels, lastMs }) => (lastMs === undefined ? [] : [{ labels, value: lastMs / 1000 }])),
    ),
  ]
}
