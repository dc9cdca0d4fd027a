// What a node has open, and how it is let go of: the last that was opened first, at the end as where a start fails.

export class Closing {
  private readonly steps: (() => unknown)[] = []
  private readonly onProblem: (error: unknown) => void
  private closed: Promise<void> | undefined

  /** @param onProblem hears of what could not be closed; everything else is */
  constructor(onProblem: (error: unknown) => void) {
    this.onProblem = onProblem
  }

  /** @param close may be asynchronous; what was added before waits for it. Where all is closed already, so is this, at once */
  add(close: () => unknown): void {
    if (this.closed === undefined) this.steps.push(close)
    else void this.end(close)
  }

  /** Resolves when nothing is open any more. What was closed once is not closed again. */
  close(): Promise<void> {
    this.closed ??= this.closeAll()
    return this.closed
  }

  private async closeAll(): Promise<void> {
    for (let close = this.steps.pop(); close !== undefined; close = this.steps.pop()) await this.end(close)
  }

  private async end(close: () => unknown): Promise<void> {
    try {
      await close()
    } catch (error) {
      this.onProblem(error)
    }
  }
}
