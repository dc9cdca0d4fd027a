// Offsets in a text: lines, columns, and where a value really ends.
import type { YamlNode } from './yaml-tree.js'

/** `anew` in place of the bytes from `start` to before `end`. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly anew: string
}

export const spliced = (text: string, { start, end, anew }: Splice): string =>
  text.slice(0, start) + anew + text.slice(end)

/** The offset of the first character of the line. */
export const lineStart = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1

/** The offset of the line's end, before CR LF or LF. */
export function lineEnd(text: string, offset: number): number {
  const lf = text.indexOf('\n', offset)
  if (lf < 0) return text.length
  return text[lf - 1] === '\r' && lf > offset ? lf - 1 : lf
}

/** The offset of the next line, or of the text's end. */
export function nextLine(text: string, offset: number): number {
  const lf = text.indexOf('\n', offset)
  return lf < 0 ? text.length : lf + 1
}

/** How many characters stand before it on its line. */
export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset)

/** Whether nothing but blanks stands before it on its line. */
export const startsLine = (text: string, offset: number): boolean =>
  text.slice(lineStart(text, offset), offset).trim() === ''

/** The offset after the last character that is part of the value: no comment, no line end, no blank. */
export function endOf(text: string, node: YamlNode): number {
  if (node.kind === 'map' && !node.flow && node.pairs.length > 0) {
    const { keyEnd, value } = node.pairs.at(-1)!
    return Math.max(keyEnd, endOf(text, value))
  }
  if (node.kind === 'list' && !node.flow && node.items.length > 0) return endOf(text, node.items.at(-1)!)
  // Only a block scalar holds its line end.
  let end = node.end
  while (end > node.start && /\s/.test(text[end - 1]!)) end--
  return end
}
