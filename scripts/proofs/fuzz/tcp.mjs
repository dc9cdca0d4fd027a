// Broken streams by TCP: cut, garbage, pipelined, half-closed, slow, reset; from many addresses of this machine.
import { connect } from 'node:net'
import { hostilePacket } from './mutate.mjs'
import { faultOf } from './sound.mjs'

const AT_ONCE = 60
/** So many addresses to come from: a server has limits for each of them. */
const CLIENTS = 200
/** A stream that the server keeps open is given up, ms. */
const PATIENCE_MS = 300
const TCP_SIZE = 65535

const framed = packet => Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 255]), packet])
const lying = (packet, length) => Buffer.concat([Buffer.from([length >> 8, length & 255]), packet])

/** Each is given a socket that is open, chance, and a maker of packets; whoever waits for nothing ends the stream itself. */
const KINDS = {
  'cut within the length': (socket, random) => socket.end(random.bytes(1)),
  'cut within the message': (socket, random, packet) => {
    const bytes = framed(packet())
    socket.end(bytes.subarray(0, 2 + random.below(bytes.length)))
  },
  garbage: (socket, random) => socket.end(random.bytes(random.below(3000))),
  'length without message': (socket, random, packet) =>
    socket.end(lying(packet(), random.pick([1, 11, 12, 40000, 65535]))),
  'no length at all': (socket, _, packet) => socket.end(packet()),
  'empty messages': socket => socket.end(Buffer.alloc(64)),
  'broken ones in a row': (socket, random, packet) =>
    socket.end(Buffer.concat(Array.from({ length: 1 + random.below(30) }, () => framed(packet())))),
  'half-closed': (socket, _, packet) => socket.end(framed(packet())),
  'byte by byte': async (socket, _, packet) => {
    for (const byte of framed(packet()).subarray(0, 40)) {
      if (socket.destroyed) return
      socket.write(Buffer.of(byte))
      await new Promise(resolve => setImmediate(resolve))
    }
    socket.end()
  },
  'left open': (socket, random, packet) => {
    if (random.chance(0.5)) socket.write(framed(packet()).subarray(0, 5))
  },
  reset: (socket, _, packet) => {
    socket.write(framed(packet()))
    socket.resetAndDestroy()
  },
  'answers that nobody reads': (socket, _, packet) => {
    socket.pause()
    socket.write(Buffer.concat(Array.from({ length: 200 }, () => framed(packet()))))
  },
}

/** Opens `count` streams, and asks a good question by `ask` after each hundredth; see udp.mjs. */
export async function openHostileStreams({ port, random, names, count, ask, result }) {
  const kinds = Object.keys(KINDS)
  let next = 0
  const work = async () => {
    while (next < count) {
      const i = next++
      const kind = kinds[i % kinds.length]
      await openOne(port, i, kind, random, names, result)
      result.streams++
      if (i % 100 !== 0) continue
      const right = await ask()
      if (right === undefined) result.goodLost++
      else if (right) result.goodAnswered++
      else result.goodWrong++
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, work))
}

function openOne(port, i, kind, random, names, result) {
  return new Promise(resolve => {
    const client = i % CLIENTS
    const localAddress = `127.${1 + Math.floor(client / 100)}.77.${1 + (client % 100)}`
    const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true })
    const sent = new Map()
    const packet = () => {
      const id = sent.size & 0xffff
      const made = hostilePacket(random, names, id)
      sent.set(id, made)
      return made
    }
    const timer = setTimeout(() => {
      result.givenUp++
      socket.destroy()
    }, PATIENCE_MS)
    let bytes = Buffer.alloc(0)
    socket.on('data', chunk => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        const reply = bytes.subarray(2, 2 + bytes.readUInt16BE(0))
        bytes = bytes.subarray(2 + reply.length)
        judge(kind, sent, reply, result)
      }
    })
    socket.on('end', () => socket.end())
    socket.on('error', () => {})
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.once('connect', () => void KINDS[kind](socket, random, packet))
  })
}

/** Garbage may happen to be a query; of that nothing is known but that the reply has to be sound in itself. */
function judge(kind, sent, reply, result) {
  result.replies++
  const query = reply.length < 2 ? undefined : sent.get(reply.readUInt16BE(0))
  const known = query !== undefined && !['garbage', 'no length at all', 'length without message'].includes(kind)
  const fault = known ? faultOf(query, reply, TCP_SIZE) : undefined
  if (fault === undefined) return
  result.unsound++
  if (result.faults.length < 5) result.faults.push(`${kind}: ${fault}: ${query.toString('hex')}`)
}
