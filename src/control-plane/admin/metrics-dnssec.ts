// What a node tells Prometheus of signed zones.
import { formatName } from '../../dns/name.js'
import { standingOf } from '../keys/parent-seen.js'
import type { TrafficDocument } from '../traffic/document.js'
import { counter, gauge, type Metric } from './exposition.js'
import type { DnssecPort } from './port.js'

export function dnssecMetrics(
  { keys, parents, signatures, jump, cutOff, signerProblem }: DnssecPort,
  { zones }: TrafficDocument,
): readonly Metric[] {
  const { count, made, firstExpiration } = signatures()
  const expires = Number.isFinite(firstExpiration) ? [{ value: firstExpiration }] : []
  return [
    gauge('dnssec_signatures', 'Signatures that answers of signed zones can have.', [{ value: count }]),
    counter('dnssec_signatures_made_total', 'Signatures that were made.', [{ value: made }]),
    gauge('dnssec_first_expiration_seconds', 'When the first of them expires, in seconds since 1970.', expires),
    gauge(
      'dnssec_clock_jump_seconds',
      'By how much the clock of the system has jumped since the start; 0 where it has not.',
      [{ value: jump() }],
    ),
    gauge(
      'dnssec_parent_broken',
      '1 where no DS of the parent leads to a key of the zone, as it was last seen; 0 where one does.',
      [...zones.values()].flatMap(({ origin, dnssec }) => {
        const { seen } = parents.of({ origin })
        if (dnssec === undefined || seen === undefined) return []
        const standing = standingOf(origin, keys.storedOf(origin), seen)
        if (standing === 'insecure') return []
        return [{ labels: { zone: formatName(origin) }, value: Number(standing === 'broken') }]
      }),
    ),
    gauge(
      'dnssec_signer_failed',
      '1 while the command that signs with keys elsewhere does not do so; signatures that are still good are served.',
      [{ value: Number(signerProblem() !== undefined) }],
    ),
    gauge(
      'dnssec_keys_unread',
      'Zones whose keys have changed in the fleet, and cannot be read here: those from before sign.',
      [{ value: keys.unreadCount() }],
    ),
    gauge(
      'dnssec_keys_sure_until_seconds',
      'While a node hears nothing of its fleet: until when its keys surely go with those of the others, in seconds since 1970.',
      [...zones.values()].flatMap(zone => {
        const off = cutOff(zone)
        return off === undefined ? [] : [{ labels: { zone: formatName(zone.origin) }, value: off.sureUntil }]
      }),
    ),
  ]
}
