// Balancing on a node, joined to its clock: every half minute, and at once when a region is lost or comes back.
import { BALANCE_STEP_MS } from '../control-plane/balance/balancer.js'
import { threadSolver } from '../control-plane/balance/thread-solver.js'
import type { GeoLibrary } from '../control-plane/geo/library.js'
import { BalanceDesk, type BalanceFacts } from '../control-plane/operate/balance-desk.js'
import type { Loads } from '../control-plane/operate/loads.js'
import type { TrafficDemand } from '../control-plane/operate/top.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import type { Log } from '../log.js'

export interface NodeBalance {
  readonly facts: () => BalanceFacts | undefined
  /** Something has changed that it goes by. */
  look(): void
  /** Resolves when its thread is gone. */
  stop(): Promise<void>
}

interface Around {
  readonly publisher: Publisher
  readonly loads: Loads
  readonly geo: GeoLibrary
  /** Of the last hour: it is more who asks than how much, and that is known the better the longer; absent where queries are not sampled. */
  readonly demand: (() => TrafficDemand) | undefined
  readonly log: Log
}

const NOBODY: TrafficDemand = { seconds: 1, of: [] }

export function startBalance({ publisher, loads, geo, demand, log }: Around): NodeBalance {
  const { solve, close } = threadSolver()
  const desk = new BalanceDesk({
    solve,
    published: () => publisher.current(),
    demand: () => demand?.() ?? NOBODY,
    loads: now => loads.list(now),
    locate: () => geo.reader(),
    apply: balance => publisher.setBalance(balance),
  })
  let stopped = false
  let running = false
  let again = false
  const look = async (): Promise<void> => {
    if (running) {
      again = true
      return
    }
    running = true
    do {
      again = false
      await desk.look(Date.now()).catch(err => {
        if (!stopped) log.error({ err }, 'load was not balanced anew; what was in force stays')
      })
    } while (again && !stopped)
    running = false
  }
  const timer = setInterval(look, BALANCE_STEP_MS).unref()
  return {
    facts: () => desk.facts(),
    look: () => void look(),
    async stop() {
      stopped = true
      clearInterval(timer)
      await close()
    },
  }
}
