// The answer-aware pass: a map that is uniform by ranking becomes one that is uniform by today's choice, so that scopes
// are as wide as today's answers allow, and widen by themselves when a region's loss makes neighbours agree.
import { type ClientMap, FANOUT, leaf, leafDepth, leafRanking, STRIDE, UNLOCATED } from '../../snapshot/map.js'
import { sharedInt32 } from '../../snapshot/shared.js'
import { blockDepths } from './blocks.js'
import { FoldedNodes } from './folded-nodes.js'

const MIXED = -1

/**
 * Merges all neighbours whose choices are the same. The new map's leaves have one ranking for all of a choice, so that its
 * parts look alike more often, and the ranking → choice table serves both maps.
 * @param choiceOf ranking → choice
 */
export function widen(base: ClientMap, choiceOf: Int32Array): ClientMap {
  const wide = widenNodes(base, choiceOf)
  return { table: widenTable(base, wide), nodes: wide.nodes.share() }
}

/** What becomes of each word of the base: of nodes by their numbers. */
interface Wide {
  readonly nodes: FoldedNodes
  /** The choice of all leaves below, or MIXED. */
  choiceBelow(word: number): number
  /** A ranking of that choice, or a node of the new map. */
  becomes(word: number): number
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

function highest(choices: Int32Array): number {
  let most = 0
  for (let i = 0; i < choices.length; i++) if (choices[i]! > most) most = choices[i]!
  return most
}

/** One pass, since children have smaller numbers than their parents. */
function widenNodes({ nodes }: ClientMap, choiceOf: Int32Array): Wide {
  const count = nodes.length / FANOUT
  const choices = new Int32Array(count)
  const become = new Int32Array(count)
  const depths = new Uint8Array(count)
  const speaker = speakers(choiceOf)
  const folded = new FoldedNodes()
  const choiceBelow = (word: number): number => (word < 0 ? choiceOf[leafRanking(word)]! : choices[word]!)
  const becomes = (word: number): number => (word < 0 ? speaker[leafRanking(word)]! : become[word]!)
  const next = (word: number, choice: number, depth: number): number =>
    choice === MIXED ? become[word]! : leaf(becomes(word), depth)
  for (let node = 0; node < count; node++) {
    const at = node * FANOUT
    const [a, b, c, d] = [nodes[at]!, nodes[at + 1]!, nodes[at + 2]!, nodes[at + 3]!]
    const [forA, forB, forC, forD] = [choiceBelow(a), choiceBelow(b), choiceBelow(c), choiceBelow(d)]
    // A leaf's own depth is one or two bits below its node, which is at an even one.
    const depth = a < 0 ? (leafDepth(a) - 1) & ~1 : depths[a]! - STRIDE
    depths[node] = depth
    const isOne = forA !== MIXED && forA === forB && forA === forC && forA === forD
    choices[node] = isOne ? forA : MIXED
    if (isOne) become[node] = becomes(a)
    else {
      const left = forA === forB ? depth + 1 : depth + STRIDE
      const right = forC === forD ? depth + 1 : depth + STRIDE
      become[node] = folded.one(next(a, forA, left), next(b, forB, left), next(c, forC, right), next(d, forD, right))
    }
  }
  return { nodes: folded, choiceBelow, becomes }
}

/** For each ranking the one that stands for its choice. Clients of whom nothing is known are counted: they stand for themselves. */
function speakers(choiceOf: Int32Array): Int32Array {
  const first = new Map<number, number>()
  return choiceOf.map((choice, ranking) => {
    if (ranking === UNLOCATED) return UNLOCATED
    const known = first.get(choice) ?? ranking
    first.set(choice, known)
    return known
  })
}

function widenTable({ table }: ClientMap, { choiceBelow, becomes }: Wide): Int32Array {
  // As blocks.ts wants them: below 0 one choice, else a node.
  const values = table.map(word => {
    const choice = choiceBelow(word)
    return choice === MIXED ? becomes(word) : ~choice
  })
  const depths = blockDepths(values)
  const wide = sharedInt32(values.length)
  for (let i = 0; i < values.length; i++) wide[i] = values[i]! >= 0 ? values[i]! : leaf(becomes(table[i]!), depths[i]!)
  return wide
}
