// The load of the storm, a process of its own: as many queries as the server takes, and all answers kept with their times.
import { setImmediate as breathe } from 'node:timers/promises'
import { encodeQuery } from '../../../dist/dns/message.js'
import { parseName } from '../../../dist/dns/name.js'
import { loadLibc } from '../../bench/libc.mjs'
import { messages } from '../../bench/messages.mjs'
import { BATCH, openSockets } from '../../bench/sockets.mjs'
import { clock } from '../clock.mjs'
import { dropsAt } from '../drops.mjs'
import { drawClients } from './expected.mjs'
import { judge } from './judge.mjs'

const POOL = 65536
const STRIDE = 128
const SOCKETS = 8
/** Under way on a socket. */
const WINDOW = 24
const SLICE_MS = 20
const DRAIN_MS = 500
const TYPE_A = 1
/** Of an address record behind its question: pointer, type, class, TTL, length. */
const RECORD_HEAD = 12

const libc = loadLibc()

/** Questions for the names in turns, each for a client of its own; a question's id is its place. */
function makePool({ names, regions, seed }) {
  const packets = Buffer.alloc(POOL * STRIDE)
  const ends = new Uint8Array(POOL)
  const lengths = new Uint8Array(POOL)
  const questions = drawClients(POOL, regions, seed).map(({ address, nearest }, id) => {
    const { name, left } = names[id % names.length]
    const query = encodeQuery({
      id,
      name: parseName(name),
      type: TYPE_A,
      edns: true,
      subnet: { bytes: address, length: 32 },
    })
    packets.set(query, id * STRIDE)
    ends[id] = 12 + name.length + 2 + 4
    lengths[id] = query.length
    return { nearest, left }
  })
  const headers = messages(libc, packets, POOL, STRIDE, id => lengths[id])
  return { packets, ends, headers, questions }
}

const keep = most => ({
  count: 0,
  ids: new Uint16Array(most),
  regions: new Uint8Array(most),
  sentAt: new Float64Array(most),
  receivedAt: new Float64Array(most),
})

async function load({ port, most, warmMs, ...wanted }) {
  const pool = makePool(wanted)
  const sockets = openSockets(libc, port, SOCKETS)
  const underWay = new Int32Array(sockets.length)
  const answers = keep(most)
  const tally = { sent: 0, lost: 0, stray: 0, malformed: 0 }
  const pending = new Uint8Array(POOL)
  const sentAt = new Float64Array(POOL)
  let next = 0

  const take = (bytes, at, now) => {
    const id = (bytes[at] << 8) | bytes[at + 1]
    if (pending[id] === 0) {
      tally.stray++
      return
    }
    pending[id] = 0
    const region = readAnswer(pool, bytes, at, id)
    if (region < 0) tally.malformed++
    const i = answers.count++
    answers.ids[i] = id
    answers.regions[i] = region
    answers.sentAt[i] = sentAt[id]
    answers.receivedAt[i] = now
  }
  const receive = s => {
    const got = sockets[s].receive()
    const now = clock() // after the receipt, so that no state that may apply is left out
    for (let i = 0; i < got; i++) take(sockets[s].bytes, i * sockets[s].stride, now)
    underWay[s] -= got
  }
  const send = s => {
    const room = Math.min(WINDOW - underWay[s], BATCH, POOL - next)
    const now = clock() // before the sending, for the same reason
    const sent = sockets[s].send(pool, next, room)
    for (let id = next; id < next + sent; id++) {
      tally.lost += pending[id]
      pending[id] = 1
      sentAt[id] = now
    }
    tally.sent += sent
    underWay[s] += sent
    next = (next + sent) % POOL
  }
  const rounds = (end, sending) => {
    while (clock() < end && answers.count + POOL < most) {
      for (let s = 0; s < sockets.length; s++) {
        receive(s)
        if (sending && (underWay[s] <= WINDOW / 2 || next + WINDOW > POOL)) send(s)
      }
    }
  }

  rounds(clock() + warmMs, true)
  process.send('ready')
  let states
  process.once('message', message => {
    states = message
  })
  const start = clock()
  const before = answers.count
  while (states === undefined) {
    rounds(clock() + SLICE_MS, true)
    await breathe()
  }
  const seconds = (clock() - start) / 1000
  const qps = (answers.count - before) / seconds
  rounds(clock() + DRAIN_MS, false)
  for (let id = 0; id < POOL; id++) tally.lost += pending[id]
  const drops = dropsAt(port)
  for (const socket of sockets) socket.close()
  return { ...tally, answered: answers.count, drops, qps, seconds, ...judge(states, answers, pool.questions) }
}

/** The place of the region in the answer; 255 (as a byte) where it is anything but one address for our question. */
function readAnswer({ packets, ends }, bytes, at, id) {
  const end = ends[id]
  for (let i = 12; i < end; i++) if (bytes[at + i] !== packets[id * STRIDE + i]) return -1
  const data = at + end + RECORD_HEAD
  const good =
    (bytes[at + 2] & 0x84) === 0x84 &&
    (bytes[at + 3] & 15) === 0 &&
    bytes[at + 7] === 1 &&
    bytes[at + end + 3] === TYPE_A &&
    bytes[data] === 198 &&
    bytes[data + 1] === 51 &&
    bytes[data + 2] === 100
  return good ? bytes[data + 3] - 1 : -1
}

process.once('message', async job => {
  process.send(await load(job))
  process.disconnect()
})
