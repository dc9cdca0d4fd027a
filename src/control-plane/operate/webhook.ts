// Webhooks: a signed POST for each change of health, and each move of a drill or of keys, tried again until it arrives or is given up.
import { createHmac } from 'node:crypto'
import type { NodeEvent } from './event.js'

export interface WebhookTarget {
  readonly url: string
  /** What the signature is made with; none, no signature. */
  readonly secret?: string
}

export interface WebhookCounts {
  readonly delivered: number
  /** Given up. */
  readonly dead: number
  readonly waiting: number
}

/** Sends the body; resolves with the HTTP status. */
export type Post = (url: string, body: string, headers: Readonly<Record<string, string>>) => Promise<number>

/** ms from one attempt to the next; after the last the message is dead. */
export const RETRIES_MS = [1000, 5000, 30_000, 120_000] as const
/** Messages that wait for one target; what comes beyond them is dead at once, since somebody has stopped listening. */
const MOST_WAITING = 1000
const TIMEOUT_MS = 10_000

/** Events that webhooks are told of; the rest is for the event stream. */
const TOLD: ReadonlySet<NodeEvent['kind']> = new Set(['health', 'region', 'prober', 'drill', 'dnssec'])

/** `t=…,v1=…`: the time in seconds, and HMAC-SHA256 over it, a dot and the body, in hexadecimal. */
export function signature(secret: string, seconds: number, body: string): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}

/** What is sent of an event; its times are RFC 3339. */
export const payload = (event: NodeEvent, id: string, node: string): string =>
  JSON.stringify({ id, node, ...event, at: new Date(event.at).toISOString() })

export interface WebhooksOptions {
  readonly targets: readonly WebhookTarget[]
  /** Who says it: the name of this machine. */
  readonly node: string
  readonly onDead: (url: string, why: string) => void
  readonly post?: Post
}

/** One queue a target: a message waits for the one before it, so that they arrive in order. */
export class Webhooks {
  readonly #options: Required<WebhooksOptions>
  readonly #queues: Queue[]
  #last = 0

  constructor(options: WebhooksOptions) {
    this.#options = { post, ...options }
    this.#queues = options.targets.map(target => new Queue(target, this.#options))
  }

  tell(event: NodeEvent): void {
    if (!TOLD.has(event.kind) || this.#queues.length === 0) return
    const id = `${event.at.toString(36)}-${(++this.#last).toString(36)}`
    const body = payload(event, id, this.#options.node)
    for (const queue of this.#queues) queue.add(body)
  }

  counts(): WebhookCounts {
    const sum = (of: (queue: Queue) => number): number => this.#queues.reduce((total, queue) => total + of(queue), 0)
    return { delivered: sum(q => q.delivered), dead: sum(q => q.dead), waiting: sum(q => q.waiting) }
  }

  stop(): void {
    for (const queue of this.#queues) queue.stop()
  }
}

class Queue {
  delivered = 0
  dead = 0
  readonly #target: WebhookTarget
  readonly #options: Required<WebhooksOptions>
  readonly #bodies: string[] = []
  #attempt = 0
  #busy = false
  #stopped = false
  #timer: NodeJS.Timeout | undefined

  constructor(target: WebhookTarget, options: Required<WebhooksOptions>) {
    this.#target = target
    this.#options = options
  }

  get waiting(): number {
    return this.#bodies.length
  }

  add(body: string): void {
    if (this.#bodies.length >= MOST_WAITING) this.#bury('too many wait')
    else this.#bodies.push(body)
    void this.#work()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  async #work(): Promise<void> {
    if (this.#busy || this.#stopped) return
    const [body] = this.#bodies
    if (body === undefined) return
    this.#busy = true
    const why = await this.#send(body)
    if (this.#stopped) return
    const wait = why === undefined ? undefined : RETRIES_MS[this.#attempt++]
    if (why === undefined || wait === undefined) {
      this.#bodies.shift()
      this.#attempt = 0
      if (why === undefined) this.delivered++
      else this.#bury(why)
    }
    this.#timer = setTimeout(() => {
      this.#busy = false
      void this.#work()
    }, wait ?? 0)
    this.#timer.unref()
  }

  /** Why it did not arrive, in words; undefined where it did. */
  async #send(body: string): Promise<string | undefined> {
    const { url, secret } = this.#target
    const seconds = Math.floor(Date.now() / 1000)
    try {
      const status = await this.#options.post(url, body, {
        'content-type': 'application/json',
        'user-agent': 'meridian',
        ...(secret === undefined ? {} : { 'meridian-signature': signature(secret, seconds, body) }),
      })
      return status >= 200 && status <= 299 ? undefined : `status ${status}`
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  #bury(why: string): void {
    this.dead++
    this.#options.onDead(this.#target.url, why)
  }
}

const post: Post = async (url, body, headers) => {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers,
    // What is signed is for this address and no other.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  await answer.body?.cancel()
  return answer.status
}
