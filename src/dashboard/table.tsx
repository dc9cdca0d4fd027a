// A table as all views lay one out: it is scrolled where the window is too narrow, or becomes cards there.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface TableProps {
  /** Its heads. `#Port` is one of numbers; `.Actions` is told to those who hear the page, and not shown. */
  readonly columns: readonly string[]
  /** By which style and tests know it. With `cards` among them each row is a card on a telephone; if it is `labelled` besides, each cell says what it is. */
  readonly kind?: string
  readonly children: ComponentChildren
}

export function Table({ columns, kind, children }: TableProps) {
  const body = useRef<HTMLTableSectionElement>(null)
  useEffect(() => {
    if (kind?.includes('labelled') === true && body.current !== null) label(body.current, columns)
  })
  return (
    <div class="scroll">
      <table class={kind}>
        <thead>
          <tr>
            {columns.map(column => (
              <Head key={column} column={column} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>{children}</tbody>
      </table>
    </div>
  )
}

function Head({ column }: { readonly column: string }) {
  if (column.startsWith('.'))
    return (
      <th scope="col">
        <span class="hidden">{column.slice(1)}</span>
      </th>
    )
  const isNumber = column.startsWith('#')
  return (
    <th scope="col" class={isNumber ? 'number' : undefined}>
      {isNumber ? column.slice(1) : column}
    </th>
  )
}

/** A card has no head above it. */
function label({ rows }: HTMLTableSectionElement, columns: readonly string[]): void {
  for (const row of rows)
    for (const [i, cell] of [...row.cells].entries()) {
      const column = columns[i] ?? ''
      const words = column.startsWith('.') ? '' : column.replace(/^#/, '')
      if (cell.dataset['head'] !== words) cell.dataset['head'] = words
    }
}
