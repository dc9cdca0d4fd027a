// A sampled query, told by name: what the data plane wrote down of one query in so many.
import { formatPrefix, type Prefix } from '../../dns/address.js'

export interface SampledQuery {
  /** Epoch ms. */
  readonly at: number
  /** How many queries it stands for. */
  readonly weight: number
  readonly transport: string
  /** With the final dot, in lower case; "" where there was none to be read. */
  readonly name: string
  readonly type: string
  /** The network that decided: at most 24 bits of IPv4, 56 of IPv6. */
  readonly client: Prefix
  /** Whether the query told of the client; else it is the resolver. */
  readonly bySubnet: boolean
  /** The zone that it was answered from; "" for none of ours. */
  readonly zone: string
  readonly rcode: string
  /** Why it got what it got. */
  readonly reason: string
  /** Undefined where none was chosen. */
  readonly region: string | undefined
  /** Of the ladder; undefined where nothing was chosen. */
  readonly rung: string | undefined
  readonly scope: number
  /** Of the response; 0 where none was sent. */
  readonly bytes: number
}

/** What queries are told apart by; `client` is the client network in text. */
export const BY = {
  name: ({ name, type }) => (type === '' ? undefined : name),
  client: (_, client) => client,
  region: ({ region }) => region,
  rcode: ({ rcode, bytes }) => (bytes === 0 ? undefined : rcode),
  type: ({ type }) => (type === '' ? undefined : type),
  reason: ({ reason }) => reason,
  transport: ({ transport }) => transport,
  zone: ({ zone }) => (zone === '' ? undefined : zone),
} as const satisfies Record<string, Key>
export type By = keyof typeof BY
export const BYS = Object.keys(BY) as readonly By[] // keys of the constant just above

/** Undefined where a query has no such thing. */
export type Key = (query: SampledQuery, client: string) => string | undefined

/** As the API shows it, and as a line of the query log. */
export interface ToldSample {
  readonly time: string
  /** How many queries it stands for. */
  readonly oneIn: number
  readonly transport: string
  readonly name: string
  readonly type: string
  readonly client: string
  /** Who told where the client is. */
  readonly clientFrom: 'subnet' | 'resolver'
  readonly zone: string
  readonly rcode: string
  readonly reason: string
  readonly region?: string
  readonly rung?: string
  readonly scope: number
  readonly bytes: number
}

export const tellSample = (query: SampledQuery): ToldSample => ({
  time: new Date(query.at).toISOString(),
  oneIn: query.weight,
  transport: query.transport,
  name: query.name,
  type: query.type,
  client: formatPrefix(query.client),
  clientFrom: query.bySubnet ? 'subnet' : 'resolver',
  zone: query.zone,
  rcode: query.rcode,
  reason: query.reason,
  ...(query.region === undefined ? {} : { region: query.region }),
  ...(query.rung === undefined ? {} : { rung: query.rung }),
  scope: query.scope,
  bytes: query.bytes,
})
