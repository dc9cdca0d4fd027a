// What became of what a collector was told. The log hears of it when that changes, and not each time.
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { Log } from '../log.js'
import type { Signal } from './otlp-sender.js'

export class Tally {
  sent = 0
  lost = 0
  readonly signal: Signal
  private readonly log: Log
  private failing = false

  constructor(signal: Signal, log: Log) {
    this.signal = signal
    this.log = log
  }

  /**
   * Counts what comes of so many that are being sent.
   * @param rejected how many of them were not taken although the rest was
   */
  async count(count: number, sending: Promise<number>, done: (result: ExportResult) => void): Promise<void> {
    try {
      const rejected = Math.min(count, await sending)
      this.sent += count - rejected
      this.lost += rejected
      if (this.failing) this.log.info(`the collector takes ${this.signal} again`)
      this.failing = false
      done({ code: ExportResultCode.SUCCESS })
    } catch (err) {
      const error = err instanceof Error ? err : new Error(String(err))
      this.lost += count
      if (!this.failing)
        this.log.warn({ err: error }, `the collector does not take ${this.signal}; they are lost until it does`)
      this.failing = true
      done({ code: ExportResultCode.FAILED, error })
    }
  }
}
