// The gate: how many probes run at once, in all and to one address. Whoever comes too many waits for its turn.
import { Line } from './line.js'

export interface GateLimits {
  readonly inAll: number
  readonly perAddress: number
}

/** Sockets are cheap, file handles are not endless; and no server is to be stormed by its own prober. */
export const LIMITS: GateLimits = { inAll: 4096, perAddress: 16 }

interface Waiting {
  readonly address: string
  readonly hurried: boolean
  readonly begin: () => void
}

export class Gate {
  readonly #limits: GateLimits
  readonly #running = new Map<string, number>()
  /** Those of an address that has its fill wait apart, so that nobody waits behind them. */
  readonly #queue = new Line<Waiting>()
  readonly #byAddress = new Map<string, Line<Waiting>>()
  #inAll = 0

  constructor(limits: GateLimits = LIMITS) {
    this.#limits = limits
  }

  get running(): number {
    return this.#inAll
  }

  get waiting(): number {
    return [...this.#byAddress.values()].reduce((sum, { size }) => sum + size, this.#queue.size)
  }

  /**
   * Calls `begin` now or later; `leave` must follow every call. Returns what takes it out of the queue.
   * @param hurried it confirms a failure, and goes before those that do not: so however many wait, what is dead is known in time
   */
  enter(address: string, begin: () => void, hurried = false): () => void {
    const one: Waiting = { address, begin, hurried }
    this.#admit(one)
    return () => {
      this.#queue.delete(one)
      this.#dropNeighbour(one)
    }
  }

  leave(address: string): void {
    this.#inAll--
    const left = (this.#running.get(address) ?? 1) - 1
    if (left === 0) this.#running.delete(address)
    else this.#running.set(address, left)
    for (const neighbour of this.#byAddress.get(address) ?? []) {
      this.#dropNeighbour(neighbour)
      this.#queue.add(neighbour)
      break
    }
    for (const next of this.#queue) {
      if (this.#inAll >= this.#limits.inAll) return
      this.#queue.delete(next)
      this.#admit(next)
    }
  }

  #dropNeighbour(one: Waiting): void {
    const neighbours = this.#byAddress.get(one.address)
    neighbours?.delete(one)
    if (neighbours?.size === 0) this.#byAddress.delete(one.address)
  }

  #admit(one: Waiting): void {
    const { address, begin } = one
    const beside = this.#running.get(address) ?? 0
    if (beside >= this.#limits.perAddress) {
      const neighbours = this.#byAddress.get(address) ?? new Line<Waiting>()
      neighbours.add(one)
      this.#byAddress.set(address, neighbours)
    } else if (this.#inAll >= this.#limits.inAll) this.#queue.add(one)
    else {
      this.#inAll++
      this.#running.set(address, beside + 1)
      begin()
    }
  }
}
