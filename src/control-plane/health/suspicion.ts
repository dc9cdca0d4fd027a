// Whether failures are the prober's own: what was up and falls silent nearly everywhere at once is no outage of theirs. Pure.

/** A target that was up before, and its last probe. */
export interface Witness {
  readonly address: string
  /** ms on the monotonic clock. */
  readonly startedAt: number
  /** Whether anything came back, be it a refusal. */
  readonly heard: boolean
  /** Probed for no other reason than to see whether the prober can reach anything. */
  readonly selfCheck: boolean
}

export interface Testimony {
  readonly silent: number
  readonly of: number
  readonly suspect: boolean
  /** A self-check answers: whatever is silent is so by itself. */
  readonly cleared: boolean
}

/** The share of what was up that must be silent, unless told. */
export const SUSPECT_SHARE = 0.7

/**
 * What the probes that began at `since` or later say. Where self-checks were probed, one that answers clears the prober;
 * if none does, half of the rest must be silent as well, or a self-check that died would hold everything for ever.
 * Without them most of at least two addresses must be silent; of one nobody can tell.
 * Whoever was down before is no witness, or a document full of dead regions would clear or accuse everybody.
 */
export function testify(witnesses: Iterable<Witness>, since: number, share: number): Testimony {
  const addresses = new Set<string>()
  let silent = 0
  let of = 0
  const own = { silent: 0, of: 0 }
  for (const { address, startedAt, heard, selfCheck } of witnesses) {
    if (startedAt < since) continue
    if (selfCheck) {
      own.of++
      if (!heard) own.silent++
      continue
    }
    of++
    if (heard) continue
    silent++
    // Two are enough to know.
    if (addresses.size < 2) addresses.add(address)
  }
  return {
    silent,
    of,
    cleared: own.silent < own.of,
    suspect: own.of > 0 ? own.silent === own.of && silent * 2 >= of : addresses.size >= 2 && silent >= share * of,
  }
}
