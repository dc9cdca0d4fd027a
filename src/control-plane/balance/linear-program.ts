// A linear program: minimise cost · x, where each x is from 0 to its bound, and each row a sum of columns within its limits.

export interface Column {
  readonly cost: number
  readonly most: number
}

export interface Row {
  readonly least: number
  readonly most: number
  readonly entries: readonly (readonly [column: number, value: number])[]
}

/** As solvers take it: the matrix row by row. */
export interface LinearProgram {
  readonly cost: Float64Array
  readonly most: Float64Array
  readonly rowLeast: Float64Array
  readonly rowMost: Float64Array
  /** Where each row begins in `indices` and `values`, and behind the last. */
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
}

export function linearProgram(columns: readonly Column[], rows: readonly Row[]): LinearProgram {
  const entries = rows.flatMap(({ entries }) => entries)
  const starts = new Int32Array(rows.length + 1)
  rows.forEach(({ entries }, i) => {
    starts[i + 1] = starts[i]! + entries.length
  })
  return {
    cost: Float64Array.from(columns, ({ cost }) => cost),
    most: Float64Array.from(columns, ({ most }) => most),
    rowLeast: Float64Array.from(rows, ({ least }) => least),
    rowMost: Float64Array.from(rows, ({ most }) => most),
    starts,
    indices: Int32Array.from(entries, ([column]) => column),
    values: Float64Array.from(entries, ([, value]) => value),
  }
}
