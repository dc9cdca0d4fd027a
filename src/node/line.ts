// The line itself, for whoever explains what it does. What is asked this way is counted nowhere.
import { makeCounters } from '../data-plane/counters.js'
import { Peer } from '../data-plane/peer.js'
import { Responder } from '../data-plane/respond.js'
import { UDP_SIZE } from '../data-plane/write.js'
import type { AddressBytes } from '../dns/address.js'
import type { Snapshot } from '../snapshot/snapshot.js'

/** Answers queries from the newest snapshot, as UDP would. */
export function lineAnswerer(snapshot: () => Snapshot): (query: Uint8Array, source: AddressBytes) => Uint8Array {
  const responder = new Responder(snapshot(), makeCounters())
  const peer = new Peer()
  return (query, source) => {
    responder.snapshot = snapshot()
    peer.set(source)
    const message = new Uint8Array(query.length + UDP_SIZE)
    message.set(query)
    return message.slice(0, responder.respond(message, 0, query.length, peer))
  }
}
