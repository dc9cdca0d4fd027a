// Saturation: so many queries are under way at any time, and each reply lets the next one go.
import { BATCH } from './sockets.mjs'

/** A socket that has heard nothing for so long, ms, takes what it waits for as lost. */
const PATIENCE_MS = 200
const DRAIN_MS = 200
const PATIENT_DRAIN_MS = 5000

/**
 * Runs for `seconds` after `warmSeconds`. `onStart` is called between the two and `onEnd` after them: they read the clocks
 * of the server, so that what is counted is what is between them.
 *
 * What is `patient` takes nothing as lost before the end: no question is asked again while its reply may still come.
 * What is `apart` sends no two questions in a row from one socket.
 */
export function closedLoop(sockets, pool, replies, { seconds, warmSeconds, window, patient, apart, onStart, onEnd }) {
  const underWay = new Int32Array(sockets.length)
  const rooms = new Int32Array(sockets.length)
  const heard = new Float64Array(sockets.length).fill(performance.now())
  let next = 0
  const round = now => {
    for (let s = 0; s < sockets.length; s++) {
      const socket = sockets[s]
      const got = socket.receive()
      for (let i = 0; i < got; i++) replies.take(socket.bytes, i * socket.stride)
      if (got > 0) {
        underWay[s] = Math.max(0, underWay[s] - got)
        heard[s] = now
      } else if (!patient && underWay[s] > 0 && now - heard[s] > PATIENCE_MS) {
        underWay[s] = 0
        heard[s] = now
      }
      let room = Math.min(window - underWay[s], BATCH, pool.count - next)
      // Half a window at a time, so that the server is given batches as a busy network gives them.
      rooms[s] = 0
      if (room < window / 2 && underWay[s] > 0 && next + room < pool.count) continue
      if (patient) {
        next = firstFree(replies.pending, next)
        room = freeFrom(replies.pending, next, Math.min(room, pool.count - next))
      }
      if (apart) rooms[s] = room
      else send(s, room)
    }
    if (apart) sendInTurn()
  }
  const send = (s, wanted) => {
    const sent = sockets[s].send(pool, next, wanted)
    replies.sent(next, sent)
    underWay[s] += sent
    next = (next + sent) % pool.count
  }
  const sendInTurn = () => {
    for (let left = true; left; ) {
      left = false
      for (let s = 0; s < sockets.length; s++) {
        if (rooms[s] <= 0) continue
        send(s, 1)
        rooms[s]--
        left = true
      }
    }
  }
  const runUntil = end => {
    for (let now = performance.now(); now < end; now = performance.now()) round(now)
  }
  runUntil(performance.now() + warmSeconds * 1000)
  replies.restart()
  onStart()
  const start = performance.now()
  runUntil(start + seconds * 1000)
  const elapsed = (performance.now() - start) / 1000
  const { answered } = replies
  onEnd()
  drain(sockets, replies, () => {}, patient ? PATIENT_DRAIN_MS : DRAIN_MS)
  return { answered, seconds: elapsed }
}

/** The first from `next` on that waits for no reply. */
function firstFree(pending, next) {
  for (let i = 0; i < pending.length; i++) {
    const id = (next + i) % pending.length
    if (pending[id] === 0) return id
  }
  return next
}

/** How many from `next` on wait for no reply, at most `most`. */
function freeFrom(pending, next, most) {
  for (let i = 0; i < most; i++) if (pending[next + i] !== 0) return i
  return most
}

/** Waits a little for what is still under way; longer, up to `most` ms, while anything is. */
export function drain(sockets, replies, onReply = () => {}, most = DRAIN_MS) {
  const start = performance.now()
  for (let ms = 0; ms < DRAIN_MS || (ms < most && replies.pending.includes(1)); ms = performance.now() - start) {
    for (const socket of sockets) {
      const got = socket.receive()
      for (let i = 0; i < got; i++) onReply(replies.take(socket.bytes, i * socket.stride))
    }
  }
  replies.finish()
}
