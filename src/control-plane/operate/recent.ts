// The last sampled queries, so that one can look at them.
import { contains, type Prefix } from '../../dns/address.js'
import type { SampledQuery } from './sampled.js'

/** What a query must be like; absent: anything. */
export interface SampleFilter {
  /** With the final dot, in lower case; with `*.` before it all names below. */
  readonly name?: string | undefined
  /** The client network lies in it. */
  readonly client?: Prefix | undefined
  readonly region?: string | undefined
  readonly rcode?: string | undefined
  readonly type?: string | undefined
  readonly reason?: string | undefined
  /** Epoch ms; it came later. */
  readonly since?: number | undefined
}

export class RecentQueries {
  private readonly size: number
  private readonly queries: SampledQuery[] = []
  private oldest = 0

  constructor(size: number) {
    this.size = size
  }

  add(query: SampledQuery): void {
    if (this.queries.length < this.size) {
      this.queries.push(query)
      return
    }
    this.queries[this.oldest] = query
    this.oldest = (this.oldest + 1) % this.size
  }

  /** Newest first. */
  list(filter: SampleFilter, limit: number): readonly SampledQuery[] {
    const { queries, oldest } = this
    const found: SampledQuery[] = []
    for (let i = queries.length - 1; i >= 0 && found.length < limit; i--) {
      const query = queries[(oldest + i) % queries.length]!
      if (matches(query, filter)) found.push(query)
    }
    return found
  }
}

function matches(query: SampledQuery, { name, client, region, rcode, type, reason, since }: SampleFilter): boolean {
  return (
    (name === undefined || isNamed(query.name, name)) &&
    (client === undefined || (query.client.length >= client.length && contains(client, query.client.bytes))) &&
    (region === undefined || query.region === region) &&
    (rcode === undefined || query.rcode === rcode) &&
    (type === undefined || query.type === type) &&
    (reason === undefined || query.reason === reason) &&
    (since === undefined || query.at > since)
  )
}

const isNamed = (name: string, wanted: string): boolean =>
  wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === wanted
