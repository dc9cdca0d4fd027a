// The memory of snapshots that a thread reads no more, with real collections of garbage.
import { MessageChannel } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { makeCounters, versionOf } from '../../src/data-plane/counters.js'
import { SnapshotFeed } from '../../src/data-plane/feed.js'
import { Responder } from '../../src/data-plane/respond.js'
import { droppedBytes } from '../../src/snapshot/release.js'
import type { Snapshot } from '../../src/snapshot/snapshot.js'
import { announceVersion, makeVersionWord } from '../../src/snapshot/version.js'
import { World } from '../world.js'

const MB = 1 << 20

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A thread that reads, and snapshots whose names are as large as they are said to be. */
async function reader() {
  const world = await World.make('zones: { example.com: { nameservers: [ns.example.net] } }')
  const small = world.publisher.current()!.snapshot
  const { port1, port2 } = new MessageChannel()
  closing.push(() => port1.close())
  const [counters, word] = [makeCounters(), makeVersionWord()]
  const feed = new SnapshotFeed(port2, word, counters)
  const responder = new Responder(small, counters)
  let [version, dropped] = [small.version, 0]
  let newest: Pick<Snapshot, 'names' | 'answers' | 'steerings'> = small
  /** Hands one over, and does not have the thread look. */
  const announce = (bytes: number): void => {
    const parts = { ...small, names: { ...small.names, slots: new Int32Array(new SharedArrayBuffer(bytes)) } }
    dropped += droppedBytes(newest, parts)
    newest = parts
    port1.postMessage({ ...parts, version: ++version, dropped })
    announceVersion(word, version)
  }
  return {
    feed,
    counters,
    version: () => version,
    announce,
    /** Hands one over, and has the thread look. @returns what the thread holds of it */
    publish(bytes: number) {
      announce(bytes)
      feed.refresh(responder)
      return { held: new WeakRef(responder.snapshot.names.slots.buffer) }
    },
  }
}

/** A weak reference holds until the end of the turn in which it was made. */
const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('a large snapshot is freed in a thread as soon as it has moved on to another, and not before', async () => {
  const thread = await reader()
  const { held } = thread.publish(130 * MB)
  await nextTurn()
  thread.feed.idle()
  await nextTurn()
  expect(held.deref()).toBeDefined()
  await nextTurn()
  thread.publish(1 * MB)
  await nextTurn()
  expect(held.deref()).toBeUndefined()
})

test('of small ones nothing is collected before it is worth while, or nothing else is to be done', async () => {
  const thread = await reader()
  const first = thread.publish(20 * MB).held
  await nextTurn()
  thread.publish(1 * MB)
  thread.feed.idle()
  await nextTurn()
  expect(first.deref()).toBeUndefined()
  const many = Array.from({ length: 8 }, () => thread.publish(20 * MB).held)
  await nextTurn()
  // The one that is read is left, and whatever did not come to enough after the last collection.
  thread.publish(1 * MB)
  thread.feed.idle()
  await nextTurn()
  expect(many.map(ref => ref.deref())).toEqual(many.map(() => undefined))
})

test('what two snapshots share does not count as dropped, and what they do not share does', async () => {
  const world = await World.make('zones: { example.com: { nameservers: [ns.example.net] } }')
  const { snapshot } = world.publisher.current()!
  const few = droppedBytes(snapshot, { ...snapshot })
  const slots = new Int32Array(new SharedArrayBuffer(130 * MB))
  const large = { ...snapshot, names: { ...snapshot.names, slots } }
  expect(few).toBeLessThan(1 * MB)
  expect(droppedBytes(large, snapshot) - few).toBe(130 * MB)
})

test('a thread that was asleep goes to the newest, and lets go of what it had', async () => {
  const thread = await reader()
  const { held } = thread.publish(40 * MB)
  await nextTurn()
  for (let i = 0; i < 3; i++) thread.announce(40 * MB)
  thread.publish(1 * MB)
  expect(versionOf(thread.counters)).toBe(thread.version())
  thread.feed.idle()
  await nextTurn()
  expect(held.deref()).toBeUndefined()
})
