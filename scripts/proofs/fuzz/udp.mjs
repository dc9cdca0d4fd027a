// Broken packets by UDP, some at a time, each lot followed by a good question that has to be answered.
import { createSocket } from 'node:dgram'
import { clock } from '../clock.mjs'
import { dropsAt } from '../drops.mjs'
import { PATIENCE_MS } from './good.mjs'
import { hostilePacket } from './mutate.mjs'
import { faultOf } from './sound.mjs'

/** Packets of a lot: few enough for any receive buffer. */
const LOT = 64
/** An id comes again after so many: what other threads answer may be late by some lots. */
const IDS = 65536
const UDP_SIZE = 1232

/**
 * Sends `count` packets to the port. `good` is a question with its answer: `{ query, isAnswer }`.
 * Resolves to what was counted; `drops` are replies that the kernel had no room for at our socket, `faults` are the first of the replies that were not sound, in words.
 */
export async function sendHostilePackets({ port, random, names, count, good, result }) {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  await new Promise(resolve => socket.connect(port, '127.0.0.1', resolve))
  const packets = new Array(IDS)
  let ids = 0
  const hostile = () => {
    const id = ids++ % IDS
    packets[id] = hostilePacket(random, names, id)
    return packets[id]
  }
  let settle = () => {}
  socket.on('message', reply => {
    const id = reply.length < 2 ? -1 : reply.readUInt16BE(0)
    const packet = packets[id]
    if (packet === goodQuery) return settle(good.isAnswer(reply))
    result.replies++
    const fault = packet === undefined ? 'a reply to nothing' : faultOf(packet, reply, UDP_SIZE)
    if (fault === undefined) return
    result.unsound++
    if (result.faults.length < 5) result.faults.push(`${fault}: ${packet?.toString('hex')}`)
  })
  socket.on('error', () => {})
  const goodQuery = Buffer.from(good.query)
  for (let sent = 0; sent < count; ) {
    const size = Math.min(LOT, count - sent)
    const lot = Array.from({ length: size }, hostile)
    const goodId = ids++ % IDS
    packets[goodId] = goodQuery
    goodQuery.writeUInt16BE(goodId, 0)
    const answered = new Promise(resolve => {
      const timer = setTimeout(() => resolve(undefined), PATIENCE_MS)
      settle = right => {
        clearTimeout(timer)
        resolve(right)
      }
    })
    const start = clock()
    for (const packet of lot) socket.send(packet)
    socket.send(goodQuery)
    const right = await answered
    result.slowestMs = Math.max(result.slowestMs, clock() - start)
    if (right === undefined) result.goodLost++
    else if (right) result.goodAnswered++
    else result.goodWrong++
    sent += size
    result.packets += size
  }
  result.drops += dropsAt(socket.address().port)
  socket.close()
}
