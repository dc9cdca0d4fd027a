// One edit as a patch of the text: the tree says which bytes are whose, and only those are replaced.
import { type Edit, withEdit } from './edit-value.js'
import { type Entry, entriesOf } from './entries.js'
import { after, inline, keyText } from './layout.js'
import { columnOf, lineEnd, lineStart, nextLine, splice, startsLine } from './patch-text.js'
import type { Path } from './path.js'
import { parseYaml } from './yaml.js'
import { type ListNode, type MapNode, plainValue } from './yaml-tree.js'

/** The patched text; undefined where the layout is one that patching does not understand. The caller checks the result. */
export function patch(text: string, { path, value }: Edit): string | undefined {
  const { root } = parseYaml(text)
  if (root === undefined) return value === undefined ? text : fill(text, nest(path, value))
  return descend(text, { start: root.start, end: root.end, indicatorEnd: undefined, value: root }, path, value)
}

function descend(text: string, entry: Entry, path: Path, value: unknown): string | undefined {
  const node = entry.value
  const [step, ...rest] = path
  if (step === undefined) return value === undefined ? undefined : replace(text, entry, value)
  if (node.kind === 'scalar' || node.kind === 'alias')
    return replace(text, entry, withEdit(plainValue(node), { path, value }))
  const entries = entriesOf(text, node)
  const index = node.kind === 'map' ? node.pairs.findIndex(({ key }) => key === String(step)) : Number(step)
  const child = entries?.[index]
  if (entries === undefined) return undefined
  if (child === undefined && value === undefined) return text
  // An empty pair of brackets gives way to lines where the value is a long one.
  if (child === undefined && entries.length === 0) return replace(text, entry, nest([step], nest(rest, value)))
  if (child === undefined) return insert(text, node, entries, step, nest(rest, value))
  if (rest.length > 0 || value !== undefined) return descend(text, child, rest, value)
  return entries.length === 1 ? replace(text, entry, node.kind === 'map' ? {} : []) : cut(text, entries, index)
}

/** Puts another value where one stands. */
function replace(text: string, { start, end, indicatorEnd, value: node }: Entry, value: unknown): string {
  if (typeof value === 'string' && node.kind === 'scalar' && text[node.start] === '"')
    return splice(text, node.start, node.end, JSON.stringify(value))
  // A comment between the key and its value keeps its place.
  const apart = indicatorEnd !== undefined && text.slice(indicatorEnd, node.start).trim() !== ''
  if (indicatorEnd === undefined || (apart && node.start !== node.end)) {
    const last = node.kind === 'scalar' && node.start === node.end ? node.end : Math.max(end, node.start)
    return splice(text, node.start, last, inline(value))
  }
  const written = after(value, columnOf(text, start), indicatorEnd - lineStart(text, indicatorEnd), eolOf(text))
  if (node.start === node.end) return splice(text, indicatorEnd, indicatorEnd, written)
  // Spaces that align a value stay where it stays on the line of its key.
  const sameLine = lineEnd(text, indicatorEnd) >= node.start
  return sameLine && written.startsWith(' ')
    ? splice(text, node.start, end, written.slice(1))
    : splice(text, indicatorEnd, end, written)
}

/** Adds an entry after the last one, laid out as that one is. */
function insert(
  text: string,
  node: MapNode | ListNode,
  entries: readonly Entry[],
  step: string | number,
  value: unknown,
): string {
  const label = node.kind === 'map' ? `${keyText(String(step))}:` : '-'
  const last = entries.at(-1)
  if (last === undefined)
    return splice(text, node.start, node.end, inline(node.kind === 'map' ? { [step]: value } : [value]))
  const eol = eolOf(text)
  if (node.flow) {
    const gap = startsLine(text, last.start) ? `${eol}${' '.repeat(columnOf(text, last.start))}` : ' '
    return splice(text, last.end, last.end, `,${gap}${node.kind === 'map' ? `${label} ` : ''}${inline(value)}`)
  }
  const column = columnOf(text, last.start)
  const at = lineEnd(text, last.end)
  return splice(text, at, at, `${eol}${' '.repeat(column)}${label}${after(value, column, column + label.length, eol)}`)
}

/** Takes out one of two and more entries: its lines where it has lines of its own, else up to its neighbour. */
function cut(text: string, entries: readonly Entry[], index: number): string {
  const { start, end } = entries[index]!
  const trail = text.slice(end, lineEnd(text, end))
  if (startsLine(text, start) && /^\s*,?\s*(#.*)?$/.test(trail))
    return splice(text, lineStart(text, start), nextLine(text, end), '')
  const next = entries[index + 1]
  return next === undefined ? splice(text, entries[index - 1]!.end, end, '') : splice(text, start, next.start, '')
}

/** The value with maps around it for the steps that lead to it; a list where the step is an index. */
const nest = (path: Path, value: unknown): unknown =>
  path.reduceRight<unknown>((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value)

/** A text that has no value yet gets its first one, after its comments. */
function fill(text: string, value: unknown): string {
  const eol = eolOf(text)
  return `${text === '' || text.endsWith('\n') ? text : `${text}${eol}`}${inline(value)}${eol}`
}

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n')
