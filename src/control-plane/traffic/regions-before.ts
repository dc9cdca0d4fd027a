// Regions that were sound, by what they were written as: one that is written as before, beside the same checks, is not read again,
// and stays the same object.
import type { CheckSpec } from './document/check.js'
import type { Region } from './document/region.js'

interface Before {
  readonly id: string
  readonly checks: ReadonlyMap<string, CheckSpec>
  readonly region: Region
  /** Its addresses, each as it is told from any other. */
  readonly keys: readonly string[]
}

export class RegionsBefore {
  private readonly known = new WeakMap<object, Before>()

  find(written: object, id: string, checks: ReadonlyMap<string, CheckSpec>): Before | undefined {
    const before = this.known.get(written)
    return before?.id === id && before.checks === checks ? before : undefined
  }

  keep(written: object, before: Before): void {
    this.known.set(written, before)
  }
}
