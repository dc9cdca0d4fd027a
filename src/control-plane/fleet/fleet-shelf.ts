// A shelf of a whole fleet: a key of etcd for each text, under leases that let go of them when they are old. No node holds them in memory.
import type { Shelf, ShelfLimits } from '../state/shelf.js'
import { type Etcd, EtcdRefused, NOT_FOUND } from './etcd.js'

export interface FleetShelfOptions {
  readonly etcd: Pick<Etcd, 'get' | 'commit' | 'grant'>
  /** All keys begin with it; nothing else does. */
  readonly prefix: string
  readonly limits: ShelfLimits
  /** Epoch ms. */
  readonly now?: () => number
}

/** Keys of one part of the time share a lease; so they go up to so much later than they need to. */
const PARTS = 24

export class FleetShelf implements Shelf {
  private readonly options: FleetShelfOptions
  private readonly now: () => number
  private lease: { readonly id: Promise<string>; readonly until: number } | undefined
  /** Keys of this node, oldest first. */
  private readonly own = new Set<string>()

  constructor(options: FleetShelfOptions) {
    this.options = options
    this.now = options.now ?? Date.now
  }

  async put(key: string, text: string): Promise<string | undefined> {
    const { etcd, prefix, limits } = this.options
    const full = prefix + key
    for (;;) {
      if ((await this.write(full, text, [[full, 0]])) !== undefined) break
      const there = await etcd.get(full)
      if (there !== undefined) return there.value
    }
    this.own.add(key)
    for (const old of [...this.own].slice(0, -limits.most)) await this.remove(old)
    return undefined
  }

  async replace(key: string, text: string): Promise<void> {
    await this.write(this.options.prefix + key, text, [])
  }

  async remove(key: string): Promise<void> {
    const { etcd, prefix } = this.options
    this.own.delete(key)
    await etcd.commit({ unchanged: [], put: [], remove: [prefix + key] })
  }

  private async write(key: string, value: string, unchanged: readonly (readonly [string, number])[]) {
    const commit = async (): Promise<number | undefined> =>
      this.options.etcd.commit({ unchanged, put: [{ key, value, lease: await this.leaseOfNow() }] })
    return commit().catch(error => {
      // etcd has lost its leases, or this one is over for it.
      if (!(error instanceof EtcdRefused) || error.code !== NOT_FOUND) throw error
      this.lease = undefined
      return commit()
    })
  }

  private async leaseOfNow(): Promise<string> {
    const { etcd, limits } = this.options
    const partMs = limits.keepMs / PARTS
    if (this.lease === undefined || this.now() >= this.lease.until)
      this.lease = { id: etcd.grant(Math.ceil((limits.keepMs + partMs) / 1000)), until: this.now() + partMs }
    const { lease } = this
    return lease.id.catch(error => {
      // The next one asks anew.
      if (this.lease === lease) this.lease = undefined
      throw error
    })
  }
}
