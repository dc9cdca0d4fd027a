// One answer, told step by step: the types; see explain() below.
export interface ExplainQuestion {
  readonly name: string
  /** `A` where it is absent. */
  readonly type?: string
  /** The client's network as a resolver would send it: an address or a prefix. */
  readonly client?: string
  /** The address that the query comes from; 127.0.0.1 where it is absent. */
  readonly resolver?: string
}
export type Explanation = Record<string, unknown>
