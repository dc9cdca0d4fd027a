// Revisions and changes of the document as lines for people.
import type { AppliedView, ChangeView, RevisionList, RevisionView } from '../control-plane/admin/api.js'
import { formatMoves, ruleLine } from './consequence.js'
import { printable, table } from './table.js'

/** To the second: `2026-03-01 09:30:05Z`. */
export const moment = (time: string): string => time.replace(/^(.{10})T(.{8}).*$/, '$1 $2Z')

export function formatHistory({ revisions, next }: RevisionList): string {
  if (revisions.length === 0) return 'no revisions are kept'
  const rows = revisions.map(({ number, at, actor, reason, overrode, note, changeCount, summary }) => {
    const more = changeCount > summary.length ? [`and ${changeCount - summary.length} more`] : []
    const rules = overrode === undefined ? [] : [`overrode ${overrode.join(', ')}`]
    const what = [...summary, ...more, ...(note === undefined ? [] : [note]), ...rules].join('; ')
    return [String(number), moment(at), actor, reason === undefined ? what : `${reason} (${what})`]
  })
  const lines = table([['REVISION', 'WHEN', 'WHO', 'WHY, AND WHAT'], ...rows], ['right', 'left', 'left', 'left'])
  return [...lines, ...(next === undefined ? [] : [`older ones: meridian history --before ${next}`])].join('\n')
}

export function formatRevision({
  number,
  at,
  actor,
  reason,
  revision,
  note,
  overrode,
  current,
  changes,
  changeCount,
}: RevisionView) {
  const why = reason === undefined ? '' : `: ${reason}`
  const left = changeCount - changes.length
  return [
    printable(`revision ${number} (${revision})${current ? ', which is served' : ''}`),
    printable(`${moment(at)}, ${actor}${why}`),
    ...(note === undefined ? [] : [printable(note)]),
    ...(overrode === undefined ? [] : [`overrode the safety rules ${printable(overrode.join(', '))}`]),
    ...formatChanges(changes),
    ...(left > 0 ? [`and ${left} more: meridian diff ${number - 1} ${number}`] : []),
  ].join('\n')
}

export const formatChanges = (changes: readonly ChangeView[]): readonly string[] =>
  changes.map(({ text }) => printable(`  ${text}`))

/** `done` is what has happened, in a word. */
export function formatApplied(applied: AppliedView, done: string): string {
  const { number, dryRun, changes, revision, simulation, rules = [] } = applied
  if (changes.length === 0 && dryRun) return 'nothing would mean something else than now'
  const broken =
    rules.length === 0 ? [] : ['it would be refused:', ...rules.map(rule => printable(`  ${ruleLine(rule)}`))]
  const moves = simulation === undefined ? [] : formatMoves(simulation)
  const told = moves.length === 0 ? [] : ['and so:', ...moves.map(line => `  ${line}`)]
  if (dryRun) return ['this would change:', ...formatChanges(changes), ...told, ...broken].join('\n')
  const which = number === undefined ? revision : `revision ${number}`
  const undo = number === undefined || number < 2 ? '' : `; to undo: meridian rollback ${number - 1}`
  if (changes.length === 0) return `${done}: ${which}; it means the same as before`
  return [`${done}: ${which}${undo}`, ...formatChanges(changes)].join('\n')
}
