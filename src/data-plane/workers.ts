// Starts, watches, restarts and stops the threads of the data plane, and hands them each new snapshot.
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { type AddressBytes, type Prefix, parseAddress } from '../dns/address.js'
import type { Snapshot } from '../snapshot/snapshot.js'
import { announceVersion, makeVersionWord } from '../snapshot/version.js'
import { WANTED_BUFFER } from './batch-socket.js'
import type { Identity } from './chaos.js'
import { type BadCookiePolicy, makeSecretTable, setSecrets } from './cookie-guard.js'
import type { Counters } from './counters.js'
import { DESK, makeDeskWords } from './desk.js'
import { type LimitOptions, makeLimitTable } from './limit.js'
import { localAddresses } from './local-addresses.js'
import { nameOf, Post, SPOKEN } from './post.js'
import type { Precedence } from './precedence.js'
import type { SampleRing } from './sample-ring.js'
import type { CertificateFiles } from './tls.js'
import type { Bound, Endpoint } from './transport.js'
import { batchUnavailable } from './udp-batch.js'
import type { OfficeAnswer } from './window.js'
import type { TransportKind, WorkerManner } from './worker.js'

export interface DataPlaneOptions {
  readonly listen: readonly Endpoint[]
  /** DNS over TLS, with one thread for each endpoint. */
  readonly tls?: (CertificateFiles & { readonly listen: readonly Endpoint[] }) | undefined
  /** `auto` is `batch` where the system has it. */
  readonly udp: 'auto' | 'batch' | 'dgram'
  /** Threads that share each UDP endpoint; dgram has one whatever this says. */
  readonly workers: number
  /** Rate limiting of UDP; none where it is absent. */
  readonly limit?: LimitOptions | undefined
  /** DNS cookies; none where it is absent. There is at least one secret; each has 16 bytes, and the first makes new cookies. */
  readonly cookies?: { readonly secrets: readonly Uint8Array[]; readonly policy: BadCookiePolicy } | undefined
  readonly identity?: Identity
  /** Equal addresses take turns at being first. */
  readonly rotate?: boolean
  /** Who may ask why names are answered as they are. */
  readonly explainTo?: readonly Prefix[]
  /** One query in so many at the least is written down, or whole with its response; none where it is absent. */
  readonly samples?: { readonly oneIn: number; readonly packets: boolean } | undefined
  /** Proxies in front, which say whose query they pass on by the PROXY protocol. */
  readonly proxies?: readonly Prefix[]
  /** Answers what is not for the line, while it is open. */
  readonly office: OfficeAnswer
  /** A thread died, and why; another takes its place. */
  readonly onCrash: (who: string, error: unknown) => void
  /** Something that an operator should know, and can live with. */
  readonly onWarning: (text: string) => void
  /** Sockets of a process before this one. */
  readonly inherited?: Inheritance | undefined
}

/** The sockets of a listener, by its name: numbers that the system knows them by. */
export type Inheritance = ReadonlyMap<string, readonly number[]>

export interface Listening extends Bound {
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly by: TransportKind
  readonly workers: number
  /** What its threads were granted before others on the same core. */
  readonly precedence: Precedence
}

export interface Sampled {
  readonly ring: SampleRing
  readonly bound: Bound | undefined
}

export class DataPlane {
  private readonly options: DataPlaneOptions
  private readonly version = makeVersionWord()
  private readonly posts: Post[] = []
  private readonly deskWords = makeDeskWords()
  private readonly manner: WorkerManner
  private newest: Snapshot | undefined

  constructor(options: DataPlaneOptions) {
    const { limit, cookies, identity = {}, rotate = false, explainTo = [], proxies = [], samples } = options
    this.options = options
    this.manner = {
      limit: limit && { options: limit, table: makeLimitTable(randomInt(2 ** 32) | 0) },
      cookies: cookies && { secrets: makeSecretTable(), policy: cookies.policy },
      identity,
      rotate,
      explainTo,
      proxies,
      oneIn: samples?.oneIn ?? 1,
    }
    this.setCookieSecrets(cookies?.secrets ?? [])
  }

