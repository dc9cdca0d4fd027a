// Whether a reply is one that a server may send to whatever it was sent: read by a parser of its own, that shares nothing
// with the server's.

const HEADER = 12
const OPT = 41

/** What is wrong with a reply, in words; undefined where nothing is. `limit` is the most bytes that it may have. */
export function faultOf(query, reply, limit) {
  if (query.length < HEADER) return 'what has no header was answered'
  if ((query[2] & 0x80) !== 0) return 'a response was answered'
  if (reply.length < HEADER) return `a reply of ${reply.length} bytes`
  if (reply.length > limit) return `a reply of ${reply.length} bytes, where ${limit} are the most`
  if (reply[0] !== query[0] || reply[1] !== query[1]) return 'another id'
  if ((reply[2] & 0x80) === 0) return 'QR is clear'
  if (((reply[2] ^ query[2]) & 0x79) !== 0) return 'another opcode, or another RD'
  if ((reply[3] & 0xf0) !== 0) return 'RA, Z, AD or CD is set'
  return faultInSections(query, reply)
}

function faultInSections(query, reply) {
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map(at => (reply[at] << 8) | reply[at + 1])
  if (questions > 1) return `${questions} questions`
  let at = HEADER
  if (questions === 1) {
    const end = skipName(reply, at)
    if (end === undefined || end + 4 > reply.length) return 'the question is cut short'
    at = end + 4
    if (Buffer.compare(reply.subarray(HEADER, at), query.subarray(HEADER, at)) !== 0) return 'another question'
  }
  let opts = 0
  for (let i = 0; i < answers + authorities + additionals; i++) {
    const owner = skipName(reply, at)
    if (owner === undefined || owner + 10 > reply.length) return `record ${i + 1} is cut short`
    const end = owner + 10 + ((reply[owner + 8] << 8) | reply[owner + 9])
    if (end > reply.length) return `the data of record ${i + 1} are cut short`
    if (((reply[owner] << 8) | reply[owner + 1]) === OPT) {
      opts++
      if (i < answers + authorities) return 'an OPT record outside of the additional section'
    }
    at = end
  }
  if (opts > 1) return `${opts} OPT records`
  return at === reply.length ? undefined : `${reply.length - at} bytes behind the last record`
}

/** First byte behind a name; undefined where it runs out of the message, is too long, or has a pointer that leads ahead. */
function skipName(m, from) {
  let length = 0
  let end
  let lowest = from
  for (let p = from; p < m.length; ) {
    const label = m[p]
    if (label >= 0xc0) {
      const target = ((label & 0x3f) << 8) | m[p + 1]
      end ??= p + 2
      if (target >= lowest || target < HEADER) return undefined
      lowest = p = target
      continue
    }
    length += label + 1
    if (label > 63 || length > 255) return undefined
    p += label + 1
    if (label === 0) return end ?? p
  }
  return undefined
}
