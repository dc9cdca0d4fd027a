// A small value that a whole fleet shares: one key of etcd, changed by comparing and setting.
import { Overtaken } from '../state/overtaken.js'
import type { SharedValue, Unchanged } from '../state/shared-value.js'
import { demand, type Replica } from './replica.js'

/** So often others may be faster before that is a fault. */
const MOST_TRIES = 20

export interface FleetValueOptions<T> {
  readonly replica: Pick<Replica, 'get' | 'commit' | 'refetch' | 'standing' | 'onChange'>
  readonly key: string
  /** What it is while nobody has written it. */
  readonly initial: T
  /** Whether what is there is one; somebody else wrote it. */
  readonly sound: (value: unknown) => value is T
  /** What is there is none, and the last good one stays. */
  readonly onProblem: (sentence: string) => void
}

/** A change is good, here and elsewhere, when etcd has it; where etcd is away there is none. */
export class FleetValue<T> implements SharedValue<T> {
  private readonly options: FleetValueOptions<T>
  private readonly listeners: ((value: T) => void)[] = []
  private value: T
  private tail: Promise<unknown> = Promise.resolve()

  constructor(options: FleetValueOptions<T>) {
    this.options = options
    this.value = options.initial
    this.read()
    options.replica.onChange(keys => {
      if (keys.has(options.key)) this.read()
    })
  }

  current(): T {
    return this.value
  }

  /** One after the other: two changes of one node need not compete. */
  update(step: (value: T) => T, unchanged: Unchanged = []): Promise<T> {
    const done = this.tail.then(() => this.attempt(step, unchanged))
    this.tail = done.catch(() => undefined)
    return done
  }

  onChange(listener: (value: T) => void): void {
    this.listeners.push(listener)
  }

  async settled(): Promise<void> {
    await this.tail
  }

  private async attempt(step: (value: T) => T, unchanged: Unchanged): Promise<T> {
    const { replica, key } = this.options
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      demand(replica)
      const before = this.value
      const after = step(before)
      if (after === before) return before
      const version = replica.get(key)?.version ?? 0
      const done = await replica.commit({
        unchanged: [[key, version], ...unchanged],
        put: [{ key, value: JSON.stringify(after) }],
      })
      if (done !== undefined) return this.value
      await replica.refetch(key)
      for (const [other, version] of unchanged) {
        await replica.refetch(other)
        if ((replica.get(other)?.version ?? 0) !== version) throw new Overtaken(`${other} is another by now`)
      }
    }
    throw new Error(`${key}: others were faster ${MOST_TRIES} times`)
  }

  private read(): void {
    const { replica, key, sound, onProblem } = this.options
    const text = replica.get(key)?.value
    // Nobody takes it away: where it is gone, etcd has lost it, and what it was stays until the next change.
    if (text === undefined) return
    const value = parse(text)
    if (!sound(value)) {
      onProblem(`what etcd holds as ${key} is damaged, or of another release; what it was stays`)
      return
    }
    this.value = value
    for (const listener of this.listeners) listener(value)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
