// How a thread comes by the newest snapshot: one atomic load where nothing has changed, no waiting where something has.
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { Release } from '../snapshot/release.js'
import type { Snapshot } from '../snapshot/snapshot.js'
import { newestVersion, type VersionWord } from '../snapshot/version.js'
import { type Counters, noteVersion } from './counters.js'
import type { Responder } from './respond.js'

export class SnapshotFeed {
  private readonly port: MessagePort
  private readonly word: VersionWord
  private readonly counters: Counters
  private readonly release = new Release()

  constructor(port: MessagePort, word: VersionWord, counters: Counters) {
    this.port = port
    this.word = word
    this.counters = counters
  }

  /** To be called once before each batch: what has been announced by now is what the batch is answered from. */
  refresh(responder: Responder): void {
    if (newestVersion(this.word) === responder.snapshot.version) return
    const newest = this.drain()
    if (newest === undefined) return
    const bytes = newest.dropped - responder.snapshot.dropped
    responder.snapshot = newest
    noteVersion(this.counters, newest.version)
    this.release.drop(bytes)
  }

  /** To be called when there has been nothing to do for a while. */
  idle(): void {
    this.release.idle()
  }

  /** The last snapshot that waits at the port; those before it have been overtaken. */
  drain(): Snapshot | undefined {
    let newest: Snapshot | undefined
    for (;;) {
      const received = receiveMessageOnPort(this.port)
      if (received === undefined) return newest
      newest = received.message as Snapshot // nothing else is ever sent to this port
    }
  }
}
