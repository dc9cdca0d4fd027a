// An incident: what befell a region from the first failure to the last address that is well again, step by step. Pure.

/** One step; `at` is epoch ms. */
export type Step =
  /** The first failure of those that took the address down. */
  | { readonly kind: 'failing'; readonly at: number; readonly address: string }
  /** Enough failures, or passes, have come: by the clock of whoever probes. */
  | { readonly kind: 'detected'; readonly at: number; readonly address: string; readonly up: boolean }
  /** The address is judged to be up or down, all that the region needs and depends on considered. */
  | {
      readonly kind: 'decided'
      readonly at: number
      readonly address: string
      readonly up: boolean
      readonly cause?: string
    }
  /** Queries are answered accordingly. `given`: answers may hold the region all the same, in part or since nothing else is left. */
  | { readonly kind: 'published'; readonly at: number; readonly version: number; readonly given: boolean }
  /** The first answer by the new word: with the region where it is given, with another one where it is not. */
  | { readonly kind: 'answered'; readonly at: number; readonly version: number }
  /** The last answer by the old word; `ttl`: how long it might be kept, seconds. */
  | { readonly kind: 'last-old-answer'; readonly at: number; readonly ttl: number }
  /** The last such answer has left the caches of resolvers that heed its TTL. */
  | { readonly kind: 'forgotten'; readonly at: number }

export type StepKind = Step['kind']

export interface Incident {
  readonly id: string
  readonly region: string
  /** Epoch ms of the first failure. */
  readonly startedAt: number
  /** Epoch ms at which all of its addresses were up again, and the region had all of its clients back; absent while it lasts. */
  readonly endedAt?: number
  /** Why the first address went down, in words. */
  readonly cause: string
  /** Addresses that are down at the moment. */
  readonly down: readonly string[]
  /** In the order of their times. */
  readonly steps: readonly Step[]
  /** Steps that came when there were too many. */
  readonly more?: number
}

/** Steps that are kept of one incident: a region that flaps for days must not fill the memory. */
export const MOST_STEPS = 200

/** One address as health has it. */
export interface Finding {
  readonly address: string
  readonly up: boolean
  /** Epoch ms since when it is what it is. */
  readonly since: number
  /** Epoch ms of the first failure; absent where nobody knows. */
  readonly failingSince?: number
  readonly cause?: string
}

/** An incident that begins with this address; its steps are yet to be added. */
export function openIncident(
  id: string,
  region: string,
  { since, failingSince = since, cause = 'down' }: Finding,
): Incident {
  return { id, region, startedAt: Math.min(failingSince, since), cause, down: [], steps: [] }
}

/** The steps by which an address has turned. `decidedAt`: epoch ms. */
export function stepsOf({ address, up, since, failingSince, cause }: Finding, decidedAt: number): readonly Step[] {
  return [
    ...(up || failingSince === undefined ? [] : [{ kind: 'failing', at: failingSince, address } as const]),
    { kind: 'detected', at: since, address, up },
    { kind: 'decided', at: decidedAt, address, up, ...(cause === undefined ? {} : { cause }) },
  ]
}

/** Without its steps. */
export function foundOut(incident: Incident, { address, up }: Pick<Finding, 'address' | 'up'>): Incident {
  const others = incident.down.filter(other => other !== address)
  return { ...incident, down: up ? others : [...others, address] }
}

export function withSteps(incident: Incident, more: readonly Step[]): Incident {
  if (more.length === 0) return incident
  const room = Math.max(0, MOST_STEPS - incident.steps.length)
  const left = (incident.more ?? 0) + Math.max(0, more.length - room)
  // Sorting keeps the order of steps that came in the same millisecond.
  const steps = [...incident.steps, ...more.slice(0, room)].sort((a, b) => a.at - b.at)
  return { ...incident, steps, ...(left === 0 ? {} : { more: left }) }
}

export const ended = (incident: Incident, at: number): Incident => ({ ...incident, down: [], endedAt: at })

export const isOpen = ({ endedAt }: Incident): boolean => endedAt === undefined
