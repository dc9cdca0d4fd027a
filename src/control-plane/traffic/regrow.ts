// The tree of a YAML text after a splice, of which only the lines around the splice are read again. They can be read alone
// where they are whole entries of a map that is written in lines: the line of the next entry ends whatever they begin.
import { columnOf, lineStart, type Splice, startsLine } from './patch-text.js'
import type { Path } from './path.js'
import { parseYaml } from './yaml.js'
import { type MapNode, mapNode, type PairNode, shifted, shiftedPair, type YamlNode } from './yaml-tree.js'

export interface Regrown {
  readonly root: YamlNode
  /** The map that has entries which were read again. */
  readonly path: Path
  /** These entries: as they were, and as they are. */
  readonly before: readonly PairNode[]
  readonly after: readonly PairNode[]
}

/** A text with the tree that it had, and what it becomes. */
interface Growth {
  readonly before: string
  readonly after: string
  readonly splice: Splice
}

/** Undefined where the whole text has to be read. The texts have no anchors, and are one document each; see `standsAlone`. */
export function regrow(root: YamlNode, growth: Growth): Regrown | undefined {
  return grow(root, growth.before.length, growth)
}

/** Whether nothing in the text says how other parts of it are to be read: a directive, or the end of a document. */
export const standsAlone = (text: string): boolean => !/^(?:%|---|\.\.\.|\ufeff)/m.test(text)

/** @param limit where the lines of the node end */
function grow(node: YamlNode, limit: number, growth: Growth): Regrown | undefined {
  if (node.kind !== 'map' || node.flow) return undefined
  const { splice } = growth
  const lineOf = ({ keyStart }: PairNode): number => lineStart(growth.before, keyStart)
  const at = lastBefore(node.pairs, splice.start, lineOf)
  const pair = node.pairs[at]
  if (pair === undefined) return undefined
  const next = node.pairs[at + 1]
  const end = next === undefined ? limit : lineOf(next)
  const isWithin = splice.start > pair.keyEnd && splice.end <= end
  const inner = isWithin ? grow(pair.value, end, growth) : undefined
  // Blank lines before a key may be part of the entry before it; those after it are not.
  if (inner === undefined) return readAgain(node, isWithin ? at : Math.max(0, at - 1), limit, growth)
  const by = growthOf(splice)
  const pairs = [
    ...node.pairs.slice(0, at),
    { ...pair, value: inner.root },
    ...node.pairs.slice(at + 1).map(pair => shiftedPair(pair, by)),
  ]
  return { ...inner, root: mapNode(false, node.start, node.end, pairs), path: [pair.key, ...inner.path] }
}

/** Reads the entries again from the first on that the splice can have changed. */
function readAgain(
  node: MapNode,
  first: number,
  limit: number,
  { before, after, splice }: Growth,
): Regrown | undefined {
  const { pairs } = node
  const column = columnOf(before, node.start)
  const lineOf = (i: number): number => (i < pairs.length ? lineStart(before, pairs[i]!.keyStart) : limit)
  let behind = first + 1
  while (behind < pairs.length && lineOf(behind) < splice.end) behind++
  const [from, to] = [lineOf(first), lineOf(behind)]
  const isPlain = (text: string, { keyStart }: PairNode): boolean =>
    startsLine(text, keyStart) && columnOf(text, keyStart) === column
  if (to < splice.end || !pairs.slice(first, behind + 1).every(pair => isPlain(before, pair))) return undefined
  const by = growthOf(splice)
  const fresh = pairsIn(after.slice(from, to + by), from)
  if (fresh === undefined || !fresh.every(pair => isPlain(after, pair))) return undefined
  const grown = [...pairs.slice(0, first), ...fresh, ...pairs.slice(behind).map(pair => shiftedPair(pair, by))]
  if (new Set(grown.map(({ key }) => key)).size < grown.length) return undefined
  return {
    root: mapNode(false, node.start, node.end, grown),
    path: [],
    before: pairs.slice(first, behind),
    after: fresh,
  }
}

/** The entries of a map that is the whole of a part of a text; undefined where it is anything else. */
function pairsIn(part: string, offset: number): readonly PairNode[] | undefined {
  if (!standsAlone(part)) return undefined
  const { root, faults, anchored } = parseYaml(part)
  if (faults.length > 0 || anchored || root?.kind !== 'map' || root.flow || root.pairs.length === 0) return undefined
  return (shifted(root, offset) as MapNode).pairs // of its own kind
}

/** The last one whose line begins at the offset or before it. */
function lastBefore(pairs: readonly PairNode[], offset: number, lineOf: (pair: PairNode) => number): number {
  let [low, high] = [-1, pairs.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (lineOf(pairs[middle]!) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

const growthOf = ({ start, end, anew }: Splice): number => anew.length - (end - start)
