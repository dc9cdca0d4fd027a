// Safety rules of the traffic document: what must hold whenever traffic is moved.

/** Who may override a safety rule: whoever may make the change, a token with the scope, or nobody. */
export type OverridableBy = 'caller' | 'edit' | 'admin' | 'nobody'

/** A rule that is asked before traffic moves. `of`: ids of regions, globs over them, and tags. */
export type SafetyRule = {
  readonly id: string
  readonly description?: string
  readonly overridableBy: OverridableBy
} & (
  | {
      readonly kind: 'count'
      readonly bound: 'at-least' | 'at-most' | 'exactly'
      readonly count: number
      readonly of: Targets
    }
  /** Of all capacity of the regions, 0 to 1, that must be there for clients. */
  | { readonly kind: 'capacity'; readonly share: number; readonly of: Targets }
  /** Of the clients of a name, 0 to 1, that may be answered from a lower rung of its ladder. `names` are globs. */
  | { readonly kind: 'ladder'; readonly share: number; readonly names: readonly string[] }
  /** What has to be true before the regions get more clients, fewer, or any others at all. */
  | {
      readonly kind: 'facts'
      readonly facts: Readonly<Record<string, boolean>>
      readonly when: 'gains' | 'loses' | 'any'
      readonly of: Targets
    }
  /** That has to pass between two changes. */
  | { readonly kind: 'wait'; readonly ms: number; readonly of: Targets }
  | { readonly kind: 'blackout'; readonly windows: readonly BlackoutWindow[]; readonly of: Targets }
)

export type Targets = readonly string[]

/** A time in which traffic stays where it is. */
export type BlackoutWindow =
  /** Minutes of the day by the clock of the time zone; `to` at or before `from` is on the day after. 0 is Sunday. */
  | {
      readonly kind: 'weekly'
      readonly days: readonly number[]
      readonly from: number
      readonly to: number
      readonly timeZone: string
    }
  /** Epoch ms. */
  | { readonly kind: 'once'; readonly start: number; readonly end: number }
