// The line itself, for whoever explains what it does. What is asked this way is counted nowhere.
import { makeCounters } from '../data-plane/counters.js'
import { UDP_SIZE } from '../data-plane/opt.js'
import { Peer, TRANSPORT } from '../data-plane/peer.js'
import { Responder, TCP_SIZE } from '../data-plane/respond.js'
import type { AddressBytes } from '../dns/address.js'
import type { OnlineProofs } from '../snapshot/online.js'
import type { Snapshot } from '../snapshot/snapshot.js'

/**
 * Answers queries from the newest snapshot, as UDP would, or TCP.
 * @param online who signs what cannot be signed before it is asked for
 */
export function lineAnswerer(
  snapshot: () => Snapshot,
  online: OnlineProofs,
): (query: Uint8Array, source: AddressBytes, transport?: 'udp' | 'tcp') => Uint8Array {
  let responder: Responder | undefined
  const peer = new Peer()
  return (query, source, transport = 'udp') => {
    responder ??= new Responder(snapshot(), makeCounters(), undefined, { online })
    responder.snapshot = snapshot()
    peer.set(source)
    peer.transport = TRANSPORT[transport]
    const message = new Uint8Array(query.length + (transport === 'udp' ? UDP_SIZE : TCP_SIZE))
    message.set(query)
    return message.slice(0, responder.respond(message, 0, query.length, peer))
  }
}
