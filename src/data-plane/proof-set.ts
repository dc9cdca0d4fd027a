// The NSEC or NSEC3 record of a proof with its signatures (RFC 4034 §4, RFC 5155 §3): encoded once for a zone, whose name may lie
// anywhere in a response.
import { ANSWER, type Answers, LAST_POINTER } from '../snapshot/answers.js'

/**
 * Bytes that it takes `start` bytes into a message.
 * @param own those of its name before the name of the zone
 */
export function proofLength({ heads }: Answers, head: number, own: number, start: number): number {
  const written = start <= LAST_POINTER ? 1 : heads[head + ANSWER.relocationCount]!
  return heads[head + ANSWER.answerLength]! + own * written
}

/**
 * Writes it `start` bytes into the message at `at`. Its name is written once, or with each record where it lies too far behind
 * to be pointed at (RFC 1035 §4.1.4).
 * @param names where the `own` bytes of its name before that of the zone lie, from `nameAt` on
 * @param apexAt where in the message the name of the zone lies
 */
export function writeProof(
  m: Uint8Array,
  at: number,
  start: number,
  { heads, bytes, relocations }: Answers,
  head: number,
  names: Uint8Array,
  nameAt: number,
  own: number,
  apexAt: number,
): void {
  const from = heads[head + ANSWER.at]!
  const first = heads[head + ANSWER.relocationAt]!
  const count = heads[head + ANSWER.relocationCount]!
  let p = at + start
  for (let i = 0; i < count; i++) {
    const whole = i === 0 || start > LAST_POINTER
    if (whole) for (let k = 0; k < own; k++) m[p++] = names[nameAt + k]!
    const target = whole || own === 0 ? apexAt : start
    m[p++] = 0xc0 | (target >> 8)
    m[p++] = target & 255
    const end = i + 1 < count ? relocations[first + i + 1]! >> 2 : heads[head + ANSWER.answerLength]!
    for (let k = (relocations[first + i]! >> 2) + 2; k < end; k++) m[p++] = bytes[from + k]!
  }
}
