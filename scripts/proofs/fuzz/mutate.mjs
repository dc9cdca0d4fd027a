// Breaks queries where a parser hurts: counts, lengths, labels, pointers, ends; and anywhere else too.
import { makeQuery } from './queries.mjs'

const MOST = 4
const LONGEST = 1500

/** A query that may be broken, with an id of its own in its first two bytes, if it has as many. */
export function hostilePacket(random, names, id) {
  let packet = random.chance(0.02)
    ? random.bytes(random.below(random.chance(0.1) ? LONGEST : 64))
    : makeQuery(random, names)
  if (random.chance(0.85)) packet = mutate(random, packet)
  if (packet.length > 0) packet[0] = id >> 8
  if (packet.length > 1) packet[1] = id & 255
  return packet
}

/** The bytes with one to four things wrong with them; they may be right by chance. */
export function mutate(random, bytes) {
  let mutated = Buffer.from(bytes)
  for (let left = 1 + random.below(MOST); left > 0; left--) mutated = random.pick(MUTATIONS)(random, mutated)
  return mutated.length > LONGEST ? mutated.subarray(0, LONGEST) : mutated
}

const HEADER = 12

/** Each takes bytes that it may change, and returns bytes; any length will do. */
export const MUTATIONS = [
  flipBit,
  setByte,
  setCount,
  setFlags,
  cut,
  lengthen,
  insert,
  remove,
  repeat,
  setLabel,
  setPointer,
  setEnd,
]

function flipBit(random, m) {
  if (m.length > 0) m[random.below(m.length)] ^= 1 << random.below(8)
  return m
}

function setByte(random, m) {
  if (m.length > 0) m[random.below(m.length)] = random.pick([0, 1, 63, 64, 127, 128, 192, 255, random.below(256)])
  return m
}

/** One of the four counts of the header. */
function setCount(random, m) {
  const at = 4 + 2 * random.below(4)
  if (m.length >= at + 2) m.writeUInt16BE(random.pick([0, 1, 2, 255, 65535]), at)
  return m
}

function setFlags(random, m) {
  // Mostly what is still a query: responses are dropped, and that is soon tested.
  if (m.length > 3) m[2 + random.below(2)] = random.chance(0.2) ? random.below(256) : random.below(128)
  return m
}

function cut(random, m) {
  return m.subarray(0, random.below(m.length + 1))
}

function lengthen(random, m) {
  return Buffer.concat([m, random.bytes(random.below(random.chance(0.05) ? 1000 : 20))])
}

function insert(random, m) {
  const at = random.below(m.length + 1)
  return Buffer.concat([m.subarray(0, at), random.bytes(1 + random.below(8)), m.subarray(at)])
}

function remove(random, m) {
  const at = random.below(m.length + 1)
  return Buffer.concat([m.subarray(0, at), m.subarray(at + 1 + random.below(8))])
}

/** A piece of it once more, behind its end. */
function repeat(random, m) {
  const from = random.below(m.length + 1)
  return Buffer.concat([m, m.subarray(from, from + random.below(60))])
}

/** The length of one of the first labels. */
function setLabel(random, m) {
  let at = HEADER
  for (let left = random.below(4); left > 0 && at < m.length && m[at] > 0; left--) at += m[at] + 1
  if (at < m.length) m[at] = random.pick([0, 1, 62, 63, 64, 65, 128, 191, 192, 255])
  return m
}

/** A compression pointer: to itself, to the header, ahead, or beyond the end. */
function setPointer(random, m) {
  if (m.length < HEADER + 2) return m
  const at = HEADER + random.below(m.length - HEADER - 1)
  m.writeUInt16BE(0xc000 | random.pick([at, 0, HEADER, at + 2, 0x3fff, random.below(0x4000)]), at)
  return m
}

/** One of the last lengths: of the data of OPT, of an option, of an address. */
function setEnd(random, m) {
  const at = m.length - 2 - random.below(Math.min(24, m.length))
  if (at >= 0) m.writeUInt16BE(random.pick([0, 1, 2, 4, 8, 255, 65535, random.below(65536)]), at)
  return m
}
