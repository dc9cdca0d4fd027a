// config/examples/health.yaml from probes to answers: the real prober by a fake clock, and what clients are told.
import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber, type Prober } from '../../../src/control-plane/health/prober.js'
import { type Decoded, World } from '../../world.js'

const EXAMPLE = new URL('../../../config/examples/health.yaml', import.meta.url)
const NETWORKS = [{ prefix: '130.149.0.0/16', latitude: 52.52, longitude: 13.4, country: 'DE' }]
const FRANKFURT = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4']
const VIRGINIA = ['198.51.100.1']
const MINUTE = 60_000

let world: World
let prober: Prober
/** `192.0.2.1:443/deep`, `192.0.2.1:8443`: what fails now. */
const failing = new Set<string>()

beforeEach(async () => {
  failing.clear()
  world = await World.make(await readFile(EXAMPLE, 'utf8'), NETWORKS)
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  const probe = async (spec: object, address: string): Promise<void> => {
    const { port, path = '' } = spec as { readonly port: number; readonly path?: string } // all checks of the example have one
    if (failing.has(`${address}:${port}${path}`)) throw new Error('connection refused')
  }
  const log = { info: () => {}, warn: () => {} }
  prober = createProber({ crew: localCrew({ probe }), log, phases: () => 0.3 })
  prober.configure(world.document)
  await prober.firstRound()
})
afterEach(() => {
  prober.stop()
  vi.useRealTimers()
})

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

/** What a client of this /24 in Berlin is told. */
function told(third = 7): readonly string[] {
  world.publisher.setHealth(prober.health())
  const { answers } = world.ask('api.example.com', 'A', { subnet: `130.149.${third}.0/24` })
  return answers.map(({ data }: Decoded) => data).sort()
}

function fail(...what: readonly string[]): void {
  for (const one of what) failing.add(one)
}

test('one check of three may fail, and what only observes always may', async () => {
  fail(...FRANKFURT.flatMap(address => [`${address}:443/deep`, `${address}:9443`]))
  await pass(MINUTE)
  expect(told()).toEqual(FRANKFURT)
})

test('an address of which two checks fail is left out, and the others go on', async () => {
  fail('192.0.2.1:443/deep', '192.0.2.1:8443')
  await pass(30_000)
  expect(told()).toEqual(FRANKFURT.slice(1))
})

test('a region of which less than half is left is out', async () => {
  fail(...FRANKFURT.slice(0, 2).flatMap(address => [`${address}:443/healthz`, `${address}:8443`]))
  await pass(30_000)
  expect(told()).toEqual(FRANKFURT.slice(2))
  fail('192.0.2.3:443/healthz', '192.0.2.3:8443')
  await pass(30_000)
  expect(told()).toEqual(VIRGINIA)
})

test('so is one whose database is gone; it comes back after five minutes, by and by', async () => {
  fail('192.0.2.70:5432')
  await pass(30_000)
  expect(told()).toEqual(VIRGINIA)
  failing.clear()
  await pass(30_000)
  expect(told()).toEqual(VIRGINIA)
  const share = (): number =>
    Array.from({ length: 256 }, (_, third) => told(third)).filter(one => one.length === FRANKFURT.length).length / 256
  await pass(4 * MINUTE)
  expect(share()).toBe(0)
  const shares: number[] = []
  for (let i = 0; i < 5; i++) {
    await pass(5 * MINUTE)
    shares.push(share())
  }
  expect(shares).toEqual([...shares].sort((a, b) => a - b))
  expect(shares[1]).toBeGreaterThan(0.2)
  expect(shares[2]).toBeLessThan(0.95)
  expect(shares[4]).toBe(1)
})

test('one that waits for a word gets it, and not before', async () => {
  fail('198.51.100.1:443/healthz', '192.0.2.70:5432')
  await pass(MINUTE)
  failing.delete('198.51.100.1:443/healthz')
  await pass(60 * MINUTE)
  const waits = (): boolean =>
    prober
      .health()
      .get('virginia')!
      .some(({ up }) => up)
  expect(waits()).toBe(true)
  expect(prober.health().get('virginia')![0]).toMatchObject({ admitted: 0 })
  expect(prober.release('virginia')).toBe(true)
  expect(told()).toEqual(VIRGINIA)
})
