// Ready-made queries in one row of memory. As each one's id is its place, sending a batch writes nothing at all.
import { messages } from './messages.mjs'
import { questions, subnetLength } from './query.mjs'

const STRIDE = 128
const OPT = 11

/** As many as there are ids, so that a reply names its question. */
export const POOL_SIZE = 65536

export function makePool(libc, kind) {
  const list = questions(kind, POOL_SIZE)
  const packets = Buffer.alloc(POOL_SIZE * STRIDE)
  const questionEnds = new Uint8Array(POOL_SIZE)
  for (const [id, query] of list.entries()) {
    query.copy(packets, id * STRIDE)
    questionEnds[id] = query.length - OPT - subnetLength(kind)
  }
  const headers = messages(libc, packets, POOL_SIZE, STRIDE, id => list[id].length)
  return { packets, stride: STRIDE, count: POOL_SIZE, questionEnds, lengthOf: id => list[id].length, headers }
}
