// A client class: what is known of a client network, and all that a policy may look at.
import type { Place } from './place.js'

export type ClientClass = Place
