// One question at a time, as a stub resolver asks, for those who look at single answers.
import { createSocket } from 'node:dgram'
import { encodeQuery } from './query.mjs'

const PATIENCE_MS = 1000
const RECURSION_DESIRED = 1

/**
 * By UDP.
 * @param address who is asked
 * @param patience until it is asked again, or given up, ms
 * @param tries how often it is asked before it is given up
 * @param recursive whether a resolver is asked
 */
export function openAsker(port, { address = '127.0.0.1', patience = PATIENCE_MS, tries = 1, recursive = false } = {}) {
  const socket = createSocket('udp4')
  let id = 0
  let settle = () => {}
  socket.on('message', reply => {
    if (reply.readUInt16BE(0) === id) settle(reply)
  })
  // One that is not there yet, or not any more: nobody answers.
  socket.on('error', () => {})
  const once = query =>
    new Promise(resolve => {
      // The socket keeps the process alive for as long as somebody waits.
      const timer = setTimeout(() => resolve(undefined), patience).unref()
      settle = reply => {
        clearTimeout(timer)
        resolve(reply)
      }
      socket.send(query, port, address)
    })
  return {
    /** What `told` says of the reply; undefined where nobody answers. @param client the three bytes of its /24 */
    async ask(name, client) {
      id = (id + 1) & 0xffff
      const query = encodeQuery(id, name, client)
      if (recursive) query[2] |= RECURSION_DESIRED
      for (let left = tries; left > 0; left--) {
        const reply = await once(query)
        if (reply !== undefined) return told(reply, name)
      }
      return undefined
    },
    close: () => socket.close(),
  }
}

/** By a connection, TCP or TLS, which is closed then: what `told` says of the reply; undefined where it ends without one. */
export function askOver(socket, name, patience = PATIENCE_MS) {
  return new Promise(resolve => {
    const query = encodeQuery(1, name)
    socket.setTimeout(patience, () => socket.destroy())
    socket.on('error', () => {})
    socket.on('close', () => resolve(undefined))
    // Such a small answer comes in one piece.
    socket.on('data', reply => {
      resolve(told(reply.subarray(2), name))
      socket.destroy()
    })
    socket.write(Buffer.concat([Buffer.from([0, query.length]), query]))
  })
}

/** The first address that a reply has, or `rcode N` where it has none. */
export function told(reply, name) {
  // Behind the question: a pointer, type, class, TTL and length, and then the address.
  const at = 12 + name.length + 2 + 4 + 12
  return reply[7] === 0 ? `rcode ${reply[3] & 15}` : reply.subarray(at, at + 4).join('.')
}
