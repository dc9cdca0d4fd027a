// The tree of a YAML text in a row of numbers, in shared memory: how a thread hands over what it has read. Nearly all values are said by where
// they stand in the text; handing over objects would take as long as reading them.
//
//   scalar   kind, start, end                       of kind `other` one more: the number of its value among the others
//   list     kind, start, end, items                and then each item
//   map      kind, start, end, pairs                and then of each pair: key (a scalar), value
//   alias    kind, start, end, target               the number of a node, in the order of the row; or NOWHERE, or AROUND
import { Words } from '../../snapshot/shared.js'
import type { Steps } from '../threads/steps.js'
import { listNode, mapNode, type PairNode, type ScalarNode, type YamlNode } from './yaml-tree.js'

export interface PackedTree {
  readonly words: Int32Array
  /** Values that are not what stands there: numbers in other forms, words with escapes, `true`, nothing at all. */
  readonly others: readonly unknown[]
}

/** In this order: scalars, aliases, lists, maps. */
const KIND = { text: 0, quoted: 1, number: 2, other: 3, alias: 4, list: 5, flowList: 6, map: 7, flowMap: 8 } as const

/** An alias to nothing, and one to what it stands in: yaml-tree.ts tells by the places that this cannot be. */
const NOWHERE = -1
const AROUND = -2
const EVERYTHING: ScalarNode = { kind: 'scalar', value: null, start: 0, end: Infinity }

export function packTree(root: YamlNode, text: string): PackedTree {
  const words = new Words()
  const others: unknown[] = []
  const numbers = new Map<YamlNode, number>()
  const scalar = (value: unknown, start: number, end: number): void => {
    const kind = kindOf(value, text.slice(start, end))
    words.push(kind, start, end)
    if (kind === KIND.other) words.push(others.push(value) - 1)
  }
  const numberOf = (target: YamlNode | undefined): number =>
    target === undefined ? NOWHERE : (numbers.get(target) ?? AROUND)
  const pack = (node: YamlNode): void => {
    numbers.set(node, numbers.size)
    const { start, end } = node
    switch (node.kind) {
      case 'scalar':
        scalar(node.value, start, end)
        return
      case 'list':
        words.push4(node.flow ? KIND.flowList : KIND.list, start, end, node.items.length)
        for (const item of node.items) pack(item)
        return
      case 'map':
        words.push4(node.flow ? KIND.flowMap : KIND.map, start, end, node.pairs.length)
        for (const { key, keyStart, keyEnd, value } of node.pairs) {
          scalar(key, keyStart, keyEnd)
          pack(value)
        }
        return
      case 'alias':
        words.push4(KIND.alias, start, end, numberOf(node.target))
    }
  }
  pack(root)
  return { words: words.share(), others }
}

function kindOf(value: unknown, written: string): number {
  if (value === written) return KIND.text
  if (value === written.slice(1, -1)) return KIND.quoted
  return typeof value === 'number' && Object.is(Number(written), value) ? KIND.number : KIND.other
}

/** A list or a map that has not come to its end. */
interface Open {
  readonly number: number
  readonly kind: number
  readonly start: number
  readonly end: number
  readonly count: number
  readonly items: YamlNode[]
  readonly pairs: PairNode[]
  /** Of a map: of the value that comes next. */
  key: ScalarNode | undefined
}

/** A step for so many nodes. */
const STEP = 64

/** The tree again. @param text of which it is the tree */
export function* unpackTree({ words, others }: PackedTree, text: string): Steps<YamlNode> {
  const nodes: YamlNode[] = []
  const around: Open[] = []
  let at = 0
  const scalar = (): ScalarNode => {
    const [kind, start, end] = [words[at]!, words[at + 1]!, words[at + 2]!] // packTree wrote them, like all that follow
    at += kind === KIND.other ? 4 : 3
    if (kind === KIND.other) return { kind: 'scalar', value: others[words[at - 1]!], start, end }
    const written = kind === KIND.quoted ? text.slice(start + 1, end - 1) : text.slice(start, end)
    return { kind: 'scalar', value: kind === KIND.number ? Number(written) : written, start, end }
  }
  const awaitNext = (open: Open): void => {
    if (open.kind >= KIND.map) open.key = scalar()
  }
  /** The node that begins here, where it ends here as well; any other one is around those that follow. */
  const begin = (number: number): YamlNode | undefined => {
    const kind = words[at]!
    if (kind < KIND.alias) return (nodes[number] = scalar())
    const [start, end, last] = [words[at + 1]!, words[at + 2]!, words[at + 3]!]
    at += 4
    if (kind === KIND.alias)
      return (nodes[number] = { kind: 'alias', start, end, target: last === AROUND ? EVERYTHING : nodes[last] })
    around.push({ number, kind, start, end, count: last, items: [], pairs: [], key: undefined })
    return undefined
  }
  for (let number = 0; ; number++) {
    if (number % STEP === STEP - 1) yield
    let node = begin(number)
    // What has come to its end belongs to what is around it, which may have come to its end with that.
    for (;;) {
      const open = around.at(-1)
      if (open === undefined) return node! // then it was no list and no map
      if (node !== undefined) put(open, node)
      if (open.items.length + open.pairs.length < open.count) {
        awaitNext(open)
        break
      }
      around.pop()
      node = nodes[open.number] = closed(open)
      if (around.length === 0) return node
    }
  }
}

function put({ items, pairs, key, kind }: Open, node: YamlNode): void {
  if (kind < KIND.map) items.push(node)
  else pairs.push({ key: String(key!.value), keyStart: key!.start, keyEnd: key!.end, value: node }) // it was awaited
}

const closed = ({ kind, start, end, items, pairs }: Open): YamlNode =>
  kind < KIND.map
    ? listNode(kind === KIND.flowList, start, end, items)
    : mapNode(kind === KIND.flowMap, start, end, pairs)
