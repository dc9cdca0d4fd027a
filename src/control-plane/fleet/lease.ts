// What is true only while this node lives: keys under a lease that etcd lets go when the node falls silent. A lease that was
// lost is asked for anew, and everything is put under it again.
import type { Etcd } from './etcd.js'
import type { Replica } from './replica.js'

export interface LeaseOptions {
  readonly etcd: Pick<Etcd, 'grant' | 'keepAlive' | 'revoke'>
  readonly replica: Pick<Replica, 'commit'>
  /** So long after the last sign of life its keys are gone. */
  readonly seconds: number
}

export class Lease {
  private readonly options: LeaseOptions
  private id: string | undefined
  /** By key, what the store has; undefined where nobody knows. */
  private readonly told = new Map<string, string | undefined>()

  constructor(options: LeaseOptions) {
    this.options = options
  }

  /**
   * A sign of life, with what is to be said; only what is new is written, and what is not said any more is taken away.
   * @param words values by key
   * @returns the version at which something was written; undefined where nothing was
   * @throws StoreAway
   */
  async say(words: ReadonlyMap<string, string>): Promise<number | undefined> {
    const { etcd, replica, seconds } = this.options
    if (this.id === undefined || !(await etcd.keepAlive(this.id))) {
      this.told.clear()
      this.id = await etcd.grant(seconds)
    }
    const lease = this.id
    const news = [...words].filter(([key, value]) => this.told.get(key) !== value)
    const past = [...this.told.keys()].filter(key => !words.has(key))
    if (news.length + past.length === 0) return undefined
    // A commit whose answer is lost may have been made, or be made yet: what was there before is not to be relied on.
    for (const key of [...news.map(([key]) => key), ...past]) this.told.set(key, undefined)
    const version = await replica.commit({
      unchanged: [],
      put: news.map(([key, value]) => ({ key, value, lease })),
      remove: past,
    })
    for (const [key, value] of news) this.told.set(key, value)
    for (const key of past) this.told.delete(key)
    return version
  }

  /** The node goes, and what it said with it. */
  async end(): Promise<void> {
    const { id } = this
    this.id = undefined
    this.told.clear()
    if (id !== undefined) await this.options.etcd.revoke(id)
  }
}
