// One message of a connection: its bytes to the line, and what comes back with its length in front (RFC 1035 §4.2.2).
import { FOR_OFFICE } from './admit.js'
import type { SnapshotFeed } from './feed.js'
import type { Peer } from './peer.js'
import type { Responder } from './respond.js'

export const LENGTH_BYTES = 2
const MAX_MESSAGE = 65535

/** Answers one message, with its length in front; undefined where it gets no answer. */
export type Answer = (
  query: Uint8Array,
  from: number,
  length: number,
  peer: Peer,
  ask?: Ask,
) => Uint8Array | undefined | typeof FOR_OFFICE

/** Hands a message to the office. @returns whether it has room */
export type Ask = (message: Uint8Array) => boolean

/** @param idle how long a connection may be idle now, in units of 100 ms */
export function answerer(responder: Responder, feed: SnapshotFeed, idle: () => number): Answer {
  // The message begins at a whole word, which the line reads names by; its length stands before it.
  const at = 4
  const buffer = new Uint8Array(at + 2 * MAX_MESSAGE)
  return (query, from, length, peer, ask) => {
    feed.refresh(responder)
    responder.setTime(Date.now())
    peer.idle = idle()
    buffer.set(query.subarray(from, from + length), at)
    let written = responder.respond(buffer, at, length, peer)
    if (written === FOR_OFFICE) {
      if (ask?.(query.subarray(from, from + length)) === true) return FOR_OFFICE
      written = responder.decline(buffer, at)
    }
    if (written === 0) return undefined
    buffer[at - 2] = written >> 8
    buffer[at - 1] = written & 255
    return buffer.slice(at - LENGTH_BYTES, at + written)
  }
}

export function framed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES + message.length)
  bytes[0] = message.length >> 8
  bytes[1] = message.length & 255
  bytes.set(message, LENGTH_BYTES)
  return bytes
}
