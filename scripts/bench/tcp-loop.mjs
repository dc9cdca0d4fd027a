// Saturation over TCP (RFC 7766): pipelined queries on connections that stay open.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const CONNECTIONS = 8
const PIPELINE = 16

/** As closedLoop, over connections; latencies go into `histogram`, in µs from when a query was written. */
export async function tcpLoop(port, pool, replies, histogram, { seconds, warmSeconds, onStart, onEnd }) {
  const writtenAt = new Float64Array(pool.count)
  let next = 0
  let running = true

  const ask = (socket, count) => {
    const parts = []
    for (let i = 0; i < count; i++) {
      const length = pool.lengthOf(next)
      parts.push(Buffer.from([length >>> 8, length & 255]))
      parts.push(pool.packets.subarray(next * pool.stride, next * pool.stride + length))
      replies.sent(next, 1)
      writtenAt[next] = performance.now()
      next = (next + 1) % pool.count
    }
    socket.write(Buffer.concat(parts))
  }

  const open = async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let rest = Buffer.alloc(0)
    socket.on('data', chunk => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let at = 0
      let got = 0
      while (rest.length - at >= 2 && rest.length - at >= 2 + rest.readUInt16BE(at)) {
        const id = replies.take(rest, at + 2)
        if (id >= 0) histogram.add((performance.now() - writtenAt[id]) * 1000)
        at += 2 + rest.readUInt16BE(at)
        got++
      }
      rest = rest.subarray(at)
      if (running && got > 0) ask(socket, got)
    })
    await once(socket, 'connect')
    // A server that closes early shows as lost answers.
    socket.on('error', () => {})
    return socket
  }

  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, open))
  for (const socket of sockets) ask(socket, PIPELINE)
  await pause(warmSeconds * 1000)
  replies.restart()
  histogram.clear()
  onStart()
  const start = performance.now()
  await pause(seconds * 1000)
  const elapsed = (performance.now() - start) / 1000
  const { answered } = replies
  onEnd()
  running = false
  await pause(200)
  for (const socket of sockets) socket.destroy()
  replies.finish()
  return { answered, seconds: elapsed }
}
