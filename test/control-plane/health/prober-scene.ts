// A prober under a fake clock, before a world in which what each address meets is said by the test.
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber, type Prober } from '../../../src/control-plane/health/prober.js'
import type { Probe } from '../../../src/control-plane/health/target.js'
import type { Change } from '../../../src/control-plane/health/view.js'
import { region } from './specs.js'

/** Two addresses of two regions; what each probe meets is in `world`. */
export const EU = region('eu', ['192.0.2.1'])
export const US = region('us', ['192.0.2.2'])

/** A number: it is there, and passes after so many ms. */
export type Meets = 'passes' | 'refuses' | 'hangs' | number

export interface Scene {
  readonly prober: Prober
  readonly world: Map<string, Meets>
  /** Start times of the probes of an address, in ms since the scene began. */
  starts(address: string): number[]
  readonly running: { now: number; most: number }
  readonly logged: [string, object][]
  readonly told: Change[][]
  /** `up`, run and cause of the only check of a region's first address. */
  state(region: string): [boolean, number | undefined, string | undefined]
}

let open: Scene[] = []

/** For each test of a file a clock of its own, and an end for what was made. */
export function keepTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_700_000_000_000 })
  })
  afterEach(() => {
    for (const { prober } of open) prober.stop()
    expect(vi.getTimerCount()).toBe(0)
    open = []
    vi.useRealTimers()
  })
}

/** `selfChecks`: addresses that are probed for what they tell of the node. */
export function scene(phases: () => number = () => 0.3, selfChecks: readonly string[] = []): Scene {
  const world = new Map<string, Meets>()
  const began = Date.now()
  const started: [string, number][] = []
  const running = { now: 0, most: 0 }
  const probe: Probe = async (_, address, signal, trace) => {
    started.push([address, Date.now() - began])
    running.most = Math.max(running.most, ++running.now)
    try {
      const meets = world.get(address) ?? 'passes'
      // What refuses is there, and so is what opens a connection and takes its time.
      trace.heard = meets === 'refuses' || typeof meets === 'number'
      if (meets === 'refuses') throw new Error('connection refused')
      if (meets === 'hangs' || typeof meets === 'number')
        await new Promise<void>((resolve, reject) => {
          const timer = meets === 'hangs' ? undefined : setTimeout(resolve, meets)
          signal.addEventListener('abort', () => {
            clearTimeout(timer)
            reject(signal.reason)
          })
        })
    } finally {
      running.now--
    }
  }
  const logged: [string, object][] = []
  const log = {
    info: (fields: object, message: string) => logged.push([message, fields]),
    warn: (fields: object, message: string) => logged.push([message, fields]),
  }
  const own = selfChecks.map(host => ({ host, port: 53 }))
  const prober = createProber({ crew: localCrew({ probe }), log, phases, selfChecks: own })
  const told: Change[][] = []
  prober.onChange((_, changes) => told.push([...changes]))
  const starts = (address: string): number[] => started.flatMap(([of, at]) => (of === address ? [at] : []))
  const state: Scene['state'] = id => {
    const address = prober.health().get(id)![0]!
    return [address.up, address.checks[0]?.run, address.cause]
  }
  const made = { prober, world, starts, running, logged, told, state }
  open.push(made)
  return made
}

/** A timeout lets the sockets be read once before it counts, which takes the fake clock a millisecond. */
export const GRACE = 1

export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

export async function until(condition: () => boolean): Promise<number> {
  const began = Date.now()
  while (!condition() && Date.now() - began < 60_000) await pass(50)
  return Date.now() - began
}

/** Advances until an address was probed `count` times. */
export async function beats(starts: Scene['starts'], count: number): Promise<number[]> {
  while (starts('192.0.2.1').length < count) await pass(1)
  return starts('192.0.2.1')
}
