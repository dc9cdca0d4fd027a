// From what the threads have counted to when a region was last answered, and when first from another snapshot. Pure.

/** What one thread has counted; the counts are read before the version, so that all of them are of that version or older. */
export interface ThreadCounts {
  /** The snapshot that it answers from. */
  readonly version: number
  /** Answers that held any region. */
  readonly any: number
  /** Answers that held the region. */
  readonly region: number
}

export interface Look {
  /** Epoch ms. */
  readonly at: number
  /** A thread keeps its place, and its counts when another takes its place. */
  readonly threads: readonly ThreadCounts[]
}

/** What has been seen of one region's answers. Times are epoch ms, and exact to the time between two looks. */
export interface AnswerWatch {
  /** Of what was published when something was decided about the region; undefined while nothing has been. */
  readonly version?: number
  /** Whether answers may hold the region since then. */
  readonly given: boolean
  /** The longest TTL of its answers before that, seconds. */
  readonly ttl: number
  /** The last answer from a snapshot before that which held the region; undefined where none was seen. */
  readonly lastOldAt?: number
  /** When the last such answer leaves the caches of resolvers, by its TTL; also of answers before anybody looked. */
  readonly cachedUntil: number
  /** The first answer from that snapshot or a later one: with the region where it is given, with another where it is not. */
  readonly firstNewAt?: number
  readonly threads: readonly ThreadCounts[]
}

/** Begins to look, since the first failure or for want of an earlier moment. `ttl`: of its answers by now, seconds. */
export const beginWatch = ({ at, threads }: Look, ttl: number): AnswerWatch => ({
  given: true,
  ttl,
  cachedUntil: at + ttl * 1000,
  threads,
})

/** Another snapshot was published, which says nothing new of whether the region is given but for its TTL. */
export const retimed = (watch: AnswerWatch, ttl: number): AnswerWatch =>
  watch.version === undefined ? { ...watch, ttl } : watch

/** What was decided is published as `version`. */
export const turned = ({ firstNewAt: _, ...watch }: AnswerWatch, version: number, given: boolean): AnswerWatch => ({
  ...watch,
  version,
  given,
})

/** What a look adds. */
export function looked(watch: AnswerWatch, { at, threads }: Look): AnswerWatch {
  const { version = Number.POSITIVE_INFINITY, given, ttl } = watch
  let [old, fresh] = [false, false]
  threads.forEach((now, i) => {
    const before = watch.threads[i] ?? now
    const region = now.region - before.region
    const others = now.any - before.any - region
    // A region that is given no more was given by what came before, whatever the thread has taken since.
    if (region > 0 && (now.version < version || !given)) old = true
    if (now.version >= version && (given ? region : others) > 0) fresh = true
  })
  return {
    ...watch,
    ...(old ? { lastOldAt: at, cachedUntil: Math.max(watch.cachedUntil, at + ttl * 1000) } : {}),
    ...(fresh && watch.firstNewAt === undefined ? { firstNewAt: at } : {}),
    threads,
  }
}