  /** Opens every listener, UDP and TCP. @throws naming the one that cannot be had; those already open are closed */
  async start(first: Snapshot): Promise<void> {
    this.publish(first)
    const udp = this.udpKind()
    const threads = udp === 'batch' ? this.options.workers : 1
    try {
      for (const endpoint of this.options.listen) {
        if (udp === 'dgram' && isWildcard(endpoint)) await this.openEach(endpoint)
        else await this.openUdp(udp, threads, endpoint)
        await this.openOne('net', endpoint)
      }
      for (const endpoint of this.options.tls?.listen ?? []) await this.openOne('tls', endpoint)
    } catch (error) {
      await this.stop()
      throw error
    }
    this.warnOfSmallBuffers()
    this.warnOfEvenShares()
  }

  private async openUdp(udp: 'batch' | 'dgram', threads: number, endpoint: Endpoint): Promise<void> {
    const inherited = this.inherited(udp, endpoint)
    // The kernel divides the queries of a port by how many sockets it has: with one more or less, others get what was theirs.
    if (inherited.length > 0 && inherited.length !== threads)
      this.options.onWarning(
        `${nameOf(udp, endpoint)} has ${inherited.length} sockets of the process before, and so as many threads; ${threads} after a stop and a start`,
      )
    for (const fd of inherited) await this.open(udp, { ...endpoint, fd }, inherited.length > 1)
    if (inherited.length > 0) return
    // Sockets that share a port let any other process of the same user share it too, without a word: ask first.
    if (threads > 1) await probeFree(endpoint)
    for (let i = 0; i < threads; i++) await this.open(udp, endpoint, threads > 1)
  }

  private openOne(kind: TransportKind, endpoint: Endpoint): Promise<void> {
    return this.open(kind, { ...endpoint, fd: this.inherited(kind, endpoint)[0] }, false)
  }

  private inherited(kind: TransportKind, endpoint: Endpoint): readonly number[] {
    return this.options.inherited?.get(nameOf(kind, endpoint)) ?? []
  }

  private udpKind(): 'batch' | 'dgram' {
    const { udp, onWarning } = this.options
    if (udp === 'dgram') return 'dgram'
    const reason = batchUnavailable()
    if (reason === undefined) return 'batch'
    if (udp === 'batch') throw new Error(`batched UDP cannot be had: ${reason}`)
    onWarning(`batched UDP cannot be had (${reason}); dgram serves UDP, at a third of the speed`)
    return 'dgram'
  }

  /** Node's dgram cannot say from which of our addresses an answer is to leave; but a socket of one address has no other. */
  private async openEach(endpoint: Endpoint): Promise<void> {
    const { host, port } = endpoint
    const addresses = localAddresses(host)
    if (addresses.length === 0) return this.openUdp('dgram', 1, endpoint)
    this.options.onWarning(
      `dgram listens on each address of this machine in place of ${host}: ${addresses.join(', ')}; those that it gets later have to wait for a restart`,
    )
    let common = port
    for (const address of addresses) {
      await this.openUdp('dgram', 1, { host: address, port: common })
      common = this.posts.at(-1)?.bound?.port ?? common
    }
  }

  private warnOfSmallBuffers(): void {
    const granted = Math.min(...this.posts.map(({ receiveBuffer }) => receiveBuffer ?? WANTED_BUFFER))
    if (granted >= WANTED_BUFFER) return
    this.options.onWarning(
      `the kernel grants a UDP receive buffer of ${granted} bytes, ${WANTED_BUFFER} are wanted; to allow them: sysctl -w net.core.rmem_max=${WANTED_BUFFER}`,
    )
  }

