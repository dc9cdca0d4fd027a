// Requests that are made once however often they are sent, also where the node was restarted in between, or another one of the
// fleet is asked: what came of each, by its key.
import { createHash, randomUUID } from 'node:crypto'
import type { Shelf, ShelfLimits } from '../state/shelf.js'

export interface KnownReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Repeat =
  /** It has not been seen: whoever asks makes it, and says what came of it. */
  | { readonly kind: 'fresh' }
  | { readonly kind: 'known'; readonly reply: KnownReply }
  | { readonly kind: 'running' }
  /** It was begun, and whoever made it is gone: nobody knows what came of it. */
  | { readonly kind: 'lost' }
  /** The key came with another request. */
  | { readonly kind: 'other' }

interface Kept {
  /** Tells one request from another. */
  readonly print: string
  /** Epoch ms. */
  readonly at: number
  /** Tells this first time from any other: by whom it is made, and which of theirs it is. */
  readonly process: string
  readonly time: string
  readonly reply?: KnownReply
}

export const REPEAT_LIMITS: ShelfLimits = { most: 1000, keepMs: 24 * 3600_000 }

/** No request is made for longer, ms. */
const LONGEST_MS = 60_000

export class Repeats {
  private readonly shelf: Shelf
  private readonly now: () => number
  private readonly process = randomUUID()
  /** What was said of those that this process is making now. */
  private readonly running = new Map<string, Kept>()

  /** @param now epoch ms */
  constructor(shelf: Shelf, now: () => number = Date.now) {
    this.shelf = shelf
    this.now = now
  }

  /** @throws StoreAway, or the system's error, where nobody could say it later on */
  async ask(key: string, print: string): Promise<Repeat> {
    const kept: Kept = { print, at: this.now(), process: this.process, time: randomUUID() }
    const there = await this.shelf.put(nameOf(key), JSON.stringify(kept))
    if (there === undefined) {
      this.running.set(key, kept)
      return { kind: 'fresh' }
    }
    const before = parse(there)
    if (before === undefined) return { kind: 'lost' }
    if (before.print !== print) return { kind: 'other' }
    if (before.reply !== undefined) return { kind: 'known', reply: before.reply }
    const isRunning = before.process === this.process ? this.running.has(key) : this.now() - before.at < LONGEST_MS
    return { kind: isRunning ? 'running' : 'lost' }
  }

  /** What came of a fresh one. Rejects as `ask`. */
  async tell(key: string, reply: KnownReply): Promise<void> {
    const kept = this.running.get(key)
    try {
      if (kept !== undefined) await this.shelf.replace(nameOf(key), JSON.stringify({ ...kept, reply }))
    } finally {
      this.running.delete(key)
    }
  }

  /** Nothing came of it that would be so once more: it may be made again. Rejects as `ask`. */
  async forget(key: string): Promise<void> {
    this.running.delete(key)
    await this.shelf.remove(nameOf(key))
  }
}

/** Keys are what callers write, and tell who they are. */
const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex')

function parse(text: string): Kept | undefined {
  try {
    const kept = JSON.parse(text)
    return typeof kept?.print === 'string' ? kept : undefined
  } catch {
    return undefined
  }
}
