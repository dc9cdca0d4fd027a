// A thread of the data plane: one transport at one endpoint, one responder, its own counters.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { VersionWord } from '../snapshot/version.js'
import type { Counters } from './counters.js'
import { SnapshotFeed } from './feed.js'
import { Responder } from './respond.js'
import { serveTcp } from './tcp.js'
import type { Bound, Endpoint, Transport } from './transport.js'
import { serveDgram } from './udp-dgram.js'

export type TransportKind = 'dgram' | 'net'

/** What a thread is started with. */
export interface WorkerData {
  readonly kind: TransportKind
  readonly endpoint: Endpoint
  readonly counters: Counters
  readonly version: VersionWord
  /** Snapshots arrive here; the first one is there already. */
  readonly snapshots: MessagePort
}

/** What it says to the one who started it; the other way goes only 'stop'. */
export type WorkerReport = { readonly bound: Bound } | { readonly failed: string }

const TRANSPORTS = { dgram: serveDgram, net: serveTcp }

/** Even a thread that nobody asks lets go of old snapshots after this long, ms. */
const REFRESH_MS = 250

const { kind, endpoint, counters, version, snapshots } = workerData as WorkerData // what workers.ts passes
const port = parentPort!
const report = (message: WorkerReport): void => port.postMessage(message)

const feed = new SnapshotFeed(snapshots, version)
const first = feed.drain()
if (first === undefined) throw new Error('a worker was started without a snapshot')
const responder = new Responder(first, counters)

try {
  const transport = await TRANSPORTS[kind](endpoint, responder, feed, counters)
  const refresh = setInterval(() => feed.refresh(responder), REFRESH_MS)
  port.once('message', () => void stop(transport, refresh))
  report({ bound: transport.bound })
} catch (error) {
  report({ failed: error instanceof Error ? error.message : String(error) })
  snapshots.close()
}

async function stop(transport: Transport, refresh: NodeJS.Timeout): Promise<void> {
  clearInterval(refresh)
  await transport.close()
  snapshots.close()
}
