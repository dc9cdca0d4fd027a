// Revisions and changes as the API shows them.

import { foretell } from '../operate/foretell.js'
import { perSecond } from '../operate/rates.js'
import { steersAlike } from '../operate/safety/touched.js'
import { compareLoaded } from '../traffic/compare.js'
import { type Change, formatChange } from '../traffic/diff.js'
import type { Revision } from '../traffic/revision-line.js'
import type { AppliedView, ChangeView, RevisionList } from './api-revision.js'
import type { Changed } from './change.js'
import type { AdminPort } from './port.js'

/** So many changes are told of in a list; the revision itself has the others. */
const SUMMARY = 3

export const changeView = (change: Change): ChangeView => ({ ...change, text: formatChange(change) })

/** `revisions` are oldest first, as they are kept. */
export function revisionList(revisions: readonly Revision[], before: number, limit: number): RevisionList {
  const older = revisions.filter(({ number }) => number < before)
  const page = older.slice(-limit).reverse()
  const next = page.at(-1)?.number
  return {
    revisions: page.map(({ changes, ...rest }) => ({
      ...describe(rest),
      summary: changes.slice(0, SUMMARY).map(formatChange),
    })),
    ...(older.length > page.length && next !== undefined ? { next } : {}),
  }
}

type Described = Omit<Revision, 'changes'>

/** Without keys that have no value. */
export function describe({ number, at, actor, reason, overrode, revision, note, changeCount }: Described) {
  return {
    number,
    at,
    actor,
    ...(reason === undefined ? {} : { reason }),
    ...(overrode === undefined ? {} : { overrode }),
    revision,
    ...(note === undefined ? {} : { note }),
    changeCount,
  }
}

export async function appliedView(changed: Changed, dryRun: boolean, port: AdminPort): Promise<AppliedView> {
  const { before, after, broken } = changed
  const { revisions } = port.store
  const number = dryRun ? undefined : revisions?.withHash(after.revision)?.number
  return {
    revision: after.revision,
    ...(number === undefined ? {} : { number }),
    dryRun,
    changes: compareLoaded(before, after).map(changeView),
    ...(dryRun ? { ...(await simulated(changed, port)), rules: broken } : {}),
  }
}

async function simulated({ before, after, made }: Changed, port: AdminPort): Promise<Pick<AppliedView, 'simulation'>> {
  const published = port.published()
  if (published === undefined || (made === undefined && !steersAlike(before.document, after.document))) return {}
  return { simulation: await foretell(published, after.document, made, perSecond(port.rates('15m'))) }
}
