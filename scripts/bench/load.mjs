// The load generator, a process of its own on a core of its own: takes one job after the other from its parent.
import { closedLoop } from './closed-loop.mjs'
import { Histogram, quantiles } from './histogram.mjs'
import { loadLibc } from './libc.mjs'
import { between, busiest, cpu, stolenMs, waited } from './measure.mjs'
import { openLoop } from './open-loop.mjs'
import { makePool } from './pool.mjs'
import { expectation } from './query.mjs'
import { Replies } from './replies.mjs'
import { openSockets } from './sockets.mjs'
import { tcpLoop } from './tcp-loop.mjs'

const SOCKETS = 8
/** Queries under way on a socket. All together they fit the receive buffer that a server has without asking for more. */
const WINDOW = 24

const libc = loadLibc()
const pools = new Map()

/** Keeps the last pool only: a run asks the servers one after the other the same questions. */
function poolOf(kind) {
  const key = JSON.stringify(kind)
  if (!pools.has(key)) {
    pools.clear()
    pools.set(key, makePool(libc, kind))
  }
  return pools.get(key)
}

async function run({ load, kind, apart, port, pids, echo, seconds, warmSeconds, rate, drainMs, patient, thread }) {
  const pool = poolOf(kind)
  const replies = new Replies(pool, echo ? undefined : expectation(kind))
  const histogram = new Histogram()
  let before
  let used
  let kept
  const clocks = {
    onStart: () => {
      before = { waited: waited(pids), stolen: stolenMs(), cpu: cpu(pids) }
    },
    onEnd: () => {
      const after = cpu(pids)
      used = between(before.cpu, after)
      kept = {
        busiest: busiest(before.cpu, after),
        waitedMs: (waited(pids).get(thread) - before.waited.get(thread)) / 1e6,
        stolenMs: stolenMs() - before.stolen,
      }
    },
  }
  const timing = { seconds, warmSeconds, rate, drainMs, patient, apart, window: WINDOW, ...clocks }
  const result = await LOADS[load](port, pool, replies, histogram, timing)
  return {
    qps: result.answered / result.seconds,
    cpuUs: used / result.answered,
    /** The share of the time in which the server was running; well below 1 means that it was not the limit. */
    busy: used / (result.seconds * 1e6),
    rate,
    answered: result.answered,
    wrong: replies.wrong,
    lost: replies.lost,
    stray: replies.stray,
    addresses: replies.addresses.size,
    stalledMs: result.stalledMs,
    untimed: result.untimed,
    ...kept,
    ...quantiles(histogram),
  }
}

const LOADS = {
  closed: (port, pool, replies, _histogram, timing) =>
    withSockets(port, sockets => closedLoop(sockets, pool, replies, timing)),
  open: (port, pool, replies, histogram, timing) =>
    withSockets(port, sockets => openLoop(sockets, pool, replies, histogram, timing)),
  tcp: tcpLoop,
}

function withSockets(port, use) {
  const sockets = openSockets(libc, port, SOCKETS)
  try {
    return use(sockets)
  } finally {
    for (const socket of sockets) socket.close()
  }
}

let last = Promise.resolve()
process.on('message', ({ id, ...job }) => {
  last = last
    .then(() => run(job))
    .then(
      result => process.send({ id, result }),
      error => process.send({ id, error: String(error?.stack ?? error) }),
    )
})
process.on('disconnect', () => process.exit())
