// What is counted for a drill while it runs: answers second by second, and clients that had a target.

import { isMeasured } from './drill-keeper.js'
import { follow } from './drill-late.js'
import { DrillMeter, type Tally } from './drill-meter.js'
import { type DrillRecord, endOfHeight, withSecond } from './drill-record.js'
import type { SampledQuery } from './sampled.js'

export interface CountOptions {
  /** Answers as counted since the node started. */
  readonly tally: () => Tally
  /** Queries that were sampled after a moment, epoch ms; in any order. */
  readonly samples: (since: number) => readonly SampledQuery[]
}

/** Threads write samples down, and are looked at from time to time: what is older than this has come. */
const DELAY_MS = 1000
/** What was before the start counts too, at least so long. */
const BEFORE_S = 60

export class DrillCount {
  private readonly options: CountOptions
  private readonly meter = new DrillMeter()
  /** Samples up to here have been looked at, epoch ms. */
  private followedTo: number

  /** @param now epoch ms */
  constructor(options: CountOptions, now: number) {
    this.options = options
    this.followedTo = now
  }

  /** The records that something was counted for, each as it is now. @param now epoch ms */
  look(records: readonly DrillRecord[], now: number): readonly DrillRecord[] {
    const second = this.meter.take(now, this.options.tally)
    if (second === undefined) return []
    const measured = records.filter(record => isMeasured(record, now))
    const counted = measured.map(record =>
      this.followed({ ...record, seconds: withSecond(record.seconds, second) }, this.followedTo),
    )
    this.followedTo = now - DELAY_MS
    return counted
  }

  /** Of a drill that begins: who holds an answer with a target then has had it from before. */
  begun(record: DrillRecord, now: number): DrillRecord {
    const since = now - Math.max(BEFORE_S, record.foretold.ttl) * 1000
    return this.followed({ ...record, seconds: this.meter.last() }, since)
  }

  private followed(record: DrillRecord, since: number): DrillRecord {
    const { drill, followed = [] } = record
    const until = endOfHeight(drill) ?? Number.POSITIVE_INFINITY
    return { ...record, followed: follow(followed, this.options.samples(since), drill.plan.targets, until) }
  }
}
