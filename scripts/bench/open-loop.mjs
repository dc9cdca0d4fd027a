// Latency: queries leave on a timetable, whether or not replies come, and a reply's latency counts from its place in the
// timetable. So a server that stalls is charged for everybody who had to wait, and not only for the one it was busy with.
import { drain } from './closed-loop.mjs'
import { BATCH } from './sockets.mjs'

/** Runs at `rate` a second for `seconds`, after `warmSeconds` of the same. Latencies go into `histogram`, in µs. */
export function openLoop(sockets, pool, replies, histogram, { rate, seconds, warmSeconds, drainMs, onStart, onEnd }) {
  const due = new Float64Array(pool.count)
  const perMs = rate / 1000
  let next = 0
  let s = 0
  const note = (id, now) => {
    if (id >= 0) histogram.add((now - due[id]) * 1000)
  }
  const run = ms => {
    const start = performance.now()
    let sent = 0
    for (let now = start; now - start < ms; now = performance.now()) {
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
        const got = socket.receive()
        const at = got > 0 ? performance.now() : 0
        for (let i = 0; i < got; i++) note(replies.take(socket.bytes, i * socket.stride), at)
      }
    }
    return (performance.now() - start) / 1000
  }
  run(warmSeconds * 1000)
  replies.restart()
  histogram.clear()
  onStart()
  const elapsed = run(seconds * 1000)
  const { answered } = replies
  onEnd()
  drain(sockets, replies, id => note(id, performance.now()), drainMs)
  // What never came waited longer than anything that did.
  histogram.add(Number.POSITIVE_INFINITY, replies.lost)
  return { answered, seconds: elapsed }
}
