// Encoded answers (../snapshot/answers.ts) where the question is not the name that they were encoded for, or room is short.
import { HEADER_LENGTH } from '../dns/question.js'
import { ANSWER, type Answers, RELOCATE } from '../snapshot/answers.js'
import type { Owner } from './owner.js'

/** Bytes of an answer up to the last place that is within the room and at which it may end. */
export function fittingLength({ heads, relocations }: Answers, head: number, room: number): number {
  let length = heads[head + ANSWER.requiredLength]!
  const first = heads[head + ANSWER.relocationAt]!
  for (let i = first; i < first + heads[head + ANSWER.relocationCount]!; i++) {
    const position = relocations[i]! >> 2
    if ((relocations[i]! & 3) === RELOCATE.optional && position <= room) length = position
  }
  return length
}

/**
 * Moves the pointers of the answer that begins `start` bytes into the message at `at`, and of which `length` bytes are there.
 * @param nodeLength how long the name is that it was encoded for
 */
export function relocate(
  m: Uint8Array,
  at: number,
  start: number,
  length: number,
  { heads, relocations }: Answers,
  head: number,
  owner: Owner,
  nodeLength: number,
): void {
  const suffix = owner.at - HEADER_LENGTH + owner.length - nodeLength
  const inside = start - (HEADER_LENGTH + nodeLength + 4)
  const first = heads[head + ANSWER.relocationAt]!
  for (let i = first; i < first + heads[head + ANSWER.relocationCount]!; i++) {
    const position = relocations[i]! >> 2
    // What was left out for want of room is not there to be moved.
    if (position >= length) continue
    const kind = relocations[i]! & 3
    if (kind === RELOCATE.optional) continue
    const p = at + start + position
    const target = ((m[p]! << 8) | m[p + 1]!) & 0x3fff
    const moved = kind === RELOCATE.owner ? owner.at : target + (kind === RELOCATE.suffix ? suffix : inside)
    m[p] = 0xc0 | (moved >> 8)
    m[p + 1] = moved & 255
  }
}
