// Latency: queries leave on a timetable, whether or not replies come, and a reply's latency counts from its place in the
// timetable. So a server that stalls is charged for everybody who had to wait, and not only for the one it was busy with.
//
// What the system takes from this thread is not the server's: a round of the loop takes some microseconds, and where one took
// STALL_MS the loop itself stood still. The timetable then goes on from there, and of what came meanwhile nobody knows when:
// it is answered, and its latency is not counted. Both are told.
import { drain } from './closed-loop.mjs'
import { BATCH } from './sockets.mjs'

/** A round of the loop, ms, from which on it is one in which the loop stood still. */
const STALL_MS = 0.25

/** Runs at `rate` a second for `seconds`, after `warmSeconds` of the same. Latencies go into `histogram`, in µs. */
export function openLoop(sockets, pool, replies, histogram, { rate, seconds, warmSeconds, drainMs, onStart, onEnd }) {
  const due = new Float64Array(pool.count)
  const perMs = rate / 1000
  let next = 0
  let s = 0
  let stalledMs = 0
  let untimed = 0
  const note = (id, now) => {
    if (id >= 0) histogram.add((now - due[id]) * 1000)
  }
  const run = ms => {
    const begun = performance.now()
    let start = begun
    let sent = 0
    let last = begun
    for (let now = begun; now - begun < ms; now = performance.now()) {
      const stood = now - last > STALL_MS ? now - last : 0
      last = now
      start += stood
      stalledMs += stood
      const owed = Math.min(Math.floor((now - start) * perMs) - sent, BATCH, pool.count - next)
      if (owed > 0) {
        s = (s + 1) % sockets.length
        const gone = sockets[s].send(pool, next, owed)
        replies.sent(next, gone)
        for (let i = 0; i < gone; i++) due[next + i] = start + (sent + i + 1) / perMs
        sent += gone
        next = (next + gone) % pool.count
      }
      for (const socket of sockets) {
        for (let got = socket.receive(); got > 0; got = stood > 0 ? socket.receive() : 0) {
          const at = performance.now()
          for (let i = 0; i < got; i++) {
            const id = replies.take(socket.bytes, i * socket.stride)
            if (stood > 0) untimed++
            else note(id, at)
          }
        }
      }
    }
    return (performance.now() - begun) / 1000
  }
  run(warmSeconds * 1000)
  replies.restart()
  histogram.clear()
  stalledMs = untimed = 0
  onStart()
  const elapsed = run(seconds * 1000)
  const { answered } = replies
  onEnd()
  drain(sockets, replies, id => note(id, performance.now()), drainMs)
  // What never came waited longer than anything that did.
  histogram.add(Number.POSITIVE_INFINITY, replies.lost)
  return { answered, seconds: elapsed, stalledMs, untimed }
}
