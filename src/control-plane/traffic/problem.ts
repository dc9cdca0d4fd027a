// What is wrong with a document: where, what, and what to write instead.

export interface Problem {
  /** `regions.eu-central.addresses[0]` */
  readonly path: string
  readonly message: string
  /** What the writer probably meant. */
  readonly suggestion?: string
  /** File, line and column, from 1 on; absent where the value did not come from a text. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number }
}

/** `traffic.yaml:14:19 regions.eu-central.addresses[0]: "10.0.0.300" is not an IP address` */
export function formatProblem({ path, message, suggestion, at }: Problem): string {
  const place = at === undefined ? '' : `${at.file}:${at.line}:${at.column} `
  return `${place}${path === '' ? '' : `${path}: `}${message}${suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`}`
}
