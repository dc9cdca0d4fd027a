// After one change of some regions, none may be made for a while: what was done is to be seen before more is done.
import { formatDuration } from '../../traffic/duration.js'
import { meetsAny } from '../../traffic/region-glob.js'
import type { Objection } from './change.js'
import { onlyRecovers } from './touched.js'

export const wait: Objection<'wait'> = ({ ms, of }, { touched, regions, circumstances: { moves, now } }) => {
  const about = regions.filter(region => meetsAny(of, region)).map(({ id }) => id)
  // Undoing what went wrong must not have to wait.
  if (onlyRecovers(touched) || !about.some(id => touched.has(id))) return undefined
  const last = about.reduce<{ readonly id: string; readonly at: number } | undefined>((latest, id) => {
    const at = moves.get(id)
    return at === undefined || at <= (latest?.at ?? -Infinity) ? latest : { id, at }
  }, undefined)
  if (last === undefined || now - last.at >= ms) return undefined
  return {
    words: `${last.id} was changed ${seconds(now - last.at)} ago, and ${formatDuration(ms)} have to pass between changes`,
    remedy: `wait ${seconds(ms - (now - last.at))}`,
  }
}

/** Whole seconds, rounded up: who waits that long has waited long enough. */
const seconds = (ms: number): string => formatDuration(Math.max(1, Math.ceil(ms / 1000)) * 1000)
