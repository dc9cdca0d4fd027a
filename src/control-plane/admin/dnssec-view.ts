// The signing of a zone as the API shows it, in presentation form. Pure.
import { formatName } from '../../dns/name.js'
import { type Planned, waitsOf } from '../keys/advance.js'
import { kindsFor } from '../keys/exchange.js'
import type { KeyState } from '../keys/key-states.js'
import type { ParentKnown } from '../keys/parents.js'
import { isReversible, type Rollover, stagesOf } from '../keys/rollover.js'
import type { StoredKey } from '../keys/stored-key.js'
import type { SignatureCounts } from '../publish/signing.js'
import type { Zone } from '../traffic/document/zone.js'
import type { DnssecView, RolledView, SignedZonesView } from './api-dnssec.js'
import type { ParentView } from './api-dnssec-parent.js'
import { isoTime } from './api-values.js'
import { dnssecAlarms } from './dnssec-alarms.js'
import { keyViews } from './key-view.js'
import { parentHas, wantedDs } from './parent-view.js'

export type SignedZone = Pick<Zone, 'origin' | 'dnssec'>

/** What is known of the keys of a zone. */
export interface Keyed {
  readonly stored: readonly StoredKey[]
  readonly state: KeyState | undefined
  readonly calendar: readonly Planned[]
  readonly parent: ParentKnown
  /** Why its keys as they are now are not known here. */
  readonly unread?: string | undefined
  /** Why keys elsewhere could not sign. */
  readonly signerProblem?: string | undefined
  readonly cutOff?: { readonly since: number; readonly sureUntil: number } | undefined
}

/** What is known of the node that signs. */
export interface Signing {
  readonly signatures: SignatureCounts
  readonly clockJump: number
  /** Seconds since 1970. */
  readonly now: number
}

export function dnssecView(
  zone: SignedZone,
  { stored, state, calendar, unread, signerProblem, cutOff, parent }: Keyed,
  { signatures, clockJump, now }: Signing,
): DnssecView {
  const { origin, dnssec } = zone
  const own = dnssec === undefined ? [] : stored
  const rollover = dnssec === undefined ? undefined : state?.rollover
  const view: Omit<DnssecView, 'alarms'> = {
    zone: formatName(origin),
    signed: dnssec !== undefined,
    keys: keyViews(origin, own, rollover, calendar),
    ds: wantedDs(zone, own, rollover),
    ...(rollover === undefined || dnssec === undefined
      ? {}
      : { rollover: rolloverView(rollover, dnssec.propagation, calendar) }),
    kinds: rollover === undefined ? kindsFor(own) : [],
    parent: parentHas(zone, own, rollover, parent),
    ...(state?.last === undefined ? {} : { last: { kind: state.last.kind, at: moment(state.last.at) } }),
    ...(unread === undefined ? {} : { unread }),
    ...(signerProblem === undefined ? {} : { signerProblem }),
    ...(cutOff === undefined ? {} : { cutOff: { since: moment(cutOff.since), sureUntil: moment(cutOff.sureUntil) } }),
    signatures: signaturesView(signatures),
    clockJump,
  }
  return { ...view, alarms: dnssecAlarms(view, rollover?.since, now) }
}

export const signaturesView = ({ count, made, firstExpiration }: SignatureCounts): DnssecView['signatures'] => ({
  count,
  made,
  ...(Number.isFinite(firstExpiration) ? { firstExpiration: moment(firstExpiration) } : {}),
})

/** One line of a list of all zones. */
export function signedView({
  zone,
  signed,
  keys,
  rollover,
  parent,
  alarms,
}: DnssecView): SignedZonesView['zones'][number] {
  const next = rollover?.calendar[1]
  return {
    zone,
    signed,
    algorithms: [...new Set(keys.map(({ algorithm }) => algorithm))],
    keys: keys.length,
    ...(rollover === undefined
      ? {}
      : {
          rollover: {
            kind: rollover.kind,
            stage: rollover.stage,
            stages: rollover.stages,
            ...(next === undefined ? {} : { next }),
          },
        }),
    parent: {
      standing: parent.standing,
      ...(parent.askedAt === undefined ? {} : { askedAt: parent.askedAt }),
    },
    alarms,
  }
}

const moment = (seconds: number): string => isoTime(seconds * 1000)

const rolloverView = (
  rollover: Rollover,
  propagation: number,
  calendar: readonly Planned[],
): NonNullable<DnssecView['rollover']> => ({
  kind: rollover.kind,
  emergency: rollover.emergency,
  stage: rollover.stage + 1,
  stages: stagesOf(rollover).length,
  waits: waitsOf(rollover, propagation).map(wait => ({
    for: wait.for,
    ...(wait.until === undefined ? {} : { until: moment(wait.until) }),
  })),
  calendar: calendar.map(plannedView),
  reversible: isReversible(rollover),
  actor: rollover.actor,
  reason: rollover.reason,
})

export const plannedView = ({ at, does, earliest }: Planned): RolledView['calendar'][number] => ({
  at: moment(at),
  does,
  earliest,
})

export const parentView = (zone: SignedZone, { stored, state, parent }: Keyed): ParentView => ({
  zone: formatName(zone.origin),
  ...parentHas(zone, stored, state?.rollover, parent),
})
