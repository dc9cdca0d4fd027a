// One edit as a patch of the text: the tree says which bytes are whose, and only those are replaced.
import { type Edit, withEdit } from './edit-value.js'
import { type Entries, type Entry, entriesOf } from './entries.js'
import { after, inline, keyText } from './layout.js'
import { columnOf, lineEnd, lineStart, nextLine, type Splice, startsLine } from './patch-text.js'
import type { Path } from './path.js'
import { type ListNode, type MapNode, plainValue, type YamlNode } from './yaml-tree.js'

/**
 * The patch of a text with this tree; undefined where the layout is one that patching does not understand. The caller
 * checks the result.
 */
export function patch(text: string, root: YamlNode | undefined, { path, value }: Edit): Splice | undefined {
  if (root === undefined) return value === undefined ? NOTHING : fill(text, nest(path, value))
  return descend(text, { start: root.start, end: root.end, indicatorEnd: undefined, value: root }, path, value)
}

function descend(text: string, entry: Entry, path: Path, value: unknown): Splice | undefined {
  const node = entry.value
  const [step, ...rest] = path
  if (step === undefined) return value === undefined ? undefined : replace(text, entry, value)
  if (node.kind === 'scalar' || node.kind === 'alias')
    return replace(text, entry, withEdit(plainValue(node), { path, value }))
  const entries = entriesOf(text, node)
  const index = node.kind === 'map' ? node.pairs.findIndex(({ key }) => key === String(step)) : Number(step)
  if (entries === undefined) return undefined
  const isThere = index >= 0 && index < entries.length
  const child = isThere ? entries.at(index) : undefined
  if (isThere && child === undefined) return undefined
  if (child === undefined && value === undefined) return NOTHING
  // An empty pair of brackets gives way to lines where the value is a long one.
  if (child === undefined && entries.length === 0) return replace(text, entry, nest([step], nest(rest, value)))
  if (child === undefined) return insert(text, node, entries, step, nest(rest, value))
  if (rest.length > 0 || value !== undefined) return descend(text, child, rest, value)
  return entries.length === 1 ? replace(text, entry, node.kind === 'map' ? {} : []) : cut(text, entries, index)
}

/** Puts another value where one stands. */
function replace(text: string, { start, end, indicatorEnd, value: node }: Entry, value: unknown): Splice {
  if (typeof value === 'string' && node.kind === 'scalar' && text[node.start] === '"')
    return splice(node.start, node.end, JSON.stringify(value))
  // A comment between the key and its value keeps its place.
  const apart = indicatorEnd !== undefined && text.slice(indicatorEnd, node.start).trim() !== ''
  if (indicatorEnd === undefined || (apart && node.start !== node.end)) {
    const last = node.kind === 'scalar' && node.start === node.end ? node.end : Math.max(end, node.start)
    return splice(node.start, last, inline(value))
  }
  const written = after(value, columnOf(text, start), indicatorEnd - lineStart(text, indicatorEnd), eolOf(text))
  if (node.start === node.end) return splice(indicatorEnd, indicatorEnd, written)
  // Spaces that align a value stay where it stays on the line of its key.
  const sameLine = lineEnd(text, indicatorEnd) >= node.start
  return sameLine && written.startsWith(' ')
    ? splice(node.start, end, written.slice(1))
    : splice(indicatorEnd, end, written)
}

/** Adds an entry after the last one, laid out as that one is. */
function insert(
  text: string,
  node: MapNode | ListNode,
  entries: Entries,
  step: string | number,
  value: unknown,
): Splice | undefined {
  const label = node.kind === 'map' ? `${keyText(String(step))}:` : '-'
  if (entries.length === 0)
    return splice(node.start, node.end, inline(node.kind === 'map' ? { [step]: value } : [value]))
  const last = entries.at(entries.length - 1)
  if (last === undefined) return undefined
  const eol = eolOf(text)
  if (node.flow) {
    const gap = startsLine(text, last.start) ? `${eol}${' '.repeat(columnOf(text, last.start))}` : ' '
    return splice(last.end, last.end, `,${gap}${node.kind === 'map' ? `${label} ` : ''}${inline(value)}`)
  }
  const column = columnOf(text, last.start)
  const at = lineEnd(text, last.end)
  return splice(at, at, `${eol}${' '.repeat(column)}${label}${after(value, column, column + label.length, eol)}`)
}

/** Takes out one of two and more entries: its lines where it has lines of its own, else up to its neighbour. */
function cut(text: string, entries: Entries, index: number): Splice | undefined {
  const [before, entry, next] = [-1, 0, 1].map(by => entries.at(index + by))
  if (entry === undefined) return undefined
  const { start, end } = entry
  const trail = text.slice(end, lineEnd(text, end))
  if (startsLine(text, start) && /^\s*,?\s*(#.*)?$/.test(trail))
    return splice(lineStart(text, start), nextLine(text, end), '')
  if (next !== undefined) return splice(start, next.start, '')
  return before === undefined ? undefined : splice(before.end, end, '')
}

/** The value with maps around it for the steps that lead to it; a list where the step is an index. */
const nest = (path: Path, value: unknown): unknown =>
  path.reduceRight<unknown>((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value)

/** A text that has no value yet gets its first one, after its comments. */
function fill(text: string, value: unknown): Splice {
  const eol = eolOf(text)
  return splice(text.length, text.length, `${text === '' || text.endsWith('\n') ? '' : eol}${inline(value)}${eol}`)
}

const splice = (start: number, end: number, anew: string): Splice => ({ start, end, anew })

const NOTHING = splice(0, 0, '')

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')
