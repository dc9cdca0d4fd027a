// The answer-aware pass: a map that is uniform by ranking becomes one that is uniform by today's choice, so that scopes
// are as wide as today's answers allow, and widen by themselves when a region's loss makes neighbours agree.
import { type ClientMap, FANOUT, leaf, leafRanking, STRIDE, TABLE_BITS } from '../../snapshot/map.js'
import { sharedInt32 } from '../../snapshot/shared.js'
import { blockDepths } from './blocks.js'

const MIXED = -1

/**
 * Merges all neighbours whose choices are the same. The new map's leaves keep one of the merged rankings, so the
 * ranking → choice table serves both maps.
 * @param choiceOf ranking → choice
 */
export function widen(base: ClientMap, choiceOf: Int32Array): ClientMap {
  const uniform = uniformChoices(base, choiceOf)
  const numbers = new Int32Array(uniform.length)
  let count = 0
  for (let node = 0; node < uniform.length; node++) if (uniform[node] === MIXED) numbers[node] = count++

  const table = widenTable(base, choiceOf, uniform, numbers)
  const depths = nodeDepths(base)
  const nodes = sharedInt32(count * FANOUT)
  for (let node = 0; node < uniform.length; node++) {
    if (uniform[node] === MIXED) widenNode(base, choiceOf, uniform, numbers, nodes, node, depths[node]!)
  }
  return { table, nodes }
}

/** Whether two tables put the same rankings together: a map that was widened by the one then serves the other. */
export function samePartition(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false
  const forth = new Int32Array(highest(a) + 1).fill(-1)
  const back = new Int32Array(highest(b) + 1).fill(-1)
  for (let ranking = 0; ranking < a.length; ranking++) {
    const x = a[ranking]!
    const y = b[ranking]!
    if (forth[x] === -1 && back[y] === -1) {
      forth[x] = y
      back[y] = x
    } else if (forth[x] !== y) return false
  }
  return true
}

const highest = (choices: Int32Array): number => choices.reduce((most, choice) => Math.max(most, choice), 0)

/** For each node the choice of all its leaves, or MIXED. Children have smaller numbers than their parents. */
function uniformChoices({ nodes }: ClientMap, choiceOf: Int32Array): Int32Array {
  const uniform = new Int32Array(nodes.length / FANOUT)
  for (let node = 0; node < uniform.length; node++) {
    const at = node * FANOUT
    const first = choiceBelow(nodes[at]!, choiceOf, uniform)
    let same = first
    for (let i = 1; i < FANOUT && same !== MIXED; i++) {
      if (choiceBelow(nodes[at + i]!, choiceOf, uniform) !== first) same = MIXED
    }
    uniform[node] = same
  }
  return uniform
}

const choiceBelow = (word: number, choiceOf: Int32Array, uniform: Int32Array): number =>
  word < 0 ? choiceOf[leafRanking(word)]! : uniform[word]!

/** Bits that have been read when a node is reached. */
function nodeDepths({ table, nodes }: ClientMap): Uint8Array {
  const depths = new Uint8Array(nodes.length / FANOUT)
  for (const word of table) if (word >= 0) depths[word] = TABLE_BITS
  for (let node = depths.length - 1; node >= 0; node--) {
    for (let i = 0; i < FANOUT; i++) {
      const word = nodes[node * FANOUT + i]!
      if (word >= 0) depths[word] = depths[node]! + STRIDE
    }
  }
  return depths
}

/** Any of the rankings below. */
function someRanking({ nodes }: ClientMap, word: number): number {
  let at = word
  while (at >= 0) at = nodes[at * FANOUT]!
  return leafRanking(at)
}

function widenTable(base: ClientMap, choiceOf: Int32Array, uniform: Int32Array, numbers: Int32Array): Int32Array {
  // As blocks.ts wants them: below 0 one choice, else a node.
  const values = base.table.map(word => {
    const choice = choiceBelow(word, choiceOf, uniform)
    return choice === MIXED ? numbers[word]! : ~choice
  })
  const depths = blockDepths(values)
  const table = sharedInt32(values.length)
  for (let i = 0; i < values.length; i++) {
    table[i] = values[i]! >= 0 ? values[i]! : leaf(someRanking(base, base.table[i]!), depths[i]!)
  }
  return table
}

function widenNode(
  base: ClientMap,
  choiceOf: Int32Array,
  uniform: Int32Array,
  numbers: Int32Array,
  out: Int32Array,
  node: number,
  depth: number,
): void {
  const from = node * FANOUT
  const to = numbers[node]! * FANOUT
  for (let half = 0; half < FANOUT; half += 2) {
    const left = choiceBelow(base.nodes[from + half]!, choiceOf, uniform)
    const right = choiceBelow(base.nodes[from + half + 1]!, choiceOf, uniform)
    const leafDepth = left === right ? depth + 1 : depth + STRIDE
    for (let i = half; i < half + 2; i++) {
      const word = base.nodes[from + i]!
      const choice = i === half ? left : right
      out[to + i] = choice === MIXED ? numbers[word]! : leaf(someRanking(base, word), leafDepth)
    }
  }
}
