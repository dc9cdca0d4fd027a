// A check as it stands by the votes of a fleet, whatever this node sees itself. Pure.
import type { CheckHealth } from './health.js'
import type { Judgement } from './quorum.js'
import type { Standing } from './verdict.js'

/** What this node sees stays beside what counts. `since` is epoch ms: when the judgement took its present value. */
export function overrule({ health, since }: Standing, judgement: Judgement, judgedSince: number): Standing {
  const { up, basis, ups, of, changeInMs } = judgement
  const own = health.unavailable === true ? {} : { own: health.up }
  const votes = { basis, ups, of, ...own }
  if (health.unavailable !== true && health.up === up)
    return { health: { ...health, changeInMs, votes }, ...(since === undefined ? {} : { since }) }
  const { failingSince: _, heldUntil: __, unavailable: ___, ...rest } = health
  const against: CheckHealth = { ...rest, up, run: 0, changeInMs, votes }
  return {
    health: up ? against : { ...against, failingSince: judgedSince, lastError: downWords(judgement) },
    since: judgedSince,
  }
}

const downWords = ({ basis, ups, of }: Judgement): string =>
  basis === 'held' ? 'it was down when votes were heard last' : `by vote: ${of - ups} of ${of} see it down`
