// What every transport is: something that listens at an endpoint, answers by the line, and can be closed.
import type { Prefix } from '../dns/address.js'
import type { Counters } from './counters.js'
import type { Desk } from './desk.js'
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
  /** Where it lays what is not for the line; without it everything is. */
  readonly desk?: Desk | undefined
}

export interface Endpoint {
  /** A literal address; v6 without brackets. */
  readonly host: string
  readonly port: number
  /** A socket of that kind which is there already, taken over from another process with all that waits in it. */
  readonly fd?: number | undefined
}

/** Where a socket came to listen. */
export interface Bound {
  readonly address: string
  readonly port: number
}

export interface Transport {
  readonly bound: Bound
  /** Of the socket; undefined where the system has no such numbers. */
  readonly fd: number | undefined
  /** Stops accepting, goes on with those who are connected while they ask, and for so long, ms, at the most; then closes. */
  finish(ms: number): Promise<void>
  /** Stops accepting, lets what is in flight be answered, and resolves when the socket is closed. */
  close(): Promise<void>
}
