// The few calls of etcd's v3 API that a fleet needs, each with a deadline of its own; over the JSON gateway that every etcd
// since 3.4 has beside gRPC, so that no package is needed.
import { setTimeout as pause } from 'node:timers/promises'
import { StoreAway } from '../state/store-away.js'
import { spanned } from '../trace/span.js'
import { Http, type TlsFiles } from './etcd-http.js'
import {
  type Entry,
  encode,
  endOfPrefix,
  type KeyEvent,
  Lines,
  readEntry,
  readEvent,
  type WireEvent,
  type Wish,
  writeTransaction,
} from './etcd-wire.js'

export interface EtcdOptions {
  /** Origins of the members: `https://etcd1.example.com:2379`. One that answers is enough. */
  readonly endpoints: readonly string[]
  readonly tls?: TlsFiles
  readonly credentials?: { readonly user: string; readonly password: string }
  /** How long a call may take in all, over however many members, ms. */
  readonly timeoutMs: number
}

/** etcd has understood, and says no. */
export class EtcdRefused extends Error {
  override readonly name = 'EtcdRefused'
  /** Of gRPC: 5 is "not found", 7 "permission denied". */
  readonly code: number
  constructor(message: string, code: number) {
    super(message)
    this.code = code
  }
}

export interface Range {
  /** Of the whole store: a watch that begins behind it misses nothing. */
  readonly revision: number
  readonly entries: readonly Entry[]
}

/** A member that does not answer within this is not waited for while there are others, ms. */
const TRY_MS = 2000
/** Between two rounds over all members, ms. */
const ROUND_MS = 100
/** Codes of gRPC after which another member, or the same a little later, may well say something else. */
const PASSING: ReadonlySet<number> = new Set([1, 4, 10, 14])
const UNAUTHENTICATED = 16
/** What was asked for is not there: a lease, for one. */
export const NOT_FOUND = 5
/** What etcd says of a token that is from before a change of its users. */
const OLD_TOKEN = /auth token|revision in header is old/

// biome-ignore lint/suspicious/noExplicitAny: JSON from outside; each caller takes out what its call gives
type Json = any

export class Etcd {
  private readonly options: EtcdOptions
  private readonly http: Http
  /** The member that answered last. */
  private preferred = 0
  private token: string | undefined
  private closed = false

  constructor(options: EtcdOptions) {
    this.options = options
    this.http = new Http(options.tls)
  }

  /** All that is below a prefix, read so that no older state than the newest is seen. */
  async range(prefix: string): Promise<Range> {
    const { header, kvs = [] } = await this.call('kv/range', { key: encode(prefix), range_end: endOfPrefix(prefix) })
    return { revision: Number(header.revision), entries: kvs.map(readEntry) }
  }

  async get(key: string): Promise<Entry | undefined> {
    const { kvs = [] } = await this.call('kv/range', { key: encode(key) })
    return kvs.length === 0 ? undefined : readEntry(kvs[0])
  }

  /** @returns the revision at which all of it was done; undefined where a key was not at its version, and nothing was done */
  async commit(wish: Wish): Promise<number | undefined> {
    const { reply, tries } = await this.tryAll('kv/txn', writeTransaction(wish))
    if (reply.succeeded === true) return Number(reply.header.revision)
    // An earlier try may have got through although its answer was lost; then what is there is what was wished for.
    const [first] = wish.put
    if (tries === 1 || first === undefined) return undefined
    const there = await this.get(first.key)
    return there?.value === first.value ? there.version : undefined
  }

  /** @returns the id of a lease */
  async grant(seconds: number): Promise<string> {
    const { ID: id } = await this.call('lease/grant', { TTL: seconds })
    return String(id)
  }

  /** @returns false where there is no such lease any more */
  async keepAlive(lease: string): Promise<boolean> {
    const { result = {} } = await this.call('lease/keepalive', { ID: lease })
    return Number(result.TTL ?? 0) > 0
  }

  /** What hangs on it is gone; no lease is no error. */
  async revoke(lease: string): Promise<void> {
    await this.call('lease/revoke', { ID: lease }).catch(error => {
      if (!(error instanceof EtcdRefused) || error.code !== NOT_FOUND) throw error
    })
  }

