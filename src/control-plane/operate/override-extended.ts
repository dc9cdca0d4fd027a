// An override with another end, percent or reason, where that may be had. Pure.
import type { Problem } from '../traffic/problem.js'
import type { Override } from './override.js'
import { type Bounds, endOf, endProblems } from './override-wish.js'

/** Wished for in a way that cannot be granted. */
export class OverrideRefused extends Error {
  override readonly name = 'OverrideRefused'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
    this.problems = problems
  }
}

export interface Extension {
  readonly for?: string | number | undefined
  readonly until?: string | undefined
  readonly percent?: number | undefined
  readonly reason?: string | undefined
}

/** @throws OverrideRefused */
export function extended(old: Override, extension: Extension, bounds: Bounds): Override {
  const ends = extension.for !== undefined || extension.until !== undefined
  const problems = [
    ...(ends ? endProblems(extension, bounds) : []),
    ...(extension.percent !== undefined && old.state !== 'drain'
      ? [{ path: 'percent', message: `only drain takes a percent, and this is ${old.state}` }]
      : []),
    ...(extension.reason?.trim() === '' ? [{ path: 'reason', message: 'a reason is needed' }] : []),
  ]
  if (problems.length > 0) throw new OverrideRefused(problems)
  return {
    ...old,
    ...(ends ? { expiresAt: endOf(extension, bounds.now) } : {}),
    drain: extension.percent ?? old.drain,
    reason: extension.reason?.trim() ?? old.reason,
  }
}
