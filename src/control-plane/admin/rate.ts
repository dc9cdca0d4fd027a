// How often a caller may call: a bucket that fills by the minute. Pure.

export interface Bucket {
  /** Calls that may still be made at once. */
  readonly left: number
  /** Epoch ms at which that was so. */
  readonly at: number
}

export type Taken =
  | { readonly kind: 'taken'; readonly bucket: Bucket }
  /** `wait`: seconds after which there is room again. */
  | { readonly kind: 'empty'; readonly wait: number }

/** Takes one call. A whole minute's worth may come at once. @param now epoch ms */
export function take(bucket: Bucket | undefined, perMinute: number, now: number): Taken {
  const { left, at } = bucket ?? { left: perMinute, at: now }
  // A clock that was set back fills nothing, and takes nothing away.
  const filled = Math.min(perMinute, left + (Math.max(0, now - at) / 60_000) * perMinute)
  if (filled >= 1) return { kind: 'taken', bucket: { left: filled - 1, at: now } }
  return { kind: 'empty', wait: Math.ceil(((1 - filled) * 60) / perMinute) }
}

/** One bucket for each caller. */
export class Rates {
  private readonly perMinute: number
  private readonly buckets = new Map<string, Bucket>()

  /** @param perMinute 0: no limit */
  constructor(perMinute: number) {
    this.perMinute = perMinute
  }

  /** Seconds to wait; undefined where the call may be made. */
  waitOf(caller: string, now: number): number | undefined {
    if (this.perMinute === 0) return undefined
    const taken = take(this.buckets.get(caller), this.perMinute, now)
    if (taken.kind === 'empty') return taken.wait
    this.buckets.set(caller, taken.bucket)
    return undefined
  }
}

/** One set of buckets a minute, so that memory is bounded by what comes in a minute. */
export function perMinuteLimit(perMinute: number, now: () => number): (client: string) => number | undefined {
  let rates = new Rates(perMinute)
  let since = now()
  return client => {
    if (now() - since >= 60_000) {
      rates = new Rates(perMinute)
      since = now()
    }
    return rates.waitOf(client, now())
  }
}
