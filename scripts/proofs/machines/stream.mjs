// A client that asks at a steady rate, whatever becomes of its questions: what is lost is counted, and nobody waits for it.
import { createSocket } from 'node:dgram'
import { setTimeout as pause } from 'node:timers/promises'
import { told } from '../../bench/ask.mjs'
import { encodeQuery } from '../../bench/query.mjs'

const EVERY_MS = 10
/** An answer that comes later is none: a resolver has asked somebody else by then. */
const PATIENCE_MS = 2000

/** @param name whose address is asked for */
export function openStream(address, name, everyMs = EVERY_MS) {
  const socket = createSocket('udp4')
  /** By id: when it was asked, ms on the monotonic clock. */
  const waiting = new Map()
  const counts = { sent: 0, answered: 0, lost: 0 }
  const marks = []
  let last
  let id = 0
  socket.on('error', () => {})
  socket.on('message', reply => {
    const sentAt = waiting.get(reply.readUInt16BE(0))
    if (sentAt === undefined) return
    waiting.delete(reply.readUInt16BE(0))
    if (reply[7] === 0) return void counts.lost++
    counts.answered++
    last = told(reply, name)
    for (const mark of [...marks]) if (mark.addresses.includes(last) && sentAt >= mark.since) mark.settle(sentAt)
  })
  const expire = now => {
    for (const [key, sentAt] of waiting) {
      if (now - sentAt < PATIENCE_MS) return
      waiting.delete(key)
      counts.lost++
    }
  }
  const timer = setInterval(() => {
    const now = performance.now()
    expire(now)
    id = (id + 1) & 0xffff
    counts.sent++
    waiting.set(id, now)
    socket.send(encodeQuery(id, name), 53, address)
  }, everyMs)
  return {
    counts: () => ({ ...counts }),
    /** The address of the answer before. */
    last: () => last,
    /** Resolves with when the first question was asked, from now on, that one of these addresses came back for. */
    next(...addresses) {
      return new Promise(resolve => {
        const mark = {
          addresses,
          since: performance.now(),
          settle(at) {
            marks.splice(marks.indexOf(mark), 1)
            resolve(at)
          },
        }
        marks.push(mark)
      })
    },
    /** Resolves when everything was answered, or given up. */
    async settled() {
      while ([...waiting.values()].some(sentAt => performance.now() - sentAt > EVERY_MS * 10)) await pause(EVERY_MS)
    },
    close() {
      clearInterval(timer)
      socket.close()
    },
  }
}
