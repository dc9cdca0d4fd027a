// A shared value that is shared with nobody: a JSON file of this node.
import { KeptValue } from './kept-value.js'
import type { SharedValue } from './shared-value.js'

/** A change is good at once, and on the disk when `update` resolves; where it rejects, it would not survive a restart. */
export class OwnValue<T> implements SharedValue<T> {
  private readonly kept: KeptValue<T>
  private readonly listeners: ((value: T) => void)[] = []
  private value: T

  /** `before` is what `readKept` found. */
  constructor(path: string, before: T) {
    this.kept = new KeptValue(path)
    this.value = before
  }

  current(): T {
    return this.value
  }

  // Not a step of the loop may pass before the change is good: in an emergency it is what answers are made of.
  async update(step: (value: T) => T): Promise<T> {
    const after = step(this.value)
    if (after === this.value) return after
    this.value = after
    for (const listener of this.listeners) listener(after)
    await this.kept.save(after)
    return after
  }

  onChange(listener: (value: T) => void): void {
    this.listeners.push(listener)
  }

  settled(): Promise<void> {
    return this.kept.settled()
  }
}
