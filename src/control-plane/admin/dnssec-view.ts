// The signing of a zone as the API shows it, in presentation form. Pure.
import { SIGNING_ALGORITHMS } from '../../dns/dnssec-algorithms.js'
import { type DigestName, dsData } from '../../dns/dnssec-key.js'
import { formatName } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import { type Planned, waitsOf } from '../keys/advance.js'
import type { KeyState } from '../keys/key-states.js'
import { isNamed, type ParentSeen } from '../keys/parent-seen.js'
import { type Rollover, stagesOf } from '../keys/rollover.js'
import { rolesOf, sidesOf, stageOf } from '../keys/staged-keys.js'
import type { StoredKey } from '../keys/stored-key.js'
import type { SignatureCounts } from '../publish/publisher.js'
import type { Zone } from '../traffic/document/zone.js'
import type { DnssecView, ParentView, RolledView } from './api-dnssec.js'

const DIGESTS: readonly DigestName[] = ['SHA256', 'SHA384']

export type SignedZone = Pick<Zone, 'origin' | 'dnssec'>

/** What is known of the keys of a zone. */
export interface Keyed {
  readonly stored: readonly StoredKey[]
  readonly state: KeyState | undefined
  readonly calendar: readonly Planned[]
  /** Why its keys as they are now are not known here. */
  readonly unread?: string | undefined
  /** Why keys elsewhere could not sign. */
  readonly signerProblem?: string | undefined
  readonly cutOff?: { readonly since: number; readonly sureUntil: number } | undefined
}

export function dnssecView(
  { origin, dnssec }: SignedZone,
  { stored, state, calendar, unread, signerProblem, cutOff }: Keyed,
  { count, made, firstExpiration }: SignatureCounts,
  clockJump: number,
): DnssecView {
  const zone = formatName(origin)
  const own = dnssec === undefined ? [] : stored
  const rollover = dnssec === undefined ? undefined : state?.rollover
  const roles = rolesOf(own, rollover)
  return {
    zone,
    signed: dnssec !== undefined,
    keys: own.map(key => ({
      file: key.file,
      algorithm: SIGNING_ALGORITHMS.get(key.algorithm)!.name, // the store has no others
      keyTag: key.keyTag,
      role: roles.get(key.file)!, // each has one
      ...partOf(key, rollover),
      dnskey: `${zone} IN DNSKEY ${formatRdata(TYPE.DNSKEY, key.dnskey)}`,
    })),
    ds: wantedKeys(own, rollover).flatMap(key =>
      DIGESTS.map(digest => dsText(zone, dsData(origin, key.dnskey, digest))),
    ),
    ...(rollover === undefined || dnssec === undefined
      ? {}
      : { rollover: rolloverView(rollover, dnssec.propagation, calendar) }),
    ...(state?.last === undefined ? {} : { last: { kind: state.last.kind, at: moment(state.last.at) } }),
    ...(unread === undefined ? {} : { unread }),
    ...(signerProblem === undefined ? {} : { signerProblem }),
    ...(cutOff === undefined ? {} : { cutOff: { since: moment(cutOff.since), sureUntil: moment(cutOff.sureUntil) } }),
    signatures: {
      count,
      made,
      ...(Number.isFinite(firstExpiration) ? { firstExpiration: moment(firstExpiration) } : {}),
    },
    clockJump,
  }
}

const moment = (seconds: number): string => new Date(seconds * 1000).toISOString()

const dsText = (zone: string, rdata: Uint8Array): string => `${zone} IN DS ${formatRdata(TYPE.DS, rdata)}`

function partOf({ file }: StoredKey, rollover: Rollover | undefined): Pick<DnssecView['keys'][number], 'part'> {
  if (rollover?.old.includes(file) === true) return { part: 'leaves' }
  return rollover?.new.includes(file) === true ? { part: 'comes' } : {}
}

/** Those that the parent should have a DS of. */
function wantedKeys(stored: readonly StoredKey[], rollover: Rollover | undefined): readonly StoredKey[] {
  const { old, new: after } = sidesOf(stored, rollover)
  const wanted = rollover === undefined ? 'new' : stageOf(rollover).atParent
  switch (wanted) {
    case 'nothing':
      return []
    case 'old':
      return old.signsKeys
    case 'both':
      return [...new Set([...old.signsKeys, ...after.signsKeys])]
    case 'new':
    case 'unsaid':
      return after.signsKeys
  }
}

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
  actor: rollover.actor,
  reason: rollover.reason,
})

export const plannedView = ({ at, does, earliest }: Planned): RolledView['calendar'][number] => ({
  at: moment(at),
  does,
  earliest,
})

export function parentView({ origin }: SignedZone, { stored, state }: Keyed, seen: ParentSeen | undefined): ParentView {
  const zone = formatName(origin)
  const wanted = wantedKeys(stored, state?.rollover)
  const missing = seen === undefined ? [] : wanted.filter(key => !isNamed(origin, key, seen.everywhere))
  return {
    zone,
    standing: standingOf(origin, stored, seen),
    ds: (seen?.somewhere ?? []).map(rdata => dsText(zone, rdata)),
    missing: missing.map(({ dnskey }) => dsText(zone, dsData(origin, dnskey, 'SHA256'))),
  }
}

function standingOf(
  origin: Zone['origin'],
  stored: readonly StoredKey[],
  seen: ParentSeen | undefined,
): ParentView['standing'] {
  if (seen === undefined) return 'unknown'
  if (seen.somewhere.length === 0) return 'insecure'
  return stored.some(key => isNamed(origin, key, seen.everywhere)) ? 'secure' : 'broken'
}
