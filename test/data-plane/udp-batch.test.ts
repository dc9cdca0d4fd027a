import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { openBatchSocket } from '../../src/data-plane/batch-socket.js'
import { makeCounters, total } from '../../src/data-plane/counters.js'
import { SnapshotFeed } from '../../src/data-plane/feed.js'
import { type Libc, loadLibc } from '../../src/data-plane/libc.js'
import { Responder } from '../../src/data-plane/respond.js'
import { BatchServer } from '../../src/data-plane/udp-batch.js'
import { makeVersionWord } from '../../src/snapshot/version.js'
import { World } from '../world.js'

test('an error of the socket is counted, and the thread rests before it looks again: one that stays keeps no core busy', async () => {
  const world = await World.make('zones: { example.com: { nameservers: [ns.example.net] } }')
  const real = loadLibc()
  const socket = openBatchSocket(real, { host: '127.0.0.1', port: 0 }, false)
  // From here on the system says EBADF.
  real.close(socket.fd)
  const stop = new Int32Array(1)
  const rests: number[] = []
  const libc: Libc = {
    ...real,
    sleep(us) {
      if (rests.push(us) === 5) stop[0] = 1
      return real.sleep(us)
    },
  }
  const counters = makeCounters()
  const responder = new Responder(world.publisher.current()!.snapshot, counters)
  const { port1, port2 } = new MessageChannel()
  const feed = new SnapshotFeed(port2, makeVersionWord(), counters)
  new BatchServer(socket, { responder, feed, counters }, libc).serve(stop)
  port1.close()
  expect(total([counters]).scalars.socketErrors).toBe(5)
  expect(rests).toEqual(Array.from({ length: 5 }, () => 10_000))
})
