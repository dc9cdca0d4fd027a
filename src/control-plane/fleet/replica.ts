// All that a fleet shares, on this node: read at any time without waiting, and as new as the last that was heard of etcd.
import { setTimeout as pause } from 'node:timers/promises'
import { StoreAway } from '../state/store-away.js'
import type { Etcd } from './etcd.js'
import type { Entry, KeyEvent, Wish } from './etcd-wire.js'

/** Whether what is known is the newest. */
export type Standing =
  | { readonly kind: 'live' }
  /** `since` is epoch ms: until then it was. */
  | { readonly kind: 'away'; readonly since: number; readonly why: string }

export interface ReplicaOptions {
  readonly etcd: Pick<Etcd, 'range' | 'watch' | 'commit'>
  /** All keys begin with it; those of the replica are told without it. */
  readonly prefix: string
  /** Why what is there must not be taken over, in words: asked with every full read, and of the key that tells. */
  readonly refusal?: (get: (key: string) => string | undefined) => string | undefined
  /** Epoch ms. */
  readonly now?: () => number
}

/** Keys without the prefix. */
export type Shared = Omit<Entry, 'key'>

type ChangeListener = (keys: ReadonlySet<string>) => void

/** Between two attempts to reach etcd, ms: so that it does not fall over those who wait for it. */
const PAUSES_MS = [50, 100, 250, 500, 1000]

export class Replica {
  private readonly options: ReplicaOptions
  private readonly now: () => number
  private readonly changeListeners: ChangeListener[] = []
  private readonly standingListeners: ((standing: Standing) => void)[] = []
  private readonly closing = new AbortController()
  private entries = new Map<string, Shared>()
  private state: Standing
  /** The revision of etcd up to which everything was heard. */
  private heard = 0
  /** Keys that this node has written since the last full read began: they may be newer than what it finds. */
  private readonly written = new Set<string>()
  private readonly waiting = new Set<() => void>()
  private watching = new AbortController()
  private settleFirst: () => void = () => {}
  /** Resolves when everything was read once. */
  readonly first: Promise<void>

  constructor(options: ReplicaOptions) {
    this.options = options
    this.now = options.now ?? Date.now
    this.state = { kind: 'away', since: this.now(), why: 'not reached yet' }
    this.first = new Promise(resolve => {
      this.settleFirst = resolve
    })
  }

  get(key: string): Shared | undefined {
    return this.entries.get(key)
  }

  /** By key, in no order. */
  under(prefix: string): ReadonlyMap<string, Shared> {
    return new Map([...this.entries].filter(([key]) => key.startsWith(prefix)))
  }

  standing(): Standing {
    return this.state
  }

  /** Whether the watch tells within `ms` of what was written at a version: it may have fallen silent. */
  async hears(version: number, ms: number): Promise<boolean> {
    if (this.heard >= version) return true
    return new Promise(resolve => {
      const done = (heard: boolean): void => {
        clearTimeout(timer)
        this.waiting.delete(look)
        resolve(heard)
      }
      const look = (): void => {
        if (this.heard >= version) done(true)
      }
      const timer = setTimeout(() => done(false), ms).unref()
      this.waiting.add(look)
    })
  }

  /** What was known before a restart; older than anything that is heard. */
  restore(entries: ReadonlyMap<string, Shared>): void {
    for (const [key, entry] of entries) if (!this.entries.has(key)) this.entries.set(key, entry)
  }

  onChange(listener: ChangeListener): void {
    this.changeListeners.push(listener)
  }

  onStanding(listener: (standing: Standing) => void): void {
    this.standingListeners.push(listener)
  }

