// Queries as resolvers send them, and as a little more than they send: names that are there, nearly there and not there,
// types and classes of all kinds, EDNS with every option that a server may have to read (RFC 1035 §4.1, RFC 6891 §6.1), updates
// (RFC 2136), and signatures of whoever has no key (RFC 8945).

const word = value => [(value >> 8) & 255, value & 255]

const TYPES = [
  1, 1, 1, 28, 28, 2, 5, 6, 12, 15, 16, 33, 39, 41, 43, 48, 64, 65, 99, 249, 250, 251, 252, 253, 254, 255, 257, 65280,
]
const CLASSES = [1, 1, 1, 1, 1, 1, 1, 3, 254, 255, 0, 4]
const SIZES = [0, 1, 511, 512, 1232, 1232, 4096, 65535]
const OPCODES = [0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 5, 6, 15]

/** The key that the server knows, and whoever makes these packets does not. */
export const HOSTILE_KEY = 'hostile.example'
const [SOA, NOTIFY, UPDATE] = [6, 4, 5]

/** A query for one of `names` (text, without the final dot). Its first two bytes, the id, are zero. */
export function makeQuery(random, names) {
  const opcode = random.pick(OPCODES)
  const flags = [(opcode << 3) | random.below(2), random.chance(0.1) ? random.below(256) : 0]
  const isQuery = opcode !== NOTIFY && opcode !== UPDATE
  const type = isQuery || random.chance(0.1) ? typeOf(random) : SOA
  const question = [...nameBytes(random, random.pick(names)), ...word(type), ...word(random.pick(CLASSES))]
  const bodies = [0, 1].map(() => (isQuery && random.chance(0.97) ? [] : recordsOf(random, names)))
  const opts = random.chance(0.8) ? (random.chance(0.03) ? 2 : 1) : 0
  const last = Array.from({ length: opts }, () => optRecord(random))
  if (random.chance(0.03)) last.push(signature(random, names))
  const counts = [1, ...bodies.map(records => records.length), last.length].flatMap(word)
  return Buffer.from([0, 0, ...flags, ...counts, ...question, ...bodies.flat(2), ...last.flat()])
}

/** Up to three records for a section of an update: what has to be there, what comes and goes (RFC 2136 §2.4, §2.5). */
const recordsOf = (random, names) =>
  Array.from({ length: random.below(4) }, () => {
    const data = random.chance(0.5) ? [] : [...random.bytes(random.pick([1, 4, 16, 40]))]
    const owner = nameBytes(random, random.pick(names))
    return [...owner, ...word(typeOf(random)), ...word(random.pick([1, 254, 255])), ...fixedTail(data)]
  })

/** TTL 0, and the data behind their length. */
const fixedTail = data => [0, 0, 0, 0, ...word(data.length), ...data]

/** RFC 8945 §4.2: a TSIG record, of a key that is there or is not, signed with anything. */
function signature(random, names) {
  const owner = nameBytes(random, random.chance(0.8) ? HOSTILE_KEY : random.pick(names))
  const algorithm = nameBytes(
    random,
    random.pick(['hmac-sha256', 'hmac-sha256', 'hmac-sha1', 'hmac-md5.sig-alg.reg.int']),
  )
  const time = [0, 0, ...random.bytes(4)]
  const mac = [...random.bytes(random.pick([0, 9, 10, 16, 32, 32, 64]))]
  const other = [...random.bytes(random.pick([0, 0, 6]))]
  const data = [
    ...algorithm,
    ...time,
    ...word(300),
    ...word(mac.length),
    ...mac,
    0,
    0,
    0,
    0,
    ...word(other.length),
    ...other,
  ]
  return [...owner, ...word(250), ...word(255), ...fixedTail(data)]
}

const typeOf = random => (random.chance(0.1) ? random.below(65536) : random.pick(TYPES))

/** The name, in letters of either case, sometimes with labels before it. */
function nameBytes(random, name) {
  const labels = name === '' ? [] : name.split('.').map(label => Buffer.from(label, 'latin1'))
  if (random.chance(0.2)) labels.unshift(random.bytes(1 + random.below(random.chance(0.1) ? 63 : 8)))
  const bytes = [...labels.flatMap(label => [label.length, ...label.map(byte => mixed(random, byte))]), 0]
  return bytes.length > 255 ? [0] : bytes
}

const isLetter = byte => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
const mixed = (random, byte) => (isLetter(byte) && random.chance(0.3) ? byte ^ 32 : byte)

function optRecord(random) {
  const options = Array.from({ length: random.below(4) }, () => option(random)).flat()
  const owner = random.chance(0.02) ? [1, 97, 0] : [0]
  const version = random.chance(0.05) ? random.below(256) : 0
  const flags = random.chance(0.1) ? word(random.below(65536)) : [random.chance(0.5) ? 0x80 : 0, 0]
  return [...owner, ...word(41), ...word(random.pick(SIZES)), 0, version, ...flags, ...word(options.length), ...options]
}

/** NSID, client subnet, cookie, keepalive, padding, chain, extended error, zone version, and what nobody knows. */
function option(random) {
  const code = random.pick([3, 8, 8, 8, 10, 10, 11, 12, 13, 15, 19, 65001])
  const data = code === 8 ? subnet(random) : [...random.bytes(random.pick([0, 1, 2, 7, 8, 9, 16, 24, 40, 41]))]
  return [...word(code), ...word(data.length), ...data]
}

/** RFC 7871 §6: family, source and scope, and as many bytes as the source asks for, or nearly so many. */
function subnet(random) {
  const family = random.chance(0.1) ? random.below(4) : 1 + random.below(2)
  const bits = family === 1 ? 32 : 128
  const source = random.chance(0.1) ? random.below(256) : random.below(bits + 1)
  const scope = random.chance(0.05) ? random.below(256) : 0
  const length = Math.max(0, Math.ceil(source / 8) + (random.chance(0.1) ? random.below(3) - 1 : 0))
  const address = random.bytes(length)
  const spare = -source & 7
  if (length > 0 && random.chance(0.9)) address[length - 1] &= (0xff << spare) & 0xff
  return [...word(family), source, scope, ...address]
}
