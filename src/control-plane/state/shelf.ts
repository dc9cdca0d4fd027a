// The port to many small texts by key, which outlive the process and go by themselves when they are old: of this node alone, or of a fleet.

/** For how long, and how many of them that this node put there. */
export interface ShelfLimits {
  readonly keepMs: number
  readonly most: number
}

/** Keys are names that a file could have, and are put by nobody twice while they are there. */
export interface Shelf {
  /**
   * Puts a text there unless there is one, whoever put it; on the disk when it resolves.
   * @returns the text that was there; undefined where it is this one now
   * @throws StoreAway where it is shared and cannot be reached, or the system's error
   */
  put(key: string, text: string): Promise<string | undefined>
  /** Another text in place of one that this node put. Throws as `put`. */
  replace(key: string, text: string): Promise<void>
  /** Whether it is there or not. Throws as `put`. */
  remove(key: string): Promise<void>
}
