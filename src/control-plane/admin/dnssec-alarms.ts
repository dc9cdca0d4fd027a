// What somebody has to do something about in how a zone is signed, in sentences. Pure.

import type { DnssecView } from './api-dnssec.js'
import { isoTime } from './api-values.js'

const DAY = 86_400
/** Signatures are made anew before there is less left, seconds. */
const LEAST_LEFT = 4 * DAY
/** A parent that reads CDS, or a person, has done what is asked for by then, seconds. */
const PATIENCE = DAY

/**
 * @param since when the stage of the rollover began, seconds since 1970, as `now`
 */
export function dnssecAlarms(
  view: Pick<
    DnssecView,
    'unread' | 'signerProblem' | 'cutOff' | 'clockJump' | 'signatures' | 'parent' | 'rollover' | 'signed'
  >,
  since: number | undefined,
  now: number,
): readonly string[] {
  const { unread, signerProblem, cutOff, clockJump, parent, rollover } = view
  const { firstExpiration } = view.signatures
  const waitsForParent = rollover?.waits.some(wait => wait.for === 'parent' && wait.until === undefined) === true
  const alarms = [
    parent.standing === 'broken' &&
      'no DS of the parent leads to a key of the zone: resolvers that validate give no answer',
    waitsForParent &&
      since !== undefined &&
      now - since > PATIENCE &&
      `the parent is waited for since ${isoTime(since * 1000)}: it has not the DS that it is asked for`,
    unread !== undefined && `its keys have changed and cannot be read here: ${unread}`,
    signerProblem !== undefined &&
      `keys elsewhere could not sign, signatures that are still good are served: ${signerProblem}`,
    cutOff !== undefined &&
      `nothing is heard of the fleet since ${cutOff.since}: others may exchange the keys, and answers of this node be bogus from ${cutOff.sureUntil} on`,
    clockJump !== 0 && `the clock of the system has jumped by ${Math.round(clockJump)} s: set it right, and restart`,
    firstExpiration !== undefined &&
      Date.parse(firstExpiration) / 1000 - now < LEAST_LEFT &&
      `signatures are not made anew: the first expires at ${firstExpiration}`,
  ]
  return view.signed ? alarms.filter(alarm => alarm !== false) : []
}
