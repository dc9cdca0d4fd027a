// The good question: its address has to come back whatever else is going on.
import { createSocket } from 'node:dgram'
import { encodeQuery } from '../../bench/query.mjs'

/** A busy machine is not a lost query, ms; what was slow is told apart. */
export const PATIENCE_MS = 30_000

/** `{ query, isAnswer }` for the one address of a name. */
export const goodQuestion = (name, address) => ({
  query: encodeQuery(0, name),
  isAnswer(reply) {
    // Behind the question: a pointer, type, class, TTL and length, and then the address.
    const at = 12 + name.length + 2 + 4 + 12
    return reply.subarray(at, at + 4).join('.') === address
  },
})

/** Asks it by a socket of its own, any number of times at once. `ask` resolves to undefined where no answer came. */
export function openGoodAsker(port, { query, isAnswer }) {
  const socket = createSocket('udp4')
  const waiting = new Map()
  let ids = 0
  socket.on('message', reply => waiting.get(reply.readUInt16BE(0))?.(isAnswer(reply)))
  socket.on('error', () => {})
  return {
    ask() {
      const id = ids++ & 0xffff
      const asked = Buffer.from(query)
      asked.writeUInt16BE(id, 0)
      return new Promise(resolve => {
        const done = right => {
          clearTimeout(timer)
          waiting.delete(id)
          resolve(right)
        }
        const timer = setTimeout(done, PATIENCE_MS)
        waiting.set(id, done)
        socket.send(asked, port, '127.0.0.1')
      })
    },
    close: () => socket.close(),
  }
}
