// The steps of an incident in chapters: the way down, the way up, and again where a region flaps. Pure.
import type { IncidentView } from '../control-plane/admin/api.js'

export type Step = IncidentView['steps'][number]

export interface Chapter {
  readonly direction: 'down' | 'up'
  readonly steps: readonly Step[]
  /** Epoch ms. */
  readonly begins: number
  readonly ends: number
}

export function chaptersOf(steps: readonly Step[]): readonly Chapter[] {
  const chapters: { direction: Chapter['direction']; steps: Step[] }[] = []
  for (const step of steps) {
    const current = chapters.at(-1)
    const direction = directionOf(step) ?? current?.direction ?? 'down'
    if (current?.direction === direction) current.steps.push(step)
    else chapters.push({ direction, steps: [step] })
  }
  return chapters.map(({ direction, steps }) => {
    const times = steps.map(({ at }) => Date.parse(at))
    return { direction, steps, begins: Math.min(...times), ends: Math.max(...times) }
  })
}

/** What is told of answers goes with what was decided before. */
function directionOf({ step, up }: Step): Chapter['direction'] | undefined {
  if (step === 'failing') return 'down'
  return up === undefined ? undefined : up ? 'up' : 'down'
}

/** How long clients were sent to what was dead, and might hold such an answer, in ms from the first failure; absent while it is not known. */
export function harmOf({ startedAt, steps }: Pick<IncidentView, 'startedAt' | 'steps'>): {
  readonly sentMs?: number
  readonly heldMs?: number
} {
  const [way] = chaptersOf(steps)
  const since = (kind: Step['step']): number | undefined => {
    const found = way?.steps.findLast(({ step }) => step === kind)
    return found === undefined ? undefined : Date.parse(found.at) - Date.parse(startedAt)
  }
  const [sentMs, heldMs] = [since('last-old-answer'), since('forgotten')]
  return { ...(sentMs === undefined ? {} : { sentMs }), ...(heldMs === undefined ? {} : { heldMs }) }
}

export function sentenceOfStep({ step, address = '', up, cause, version, given, ttl }: Step): string {
  switch (step) {
    case 'failing':
      return `${address} fails: the first failure of those that took it down`
    case 'detected':
      return `${address} has ${up === true ? 'passed' : 'failed'} often enough`
    case 'decided':
      return `${address} is judged to be ${up === true ? 'up' : 'down'}${cause === undefined ? '' : `: ${cause}`}`
    case 'published':
      return `queries are answered accordingly, from snapshot ${version} on${given === true ? '; answers may hold the region' : ''}`
    case 'answered':
      return 'the first answer by the new word'
    case 'last-old-answer':
      return `the last answer by the old word, to be kept for ${ttl} s`
    case 'forgotten':
      return 'that answer has left the caches of resolvers'
  }
}
