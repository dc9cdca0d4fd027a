// Header and question of a query (RFC 1035 §4.1.1, §4.1.2), read where they were received.
import { TYPE } from './numbers.js'

export const HEADER_LENGTH = 12

/** What came of reading a question. */
export const QUESTION = {
  ok: 0,
  /** A response, or no header: answering it could start a loop. */
  drop: 1,
  malformed: 2,
  /** An opcode other than QUERY. */
  notImplemented: 3,
  /** No question at all, as in a query for a server cookie (RFC 7873 §5.4). */
  none: 4,
  /** IXFR, whose authority section has the serial of the client (RFC 1995 §3). */
  transfer: 5,
} as const

/** A question as it lies in a message; one is made per thread and used again for each query. */
export class Question {
  /** Length of the name, its root label included. */
  nameLength = 0
  labelCount = 0
  type = 0
  qclass = 0
  /** First byte after the question, counted from the message's first. */
  end = 0
  /** Where each label's length byte lies, counted from the name's first byte. */
  readonly labels = new Uint8Array(128)
}

/** Takes a name as one to be found that lies uncompressed at `from`, and is known to be sound. */
export function takeName(m: Uint8Array, from: number, question: Question): void {
  let p = from
  let count = 0
  for (; m[p]! > 0; p += m[p]! + 1) question.labels[count++] = p - from
  question.nameLength = p + 1 - from
  question.labelCount = count
}

/**
 * Where the additional section of a message of any opcode begins, counted from the message's first byte; −1 where what lies
 * before it cannot be read. Names may be compressed, and what they say is not looked at.
 */
export function additionalAt(m: Uint8Array, at: number, length: number): number {
  const end = at + length
  if (length < HEADER_LENGTH) return -1
  const questions = (m[at + 4]! << 8) | m[at + 5]!
  const records = ((m[at + 6]! << 8) | m[at + 7]!) + ((m[at + 8]! << 8) | m[at + 9]!)
  let p = at + HEADER_LENGTH
  // Each takes at least five bytes, so that whatever the counts say this ends with the message.
  for (let i = 0; i < questions + records; i++) {
    while (p < end && m[p]! > 0 && m[p]! < 64) p += m[p]! + 1
    if (p >= end) return -1
    p += m[p]! >= 0xc0 ? 2 : m[p] === 0 ? 1 : end
    p += 4
    if (i >= questions) p += p + 6 <= end ? 6 + ((m[p + 4]! << 8) | m[p + 5]!) : end
    if (p > end) return -1
  }
  return p - at
}

/** Reads the question of the message of `length` bytes at `at`. @returns a QUESTION */
export function readQuestion(m: Uint8Array, at: number, length: number, question: Question): number {
  question.end = 0
  if (length < HEADER_LENGTH || (m[at + 2]! & 0x80) !== 0) return QUESTION.drop
  if ((m[at + 2]! & 0x78) !== 0) return QUESTION.notImplemented
  // One question; and nothing in the answer and authority sections of a query, but for IXFR.
  const questions = (m[at + 4]! << 8) | m[at + 5]!
  const authorities = (m[at + 8]! << 8) | m[at + 9]!
  if ((m[at + 6]! | m[at + 7]!) !== 0 || authorities > 1) return QUESTION.malformed
  if (questions !== 1) return questions === 0 && authorities === 0 ? QUESTION.none : QUESTION.malformed
  const first = at + HEADER_LENGTH
  const end = at + length
  let p = first
  let count = 0
  for (;;) {
    if (p >= end) return QUESTION.malformed
    const label = m[p]!
    if (label === 0) break
    // Also a compression pointer: there is nothing before the first name that it could point at.
    if (label > 63) return QUESTION.malformed
    question.labels[count++] = p - first
    p += label + 1
    if (p - first > 254) return QUESTION.malformed
  }
  p++
  if (p + 4 > end) return QUESTION.malformed
  question.nameLength = p - first
  question.labelCount = count
  question.type = (m[p]! << 8) | m[p + 1]!
  question.qclass = (m[p + 2]! << 8) | m[p + 3]!
  if (authorities > 0) return question.type === TYPE.IXFR ? QUESTION.transfer : QUESTION.malformed
  question.end = p + 4 - at
  return QUESTION.ok
}
