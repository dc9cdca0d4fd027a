// What is wrong with a zone file, and where; a list of it that cannot grow without end.

export interface ZoneProblem {
  /** A warning leaves the zone as good as it was meant. */
  readonly severity: 'error' | 'warning'
  readonly file: string
  /** From 1 on, as is the column. */
  readonly line: number
  readonly column: number
  readonly message: string
}

/** Of each severity; who has made more mistakes than these has made one mistake many times. */
export const MAX_PROBLEMS = 100

/** Takes problems of both severities, and drops what comes after the hundredth of its kind. */
export class ZoneProblems {
  readonly list: ZoneProblem[] = []
  private readonly counts = { error: 0, warning: 0 }

  add(problem: ZoneProblem): void {
    if (this.counts[problem.severity]++ < MAX_PROBLEMS) this.list.push(problem)
  }

  /** Whether reading on tells nothing new. */
  get full(): boolean {
    return this.counts.error >= MAX_PROBLEMS
  }
}

/** `example.com.zone:14:1 warning: …` */
export function formatZoneProblem({ severity, file, line, column, message }: ZoneProblem): string {
  return `${file}:${line}:${column} ${severity === 'warning' ? 'warning: ' : ''}${message}`
}
