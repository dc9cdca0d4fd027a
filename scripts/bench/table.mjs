// Tables of text: for a terminal in columns, for a page in Markdown.

/** Rows of texts, the first one the heading. Columns of numbers are written flush right. */
export function columns(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map(row => row[i].length)))
  const line = row =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd()
  return [line(rows[0]), widths.map(width => '─'.repeat(width)).join('  '), ...rows.slice(1).map(line)].join('\n')
}

export function markdownTable([heading, ...rows]) {
  const line = cells => `| ${cells.join(' | ')} |`
  return [line(heading), line(heading.map((_, i) => (i < 2 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}