  /** Elsewhere than on Linux there is nothing that an operator could do. */
  private warnOfEvenShares(): void {
    if (process.platform !== 'linux' || this.posts.every(({ precedence }) => precedence === 'ahead')) return
    this.options.onWarning(
      'threads that answer may not go before the others of this process, and wait for them where they share a core; to allow it: LimitNICE=-5 (systemd), --ulimit nice=25 (containers), or the capability SYS_NICE',
    )
  }

  /** Queries that arrive after this returns are answered from `snapshot`. */
  publish(snapshot: Snapshot): void {
    this.newest = snapshot
    for (const post of this.posts) post.snapshots?.postMessage(snapshot)
    announceVersion(this.version, snapshot.version)
  }

  /** Cookies are made and checked with these from now on. */
  setCookieSecrets(secrets: readonly Uint8Array[]): void {
    if (this.manner.cookies !== undefined) setSecrets(this.manner.cookies.secrets, secrets)
  }

  /** Whether there is somebody for whom the office works; while there is nobody, the line answers everything. */
  setOffice(open: boolean): void {
    Atomics.store(this.deskWords, DESK.open, open ? 1 : 0)
  }

  /** One array a thread; a thread that took another's place goes on with its numbers. */
  counters(): readonly Counters[] {
    return this.posts.map(({ counters }) => counters)
  }

  /** What the threads write some of their queries down in, each with where the queries came to. */
  samples(): readonly Sampled[] {
    return this.posts.flatMap(({ samples: ring, bound }) => (ring === undefined ? [] : [{ ring, bound }]))
  }

  /** How many threads have died since the start, each of which was replaced. */
  crashes(): number {
    return this.posts.reduce((sum, { crashes }) => sum + crashes, 0)
  }

  /** The address that was last held back; undefined where none was. */
  lastLimited(): AddressBytes | undefined {
    const [family = 0, ...words] = this.manner.limit?.table.last ?? []
    if (family === 0) return undefined
    return Uint8Array.from(
      words.flatMap(word => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]),
    ).slice(0, family === 4 ? 4 : 16)
  }

  listeners(): readonly Listening[] {
    const rows = new Map<string, Listening>()
    for (const { bound, kind, name, precedence } of this.posts) {
      if (bound === undefined) continue
      const workers = (rows.get(name)?.workers ?? 0) + 1
      rows.set(name, { ...bound, transport: SPOKEN[kind], by: kind, workers, precedence })
    }
    return [...rows.values()]
  }

  /** What another process can listen with in this one's place, or beside it. */
  sockets(): Inheritance {
    const sockets = new Map<string, readonly number[]>()
    for (const { name, fd } of this.posts) if (fd !== undefined) sockets.set(name, [...(sockets.get(name) ?? []), fd])
    return sockets
  }

  /**
   * Resolves when all threads have answered what was in flight and are gone.
   * @param finishMs for how long those who are connected may go on; not at all unless told
   */
  async stop(finishMs?: number): Promise<void> {
    await Promise.all(this.posts.map(post => post.stop(finishMs)))
    this.posts.length = 0
  }

  private async open(kind: TransportKind, endpoint: Endpoint, shared: boolean): Promise<void> {
    const post = new Post({
      kind,
      endpoint,
      shared,
      version: this.version,
      manner: this.manner,
      samples: this.options.samples,
      newest: () => this.newest!,
      certificate: kind === 'tls' ? this.options.tls : undefined,
      deskWords: this.deskWords,
      office: this.options.office,
      onCrash: this.options.onCrash,
      onWarning: this.options.onWarning,
    })
    this.posts.push(post)
    await post.start()
  }
}

const isWildcard = ({ host }: Endpoint): boolean => parseAddress(host)?.every(byte => byte === 0) === true

/** @throws where somebody listens there already */
async function probeFree({ host, port }: Endpoint): Promise<void> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', ipv6Only: host.includes(':') })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', error => reject(new Error(`cannot listen on udp ${host} port ${port}: ${error.message}`)))
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve()))
  })
}
