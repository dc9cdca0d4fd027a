// The entries of a YAML map or list as stretches of text: from the key or dash to the last character of the value.
import { columnOf, endOf, lineEnd } from './patch-text.js'
import type { ListNode, MapNode, YamlNode } from './yaml-tree.js'

export interface Entry {
  readonly start: number
  readonly end: number
  /** The offset after its `:` or `-`; undefined between brackets. */
  readonly indicatorEnd: number | undefined
  readonly value: YamlNode
}

/** Made when they are asked for: a map may have thousands. */
export interface Entries {
  readonly length: number
  /** Undefined where there is none, or its layout is one that patching does not understand. */
  at(index: number): Entry | undefined
}

/** Undefined where the layout is one that patching does not understand. */
export function entriesOf(text: string, node: MapNode | ListNode): Entries | undefined {
  if (node.kind === 'map') {
    const { pairs } = node
    return { length: pairs.length, at: i => pairs[i] && pairEntry(text, node, pairs[i]) }
  }
  const entries = itemEntries(text, node)
  return entries.every(entry => entry !== undefined) ? { length: entries.length, at: i => entries[i] } : undefined
}

function pairEntry(
  text: string,
  { flow }: MapNode,
  { keyStart, keyEnd, value }: MapNode['pairs'][number],
): Entry | undefined {
  const end = Math.max(keyEnd, endOf(text, value))
  if (flow) return { start: keyStart, end, indicatorEnd: undefined, value }
  const colon = /^\s*:/.exec(text.slice(keyEnd, keyEnd + 1000))
  if (colon === null) return undefined
  const indicatorEnd = keyEnd + colon[0].length
  return { start: keyStart, end: Math.max(end, indicatorEnd), indicatorEnd, value }
}

function itemEntries(text: string, node: ListNode): readonly (Entry | undefined)[] {
  if (node.flow)
    return node.items.map(value => ({ start: value.start, end: endOf(text, value), indicatorEnd: undefined, value }))
  // The dashes of one list stand in one column; the first is where the list begins.
  const dash = new RegExp(`\\n {${columnOf(text, node.start)}}-(?=\\s|$)`, 'g')
  let searchFrom = node.start
  return node.items.map((value, i) => {
    dash.lastIndex = searchFrom
    const found = i === 0 ? undefined : dash.exec(text)
    if (found === null) return undefined
    const start = found === undefined ? node.start : found.index + found[0].length - 1
    const end = Math.max(start + 1, endOf(text, value))
    searchFrom = lineEnd(text, end)
    return { start, end, indicatorEnd: start + 1, value }
  })
}
