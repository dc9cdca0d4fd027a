// One question at a time, for cases that look at single answers.
import { createSocket } from 'node:dgram'
import { encodeQuery } from './query.mjs'

const PATIENCE_MS = 1000

/** Asks for the address of a name as a client of this /24 would get it; undefined where no answer came in time. */
export function openAsker(port, patience = PATIENCE_MS) {
  const socket = createSocket('udp4')
  let id = 0
  let settle = () => {}
  socket.on('message', reply => {
    if (reply.readUInt16BE(0) === id) settle(reply)
  })
  socket.on('error', () => {})
  return {
    async ask(name, client) {
      id = (id + 1) & 0xffff
      const query = encodeQuery(id, name, client)
      const reply = await new Promise(resolve => {
        const timer = setTimeout(() => resolve(undefined), patience)
        settle = reply => {
          clearTimeout(timer)
          resolve(reply)
        }
        socket.send(query, port, '127.0.0.1')
      })
      // Behind the question: a pointer, type, class, TTL and length, and then the address.
      const question = 12 + name.length + 2 + 4
      return reply === undefined || reply[7] === 0 ? undefined : reply.subarray(question + 12, question + 16).join('.')
    },
    close: () => socket.close(),
  }
}
