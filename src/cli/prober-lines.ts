// What somebody who looks at health should know of the prober itself, in words; nothing where all is well.
import type { StatusView } from '../control-plane/admin/api.js'
import { moment } from './revision.js'

/** Probes that wait for less, ms, delay no verdict that anybody would notice. */
const WORTH_SAYING_MS = 100

export function proberLines({ suspicions, queuedMs, waiting }: StatusView['prober']): readonly string[] {
  const doubts = suspicions.map(
    ({ family, since, silent, of }) =>
      `the prober suspects itself on IPv${family} since ${moment(since)}: ${silent} of ${of} fell silent at once, and what they were is held`,
  )
  const now = waiting === 0 ? '' : `, ${waiting} wait now`
  const queue =
    queuedMs < WORTH_SAYING_MS
      ? []
      : [
          `probes of the last minute waited for others to end, up to ${(queuedMs / 1000).toFixed(1)} s${now}: see health.probes-per-address and health.probes in the settings`,
        ]
  const lines = [...doubts, ...queue]
  return lines.length === 0 ? [] : ['', ...lines]
}
