// A client class: what is known of a client network, and all that a policy may look at.
import type { Place } from './place.js'

export interface ClientClass extends Place {
  /** Of the networks that operators' rules name, those that it lies in, the smallest first; canonical texts. */
  readonly networks?: readonly string[]
}