  /** Reads everything, watches from there on, and begins anew whenever that ends, until it is closed. */
  async follow(): Promise<void> {
    const { etcd, prefix } = this.options
    const { signal } = this.closing
    for (let failures = 0; !signal.aborted; failures++) {
      this.watching = new AbortController()
      try {
        this.written.clear()
        const { revision, entries } = await etcd.range(prefix)
        const refusal = this.options.refusal?.(key => entries.find(entry => entry.key === prefix + key)?.value)
        if (refusal !== undefined) throw new Error(refusal)
        this.replace(entries, revision)
        failures = 0
        this.stand({ kind: 'live' })
        this.settleFirst()
        const both = AbortSignal.any([signal, this.watching.signal])
        await etcd.watch(prefix, revision + 1, (events, upTo) => this.take(events, upTo), both)
      } catch (error) {
        if (signal.aborted) return
        // Where the watch was given up on purpose, that is why, and not that it was.
        const why: unknown = this.watching.signal.aborted ? this.watching.signal.reason : error
        this.leave(why instanceof Error ? why.message : String(why))
      }
      const ms = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)]!
      // Nodes that lost etcd together do not come back together.
      await pause(ms * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined)
    }
  }

  /** The watch tells nothing although there is something to tell: it is begun anew, with a full comparison. */
  doubt(why: string): void {
    this.leave(why)
    this.watching.abort(new Error(why))
  }

  /** @returns the version that they have now; undefined where a key was not at its version. @throws StoreAway */
  async commit({ unchanged, put, remove = [] }: Wish): Promise<number | undefined> {
    const { etcd } = this.options
    const version = await etcd.commit({
      unchanged: unchanged.map(([key, version]) => [this.full(key), version] as const),
      put: put.map(one => ({ ...one, key: this.full(one.key) })),
      remove: remove.map(key => this.full(key)),
    })
    if (version === undefined) return undefined
    for (const { key } of put) this.written.add(key)
    // Whoever has written something reads it, also before the watch tells of it.
    this.take(
      put.map(({ key, value }) => ({ key: this.full(key), value, version })),
      0,
    )
    return version
  }

  /** Reads one key anew, for whoever was told that it is not what it was taken for. @throws StoreAway */
  async refetch(key: string): Promise<void> {
    const full = this.full(key)
    const { revision, entries } = await this.options.etcd.range(full)
    // One that is gone was gone by then: the watch may be late to tell.
    this.take([entries.find(entry => entry.key === full) ?? { key: full, version: revision }], 0)
  }

  close(): void {
    this.closing.abort()
  }

  /** A path that begins with `/` is one outside of what is followed. */
  private full(key: string): string {
    return key.startsWith('/') ? key : this.options.prefix + key
  }

  private take(events: readonly KeyEvent[], upTo: number): void {
    const { prefix } = this.options
    const changed = new Set<string>()
    const refusal = this.options.refusal?.(key => {
      const last = events.findLast(event => event.key === prefix + key)
      return last === undefined ? this.entries.get(key)?.value : last.value
    })
    if (refusal !== undefined) {
      this.doubt(refusal)
      return
    }
    for (const { key: full, value, version } of events) {
      if (!full.startsWith(prefix)) continue
      const key = full.slice(prefix.length)
      const before = this.entries.get(key)
      if ((before?.version ?? 0) >= version) continue
      if (value === undefined) this.entries.delete(key)
      else this.entries.set(key, { value, version })
      if (before?.value !== value) changed.add(key)
    }
    this.hear(upTo)
    this.tell(changed)
  }

  private replace(entries: readonly Entry[], revision: number): void {
    const { prefix } = this.options
    const before = this.entries
    this.entries = new Map(
      entries.map(({ key, value, version }) => [key.slice(prefix.length), { value, version }] as const),
    )
    for (const key of this.written) {
      const own = before.get(key)
      if (own !== undefined && own.version > revision) this.entries.set(key, own)
    }
    // Not the most of both: etcd that was made anew counts from 1 again.
    this.heard = revision
    this.hear(revision)
    const keys = new Set([...before.keys(), ...this.entries.keys()])
    this.tell(new Set([...keys].filter(key => before.get(key)?.value !== this.entries.get(key)?.value)))
  }

  private hear(upTo: number): void {
    this.heard = Math.max(this.heard, upTo)
    for (const look of [...this.waiting]) look()
  }

  private tell(changed: ReadonlySet<string>): void {
    if (changed.size > 0) for (const listener of this.changeListeners) listener(changed)
  }

  private leave(why: string): void {
    const since = this.state.kind === 'away' ? this.state.since : this.now()
    this.stand({ kind: 'away', since, why })
  }

  private stand(standing: Standing): void {
    const turned = standing.kind !== this.state.kind
    this.state = standing
    if (turned) for (const listener of this.standingListeners) listener(standing)
  }
}

/** @throws StoreAway at once where it is known to be away, so that nobody waits for what will not come */
export function demand(replica: Pick<Replica, 'standing'>): void {
  const standing = replica.standing()
  if (standing.kind === 'away')
    throw new StoreAway(`etcd is away since ${new Date(standing.since).toISOString()}: ${standing.why}`)
}
