// Queries as packets (RFC 1035 §4, RFC 6891, RFC 7871), made before the clock starts.
import { ZONE } from './world.mjs'

const TYPE_A = 1
const OPTION_ECS = 8

/**
 * A query for the A records of a name, with EDNS, and with the network of a client where `client` has its bytes: the three of a /24,
 * or the six of a /48 of IPv6.
 * @param dnssecOk whether signatures are wanted (RFC 3225)
 */
export function encodeQuery(id, name, client, dnssecOk = false) {
  const option =
    client === undefined
      ? []
      : [0, OPTION_ECS, 0, 4 + client.length, 0, client.length === 3 ? 1 : 2, client.length * 8, 0, ...client]
  return Buffer.from([
    ...[id >>> 8, id & 255, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1],
    ...name.split('.').flatMap(label => [label.length, ...Buffer.from(label)]),
    ...[0, 0, TYPE_A, 0, 1],
    ...[0, 0, 41, 1232 >>> 8, 1232 & 255, 0, 0, dnssecOk ? 0x80 : 0, 0, 0, option.length, ...option],
  ])
}

/** A generator of numbers in [0, 1) that gives the same ones every time (mulberry32). */
export function random(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const below = (draw, limit) => Math.floor(draw() * limit)

/** The name of a question: one of the static ones, one of the steered ones, or one that does not exist. */
const NAMES = {
  static: (draw, { statics }) => `s${below(draw, statics)}.${ZONE}`,
  geo: (draw, { steered, called = 'h' }) => `${called}${below(draw, steered)}.${ZONE}`,
  nxdomain: draw => `x${below(draw, 2 ** 32).toString(16)}.${ZONE}`,
}

/** The first three bytes of a client: anywhere in the unicast space but 0, 10 and 127. */
function clientNetwork(draw) {
  const first = 1 + below(draw, 223)
  return first === 10 || first === 127 ? clientNetwork(draw) : [first, below(draw, 256), below(draw, 256)]
}

/** What the registries of the regions give out (IANA, IPv6 Global Unicast Address Assignments), by its first two bytes. */
const BLOCKS_6 = [0x2001, 0x2400, 0x2600, 0x2800, 0x2a00, 0x2c00]

/** The first six bytes of a client with IPv6: anywhere in the first /20 of each block, where most of what is in use lies. */
function clientNetwork6(draw) {
  const block = BLOCKS_6[below(draw, BLOCKS_6.length)]
  return [block >> 8, block & 255, below(draw, 16), below(draw, 256), below(draw, 256), below(draw, 256)]
}

/** Bytes of a query that are its client subnet. */
export const subnetLength = ({ ecs, family = 4 }) => (ecs ? 8 + (family === 4 ? 3 : 6) : 0)

/** `count` questions of a kind (`{ names, ecs, family, zone, dnssecOk, answers }`); the id of each is its number, so that a reply says what was asked. */
export function questions({ names, ecs, family = 4, zone, dnssecOk }, count, seed = 7) {
  const draw = random(seed)
  const network = family === 4 ? clientNetwork : clientNetwork6
  return Array.from({ length: count }, (_, id) =>
    encodeQuery(id, NAMES[names](draw, zone), ecs ? network(draw) : undefined, dnssecOk),
  )
}

/** What every reply to a kind of question must be. */
export const expectation = ({ names, dnssecOk, answers = 1 }) =>
  names === 'nxdomain' ? { rcode: 3, answers: 0 } : { rcode: 0, answers: dnssecOk ? answers + 1 : answers }
