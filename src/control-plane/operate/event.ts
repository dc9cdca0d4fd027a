// What happens on a node, told as it happens: to the event stream of the API, and to webhooks.
import type { Drill, DrillOutcome } from './drill.js'

import type { StepKind } from './incident.js'

/** All times in epoch ms. */
export type NodeEvent =
  /** An address of a region went up or down. */
  | {
      readonly kind: 'health'
      readonly at: number
      readonly region: string
      readonly address: string
      readonly up: boolean
      readonly cause?: string
    }
  /** What a region may have back of its clients has changed. */
  | { readonly kind: 'region'; readonly at: number; readonly region: string; readonly admitted: number }
  /** The prober suspects itself on a family of addresses, or trusts itself again. */
  | { readonly kind: 'prober'; readonly at: number; readonly family: 4 | 6; readonly suspect: boolean }
  /** An incident went a step further, or is over; what belongs to the step stands beside it. */
  | {
      readonly kind: 'incident'
      readonly at: number
      readonly incident: string
      readonly region: string
      readonly step: StepKind | 'ended'
      readonly address?: string
      readonly up?: boolean
      readonly cause?: string
      readonly version?: number
      readonly given?: boolean
      readonly ttl?: number
    }
  /** Queries are answered from a new snapshot. */
  | { readonly kind: 'snapshot'; readonly at: number; readonly version: number }
  /** Something has become of a drill; `percent` of the clients of `regions` are to be elsewhere from here on. */
  | {
      readonly kind: 'drill'
      readonly at: number
      readonly drill: string
      readonly phase: Drill['phase']['kind']
      readonly outcome?: DrillOutcome
      readonly regions: readonly string[]
      readonly percent: number
      readonly what: string
    }
  /** Something has become of the keys of a zone, or of what its parent has of them. */
  | { readonly kind: 'dnssec'; readonly at: number; readonly zone: string; readonly what: string }
  /** Another revision of the traffic document is served. */
  | { readonly kind: 'document'; readonly at: number; readonly revision: string }

/** Passes events on; whoever listens does so for itself, and cannot fail the others. */
export class EventBus {
  readonly #listeners = new Set<(event: NodeEvent) => void>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell(event: NodeEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#onError(error)
      }
    }
  }
}
