// What all members of the simulated store agree on: keys with revisions, transactions, leases, and what happened of late, as etcd has it.
// Keys are text; values stay as they came in, in base64.
import { after, afterOn, cancel, OUTSIDE, time } from './time.mjs'

/** What is kept of the past without a compaction. */
const MOST_COMMITS = 4000

export class StoreState {
  constructor() {
    this.wipe()
  }

  /** Nothing is left, and revisions begin anew. */
  wipe() {
    for (const { timer } of this.leases?.values() ?? []) cancel(timer)
    this.revision = 1
    this.compacted = 0
    this.keys = new Map()
    this.leases = new Map()
    this.commits = []
    this.nextLease = (this.nextLease ?? 7000) + 1
  }

  /** Called after each commit with all that it changed. */
  onCommit = () => {}

  under(from, end) {
    if (end === undefined) return this.keys.has(from) ? [[from, this.keys.get(from)]] : []
    return [...this.keys].filter(([key]) => key >= from && key < end)
  }

  /** @returns whether it was done; undefined where a lease is not there */
  transact(compares, puts, deletes) {
    if (compares.some(([key, revision]) => (this.keys.get(key)?.revision ?? 0) !== revision)) return false
    if (puts.some(({ lease }) => lease !== undefined && !this.leases.has(lease))) return undefined
    const revision = this.revision + 1
    const events = []
    for (const { key, value, lease } of puts) {
      this.release(key)
      this.keys.set(key, { value, revision, lease })
      if (lease !== undefined) this.leases.get(lease).keys.add(key)
      events.push({ key, value, revision })
    }
    for (const key of deletes) {
      if (!this.keys.has(key)) continue
      this.release(key)
      this.keys.delete(key)
      events.push({ key, revision })
    }
    if (events.length > 0) this.commit(events)
    return true
  }

  grant(seconds) {
    const id = String(this.nextLease++)
    this.leases.set(id, { seconds, keys: new Set(), timer: undefined, endsAt: 0 })
    this.keepAlive(id)
    return id
  }

  /** @returns the seconds that it has now; undefined where there is none */
  keepAlive(id) {
    const lease = this.leases.get(id)
    if (lease === undefined) return undefined
    lease.endsAt = time() + lease.seconds * 1000
    lease.timer ??= afterOn(OUTSIDE, lease.seconds * 1000, () => this.look(id))
    return lease.seconds
  }

  /** Whether leases run out: not while nobody leads. A new leader gives each its whole time again. */
  setLed(led) {
    this.led = led
    for (const [id, lease] of this.leases) {
      cancel(lease.timer)
      lease.timer = undefined
      if (led) this.keepAlive(id)
    }
  }

  led = true

  look(id) {
    const lease = this.leases.get(id)
    if (lease === undefined || !this.led) return
    const left = lease.endsAt - time()
    if (left > 0) lease.timer = after(left, () => this.look(id))
    else this.revoke(id)
  }

  revoke(id) {
    const lease = this.leases.get(id)
    if (lease === undefined) return false
    cancel(lease.timer)
    this.leases.delete(id)
    const revision = this.revision + 1
    const events = [...lease.keys].map(key => ({ key, revision }))
    for (const { key } of events) this.keys.delete(key)
    if (events.length > 0) this.commit(events)
    return true
  }

  /** What happened from a revision on; undefined where it is not known any more. */
  since(revision) {
    return revision <= this.compacted ? undefined : this.commits.filter(commit => commit.revision >= revision)
  }

  /** The past is forgotten. */
  compact() {
    this.compacted = this.revision
    this.commits = []
  }

  release(key) {
    const lease = this.keys.get(key)?.lease
    if (lease !== undefined) this.leases.get(lease)?.keys.delete(key)
  }

  commit(events) {
    this.revision++
    const commit = { revision: this.revision, events }
    this.commits.push(commit)
    if (this.commits.length > MOST_COMMITS) {
      this.commits = this.commits.slice(MOST_COMMITS / 2)
      this.compacted = this.commits[0].revision - 1
    }
    this.onCommit(commit)
  }
}
