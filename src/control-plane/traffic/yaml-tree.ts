// A YAML text as a tree of values with offsets: what reading, pointing at a place and patching have in common.

import type { Steps } from '../threads/steps.js'
import { setOwn } from './edit-value.js'
import type { Part } from './finding.js'
import type { Path } from './path.js'

/**
 * `[start, end)` of the value in the text, without tags, anchors and comments; an empty value has no extent. What has no
 * brackets ends where its last part does.
 */
interface Extent {
  readonly start: number
  readonly end: number
}

export interface ScalarNode extends Extent {
  readonly kind: 'scalar'
  readonly value: unknown
}

/** `flow` is the form with brackets. */
export interface MapNode extends Extent {
  readonly kind: 'map'
  readonly flow: boolean
  readonly pairs: readonly PairNode[]
}

export interface PairNode {
  readonly key: string
  readonly keyStart: number
  readonly keyEnd: number
  readonly value: YamlNode
}

export interface ListNode extends Extent {
  readonly kind: 'list'
  readonly flow: boolean
  readonly items: readonly YamlNode[]
}

/** `*name`; undefined where no such anchor stands before it. */
export interface AliasNode extends Extent {
  readonly kind: 'alias'
  readonly target: YamlNode | undefined
}

export type YamlNode = ScalarNode | MapNode | ListNode | AliasNode

export const mapNode = (flow: boolean, start: number, end: number, pairs: MapNode['pairs']): MapNode => ({
  kind: 'map',
  flow,
  start,
  end: flow ? end : (pairs.at(-1)?.value.end ?? end),
  pairs,
})

export const listNode = (flow: boolean, start: number, end: number, items: ListNode['items']): ListNode => ({
  kind: 'list',
  flow,
  start,
  end: flow ? end : (items.at(-1)?.end ?? end),
  items,
})

/** The node as it is where the text before it has grown by so much. */
export function shifted(node: YamlNode, by: number): YamlNode {
  if (by === 0) return node
  const [start, end] = [node.start + by, node.end + by]
  switch (node.kind) {
    case 'map':
      return { kind: 'map', flow: node.flow, start, end, pairs: node.pairs.map(pair => shiftedPair(pair, by)) }
    case 'list':
      return { kind: 'list', flow: node.flow, start, end, items: node.items.map(item => shifted(item, by)) }
    case 'scalar':
      return { kind: 'scalar', value: node.value, start, end }
    case 'alias':
      return { kind: 'alias', target: node.target, start, end }
  }
}

export function shiftedPair(pair: PairNode, by: number): PairNode {
  if (by === 0) return pair
  const { key, keyStart, keyEnd, value } = pair
  return { key, keyStart: keyStart + by, keyEnd: keyEnd + by, value: shifted(value, by) }
}

/** So many values may come out of aliases: enough for people, too few for a bomb. */
const MAX_ALIASED = 10_000

/** An alias to nothing, to itself, or to more than can be meant. */
export class AliasError extends Error {
  override readonly name = 'AliasError'
  readonly offset: number
  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/**
 * The plain value of a tree, aliases replaced by what they stand for.
 * @throws AliasError
 */
export const plainValue = (root: YamlNode): unknown => valueReader()(root, [])

/** So deep a document has maps that may be large: its sections, its zones, what each of them has, and their records. */
const LARGE_MAPS_DEEP = 4

/** The same, a step for each pair of the maps that may be large. */
export function plainValueInSteps(root: YamlNode): Steps<unknown> {
  const read = valueReader()
  function* walk(node: YamlNode, deep: number): Steps<unknown> {
    if (node.kind !== 'map' || deep === LARGE_MAPS_DEEP) return read(node, [])
    const values: Record<string, unknown> = {}
    for (const { key, value } of node.pairs) {
      setOwn(values, key, yield* walk(value, deep + 1))
      yield
    }
    return values
  }
  return walk(root, 0)
}

function valueReader(): (node: YamlNode, around: readonly YamlNode[]) => unknown {
  let aliased = 0
  const read = (node: YamlNode, around: readonly YamlNode[]): unknown => {
    if (around.length > 0 && ++aliased > MAX_ALIASED)
      throw new AliasError(`aliases stand for more than ${MAX_ALIASED} values`, around[0]!.start)
    switch (node.kind) {
      case 'scalar':
        return node.value
      case 'list':
        return node.items.map(item => read(item, around))
      case 'map':
        return Object.fromEntries(node.pairs.map(({ key, value }) => [key, read(value, around)]))
      case 'alias':
        if (node.target === undefined) throw new AliasError('no anchor of this name stands before it', node.start)
        // A tree that holds its own alias would never end; so would one that comes back through a second alias.
        if (around.includes(node) || isInside(node, node.target))
          throw new AliasError('it stands for itself', node.start)
        return read(node.target, [...around, node])
    }
  }
  return read
}

const isInside = (inner: YamlNode, outer: YamlNode): boolean => inner.start >= outer.start && inner.end <= outer.end

/** The offset of the value at a path, or of its key; where there is none, that of the nearest value around it. */
export function offsetOf(root: YamlNode, path: Path, part: Part): number {
  let node = root
  let offset = root.start
  for (const [i, step] of path.entries()) {
    const around = node.kind === 'alias' ? node.target : node
    if (around?.kind === 'map') {
      const pair = around.pairs.find(({ key }) => key === String(step))
      if (pair === undefined) return offset
      node = pair.value
      offset = part === 'key' && i === path.length - 1 ? pair.keyStart : node.start
    } else if (around?.kind === 'list' && around.items[Number(step)] !== undefined) {
      node = around.items[Number(step)]!
      offset = node.start
    } else return offset
  }
  return offset
}