  /**
   * Tells what happens below a prefix from a revision on. Rejects when it ends, and it ends with the connection, with a
   * member that has lost the others, and with a revision that is not kept any more.
   * @param onEvents is also told of the revision that they brought the store to
   */
  async watch(
    prefix: string,
    from: number,
    onEvents: (events: readonly KeyEvent[], revision: number) => void,
    signal: AbortSignal,
  ): Promise<never> {
    const create_request = {
      key: encode(prefix),
      range_end: endOfPrefix(prefix),
      start_revision: String(from),
      progress_notify: true,
    }
    const member = this.preferred
    try {
      const response = await this.http.open(
        `${this.endpoint(member)}/v3/watch`,
        JSON.stringify({ create_request }),
        // Without it a member that has lost its leader would keep silent for ever.
        { ...(await this.authorization(signal)), 'grpc-metadata-hasleader': 'true' },
        signal,
      )
      response.setEncoding('utf8')
      const lines = new Lines()
      for await (const piece of response)
        for (const line of lines.take(piece)) {
          const { result, error, message } = JSON.parse(line)
          if (result === undefined || result.canceled === true) throw new Error(whyEnded({ ...result, error, message }))
          const events: readonly WireEvent[] = result.events ?? []
          onEvents(events.map(readEvent), Number(result.header.revision))
        }
      throw new Error('etcd closed the watch')
    } catch (error) {
      if (member === this.preferred) this.preferred++
      throw error
    }
  }

  close(): void {
    this.closed = true
    this.http.close()
  }

  private endpoint(member: number): string {
    const { endpoints } = this.options
    return endpoints[member % endpoints.length]! // there is one at least
  }

  private async call(path: string, body: object): Promise<Json> {
    return (await this.tryAll(path, body)).reply
  }

  /** @throws StoreAway where nobody answers in time, EtcdRefused where somebody says no */
  private tryAll(path: string, body: object): Promise<{ readonly reply: Json; readonly tries: number }> {
    return spanned({ name: `etcd ${path}`, kind: 'client' }, async attributes => {
      const outcome = await this.tryEach(path, body)
      attributes['tries'] = outcome.tries
      return outcome
    })
  }

  private async tryEach(path: string, body: object): Promise<{ readonly reply: Json; readonly tries: number }> {
    const deadline = Date.now() + this.options.timeoutMs
    let why: unknown
    for (let tries = 1; !this.closed; tries++) {
      const left = deadline - Date.now()
      if (left <= 0) break
      try {
        return { reply: await this.once(path, body, AbortSignal.timeout(Math.min(left, TRY_MS))), tries }
      } catch (error) {
        if (error instanceof EtcdRefused && !PASSING.has(error.code)) throw error
        why = error
        this.preferred++
        if (tries % this.options.endpoints.length === 0)
          await pause(Math.min(ROUND_MS, Math.max(0, deadline - Date.now())))
      }
    }
    throw new StoreAway(`etcd cannot be reached: ${reasonOf(why)}`, { cause: why })
  }

  private async once(path: string, body: object, signal: AbortSignal): Promise<Json> {
    const url = `${this.endpoint(this.preferred)}/v3/${path}`
    const text = JSON.stringify(body)
    const first = parse(await this.http.post(url, text, await this.authorization(signal), signal))
    if (!(first instanceof EtcdRefused)) return first
    const isStale = first.code === UNAUTHENTICATED || OLD_TOKEN.test(first.message)
    if (this.token === undefined || !isStale) throw first
    this.token = undefined
    const second = parse(await this.http.post(url, text, await this.authorization(signal), signal))
    if (second instanceof EtcdRefused) throw second
    return second
  }

  private async authorization(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { credentials } = this.options
    if (credentials === undefined) return {}
    if (this.token === undefined) {
      const { user: name, password } = credentials
      const url = `${this.endpoint(this.preferred)}/v3/auth/authenticate`
      const reply = parse(await this.http.post(url, JSON.stringify({ name, password }), {}, signal))
      if (reply instanceof EtcdRefused) throw reply
      this.token = String(reply.token)
    }
    return { authorization: this.token }
  }
}

function parse({ status, body }: { readonly status: number; readonly body: string }): Json {
  let value: Json
  try {
    value = JSON.parse(body)
  } catch {
    throw new Error(`an answer that etcd would not give (HTTP ${status})`)
  }
  const fault = value.error === undefined ? undefined : (value.error.message ?? value.message ?? value.error)
  if (fault !== undefined) return new EtcdRefused(String(fault), Number(value.error.grpc_code ?? value.code ?? 2))
  if (status !== 200) throw new Error(`etcd answers with HTTP ${status}`)
  return value
}

/** Of a watch, by what its last line has. */
const whyEnded = ({ compact_revision: kept, cancel_reason: reason, error, message }: Json): string =>
  kept === undefined
    ? (reason ?? error?.message ?? message ?? 'etcd ended the watch')
    : `etcd keeps nothing any more of what happened before revision ${kept}`

const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.name === 'TimeoutError' ? 'no answer in time' : error.message) : 'no answer in time'
