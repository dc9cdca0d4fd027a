// The port to a small value that outlives the process: of this node alone, or of a fleet, where others change it as well.

/** Keys of the same store that must be at these versions; 0 is a key that is not there. */
export type Unchanged = readonly (readonly [key: string, version: number])[]

export interface SharedValue<T> {
  current(): T
  /**
   * Makes of what is there what `step` says. `step` may be called again where somebody else was faster; what it throws
   * keeps all as it is, and where it returns what it was given nothing is written.
   * @param unchanged what the change depends on besides, of a value that others change as well
   * @throws StoreAway where the value is not this node's alone, and cannot be reached; Overtaken where what it depends on is another
   */
  update(step: (value: T) => T, unchanged?: Unchanged): Promise<T>
  /** Called with each new value, whoever made it, before `update` resolves. */
  onChange(listener: (value: T) => void): void
  /** Resolves when nothing is being written any more, whatever became of it. */
  settled(): Promise<void>
}
