// A client as stub resolvers are: asks, asks again after a second where no answer comes, and gives up after ten.
import { createSocket } from 'node:dgram'
import { encodeQuery } from '../../bench/query.mjs'

const AGAIN_MS = 1000
const TRIES = 10
const RECURSION_DESIRED = 1

/** @param recursive whether a resolver is asked */
export function openClient(address, port, recursive = false) {
  const socket = createSocket('udp4')
  let id = 0
  let settle = () => {}
  socket.on('message', reply => {
    if (reply.readUInt16BE(0) === id) settle(reply)
  })
  // A machine that is not there yet, or not any more: nobody answers.
  socket.on('error', () => {})
  const once = query =>
    new Promise(resolve => {
      const timer = setTimeout(() => resolve(undefined), AGAIN_MS)
      settle = reply => {
        clearTimeout(timer)
        resolve(reply)
      }
      socket.send(query, port, address)
    })
  return {
    /** Resolves with the address of a name, or `rcode N` where there is none; undefined where nobody answers. */
    async ask(name) {
      id = (id + 1) & 0xffff
      const query = encodeQuery(id, name)
      if (recursive) query[2] |= RECURSION_DESIRED
      for (let tries = 0; tries < TRIES; tries++) {
        const reply = await once(query)
        if (reply === undefined) continue
        // Behind the question: a pointer, type, class, TTL and length, and then the address.
        const at = 12 + name.length + 2 + 4 + 12
        return reply[7] === 0 ? `rcode ${reply[3] & 15}` : reply.subarray(at, at + 4).join('.')
      }
      return undefined
    },
    close: () => socket.close(),
  }
}
