// What every transport is: something that listens at an endpoint, answers by the line, and can be closed.
import type { Prefix } from '../dns/address.js'
import type { Counters } from './counters.js'
import type { SnapshotFeed } from './feed.js'
import type { Responder } from './respond.js'

/** What a thread answers with. */
export interface Serving {
  /** The transport tells it the time. */
  readonly responder: Responder
  readonly feed: SnapshotFeed
  readonly counters: Counters
  /** Those who begin what they send with a PROXY header; nobody unless told. */
  readonly proxies?: readonly Prefix[]
}

export interface Endpoint {
  /** A literal address; v6 without brackets. */
  readonly host: string
  readonly port: number
}

/** Where a socket came to listen. */
export interface Bound {
  readonly address: string
  readonly port: number
}

export interface Transport {
  readonly bound: Bound
  /** Stops accepting, lets what is in flight be answered, and resolves when the socket is closed. */
  close(): Promise<void>
}
