// Text in columns for a terminal: padded, the last column wrapped below itself.

/** Columns of a line, unless the reader says otherwise. */
export const WIDTH = 100

export type Align = 'left' | 'right'

/**
 * Rows as lines of at most `width` characters, as far as words can be parted. Cells other than the last are never
 * wrapped. `paint` may colour a whole row: it is called after the padding, so that colours count for nothing.
 */
export function table(
  rows: readonly (readonly string[])[],
  columns: readonly Align[],
  { width = WIDTH, indent = '', paint = (text: string, _row: number): string => text } = {},
): string[] {
  const clean = rows.map(row => row.map(printable))
  const widths = columns.map((_, i) => Math.max(0, ...clean.map(row => row[i]?.length ?? 0)))
  const last = columns.length - 1
  return clean.flatMap((row, number) => {
    const cells = row.slice(0, last).map((cell, i) => pad(cell, widths[i]!, columns[i]!))
    const head = indent + cells.map(cell => `${cell}  `).join('')
    const lines = wrap(row[last] ?? '', Math.max(20, width - head.length))
    return lines.map((line, i) => paint(`${i === 0 ? head : ' '.repeat(head.length)}${line}`.trimEnd(), number))
  })
}

const pad = (text: string, width: number, align: Align): string =>
  align === 'left' ? text.padEnd(width) : text.padStart(width)

/** Parts a text at spaces into lines of at most `width`; a longer word has a line of its own. Never empty. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** What a database, a certificate or a far server wrote must not steer the terminal. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, '?')
