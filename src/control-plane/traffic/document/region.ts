// Regions of the traffic document, and what they are reached by.
import type { AddressBytes, Family } from '../../../dns/address.js'
import type { Name } from '../../../dns/name.js'

/** Degrees; north and east are positive. */
export interface Location {
  readonly latitude: number
  readonly longitude: number
}

export interface Address {
  readonly text: string
  readonly bytes: AddressBytes
  readonly family: Family
}

/** A host name; `text` is its form with the final dot. */
export interface Target {
  readonly text: string
  readonly name: Name
}

/** One deployment behind its own load balancer. */
export interface Region {
  readonly id: string
  readonly description?: string
  readonly location?: Location
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string
  /** Words that policies may choose it by; none where absent. */
  readonly tags?: readonly string[]
  /** Its place in the order of failover, lowest first; 1 where absent. */
  readonly tier?: number
  /** None where it has a target. */
  readonly addresses: readonly Address[]
  /** The host name of its load balancer, which clients get as a CNAME. */
  readonly target?: Target
  /** Ids of checks; none means that the region is always taken to be up. */
  readonly checks: readonly string[]
  /** How many of its checks an address needs; all unless told. */
  readonly needs?: 'all' | 'any' | number
  /** Ids of checks with an address of their own: while one of them is down, so is the region. */
  readonly dependsOn?: readonly string[]
  /** The share of its addresses of a family, 0 to 1, that must be up for the region to be; any one unless told. */
  readonly minimumUp?: number
  readonly failback?: FailbackSpec
  /** Share among equals; 0 and more, 100 unless told. */
  readonly weight: number
  /** The most for which an answer with it is kept, seconds, but never less than the least TTL of the name; no bound of its own where absent. */
  readonly ttl?: number
  /** Requests a second, or any unit that the operator uses throughout. */
  readonly capacity?: number
  /** False: an operator has taken it out; it gets no clients, whatever its health. */
  readonly enabled: boolean
}

/** How a region gets its clients back after it was down. */
export interface FailbackSpec {
  /** Manual: not before somebody says so. */
  readonly mode: 'automatic' | 'manual'
  /** How long it must have been up again first, ms. */
  readonly delayMs: number
  /** Over how long it then gets them back, ms; 0 is all at once. */
  readonly rampMs: number
}
