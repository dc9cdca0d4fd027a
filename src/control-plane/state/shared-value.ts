// The port to a small value that outlives the process: of this node alone, or of a fleet, where others change it as well.

export interface SharedValue<T> {
  current(): T
  /**
   * Makes of what is there what `step` says. `step` may be called again where somebody else was faster; what it throws
   * keeps all as it is, and where it returns what it was given nothing is written.
   * @throws StoreAway where the value is not this node's alone, and cannot be reached
   */
  update(step: (value: T) => T): Promise<T>
  /** Called with each new value, whoever made it, before `update` resolves. */
  onChange(listener: (value: T) => void): void
  /** Resolves when nothing is being written any more, whatever became of it. */
  settled(): Promise<void>
}
