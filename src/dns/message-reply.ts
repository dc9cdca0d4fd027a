// The shortest answer to any request: its header turned round, its question, and an rcode (RFC 1035 §4.1.1, RFC 2136 §3.8).
import { MessageError, readName } from './message-name.js'
import { HEADER_LENGTH } from './question.js'

/** Bits of the second word of a header. */
export const FLAG = { response: 0x8000, authoritative: 0x0400, truncated: 0x0200, recursionDesired: 0x0100 } as const

/** Opcode and RD are those of the request (RFC 1035 §4.1.1). The request has at least a header. */
export const answerFlags = (request: Uint8Array): number =>
  FLAG.response | (((request[2]! << 8) | request[3]!) & (0x7800 | FLAG.recursionDesired))

/** An answer that says nothing but `rcode`, and more flags if there are any. */
export function bareReply(request: Uint8Array, rcode: number, flags = 0): Uint8Array {
  const end = questionEnd(request)
  const reply = request.slice(0, end)
  const view = new DataView(reply.buffer)
  view.setUint16(2, answerFlags(request) | flags | rcode)
  view.setUint16(4, end > HEADER_LENGTH ? 1 : 0)
  reply.fill(0, 6, HEADER_LENGTH)
  return reply
}

/** Where the question ends; after the header, where there is not exactly one that can be read. */
function questionEnd(m: Uint8Array): number {
  if (((m[4]! << 8) | m[5]!) !== 1) return HEADER_LENGTH
  try {
    const { end } = readName(m, HEADER_LENGTH)
    return end + 4 <= m.length ? end + 4 : HEADER_LENGTH
  } catch (error) {
    if (error instanceof MessageError) return HEADER_LENGTH
    throw error
  }
}
