// What the office tells of its work: to the metrics, and in words to the log.

/** What was asked for, or sent. */
export type Work = 'axfr' | 'ixfr' | 'update' | 'notify-in' | 'notify-out' | 'signed-query' | 'denial' | 'explain'

export interface OfficeEvents {
  /** `outcome`: an rcode in words, or what came instead of an answer. */
  count(work: Work, outcome: string): void
  info(sentence: string): void
  warn(sentence: string): void
}
