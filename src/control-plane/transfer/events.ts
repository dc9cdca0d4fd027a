// What the office tells of its work: to the metrics, and in words to the log.

/** What was asked for, or sent. */
export type Work = 'axfr' | 'ixfr' | 'update' | 'notify-in' | 'notify-out' | 'signed-query' | 'denial' | 'explain'

export interface OfficeEvents {
  /** `outcome`: an rcode in words, or what came instead of an answer. */
  count(work: Work, outcome: string): void
  info(sentence: string): void
  warn(sentence: string): void
  /** For the audit log: what a key has changed, or was kept from. Resolves when it is on the disk. */
  record(entry: OfficeEntry): Promise<void>
}

export interface OfficeEntry {
  readonly actor: string
  readonly what: string
  readonly address: string
  /** In words. */
  readonly rcode: string
  /** The paths in the document that were changed. */
  readonly changes?: readonly string[]
  /** Why it was refused, or failed. */
  readonly refused?: string
}
