// Answers of which few are others: what was encoded before is copied, and what lies behind one that is longer now, or shorter,
// moves. All is as if it had been encoded at once.
import { ANSWER, ANSWER_WORDS, type Answers, AnswersBuilder, type EncodedAnswer } from './answers.js'
import { ENTRY_WORDS, type NameTable, NODE, NODE_WORDS } from './names.js'
import { sharedInt32, shareInt32 } from './shared.js'

export interface AmendedAnswers {
  readonly answers: Answers
  /** Where an answer is now. */
  readonly moved: (answer: number) => number
  readonly anyMoved: boolean
}

/** A place from which on answers have moved, by so many words in all. */
interface Step {
  readonly from: number
  readonly by: number
}

/** @param fresh by the numbers of the answers that they replace; answers that have no signed form, and share no bytes */
export function amendAnswers({ heads }: Answers, fresh: ReadonlyMap<number, EncodedAnswer>): AmendedAnswers {
  const parts = [...fresh].sort(([a], [b]) => a - b).map(([answer, encoded]) => partOf(heads, answer, encoded))
  const growth = parts.reduce((sum, { words, end, start }) => sum + words.length - (end - start), 0)
  const anew = sharedInt32(heads.length + growth)
  const steps: Step[] = []
  let [read, by] = [0, 0]
  for (const { start, end, words } of parts) {
    copyAnswers(heads, anew, read, start, by)
    anew.set(words, start + by)
    moveHead(anew, start + by, start + by)
    by += words.length - (end - start)
    read = end
    steps.push({ from: end, by })
  }
  copyAnswers(heads, anew, read, heads.length, by)
  return {
    answers: { heads: anew, bytes: new Uint8Array(anew.buffer), relocations: anew },
    moved: answer => answer + (steps.findLast(({ from }) => from <= answer * ANSWER_WORDS)?.by ?? 0) / ANSWER_WORDS,
    anyMoved: steps.some(step => step.by !== 0),
  }
}

/** An answer as it would lie at the very beginning, and the words that it replaces. */
function partOf(heads: Int32Array, answer: number, encoded: EncodedAnswer) {
  const alone = new AnswersBuilder()
  alone.add(encoded)
  const start = answer * ANSWER_WORDS
  return { start, end: endOf(heads, start), words: alone.build().heads }
}

/** Where the next answer begins. */
function endOf(heads: Int32Array, head: number): number {
  const end = heads[head + ANSWER.relocationAt]! + heads[head + ANSWER.relocationCount]!
  return Math.ceil(end / ANSWER_WORDS) * ANSWER_WORDS
}

/** Copies the answers from `start` to before `end` to places that are `by` words further on. */
function copyAnswers(from: Int32Array, to: Int32Array, start: number, end: number, by: number): void {
  to.set(from.subarray(start, end), start + by)
  if (by === 0) return
  for (let head = start; head < end; head = endOf(from, head)) moveHead(to, head + by, by)
}

/** What a head says of places, in words that lie `by` further on. */
function moveHead(heads: Int32Array, head: number, by: number): void {
  heads[head + ANSWER.at]! += by * 4
  heads[head + ANSWER.relocationAt]! += by
  heads[head + ANSWER.signed]! += by / ANSWER_WORDS
}

/** The names with their answers where these are now. */
export function renumberedNames(names: NameTable, { moved, anyMoved }: AmendedAnswers): NameTable {
  if (!anyMoved) return names
  const nodes = shareInt32(names.nodes)
  for (let head = 0; head < nodes.length; ) {
    const first = nodes[head + NODE.firstEntry]!
    const end = first + nodes[head + NODE.entryCount]! * ENTRY_WORDS
    // What is no answer is less than nothing.
    for (let at = first + 1; at < end; at += ENTRY_WORDS) if (nodes[at]! >= 0) nodes[at] = moved(nodes[at]!)
    head = Math.ceil(end / NODE_WORDS) * NODE_WORDS
  }
  return { ...names, nodes, bytes: new Uint8Array(nodes.buffer) }
}
