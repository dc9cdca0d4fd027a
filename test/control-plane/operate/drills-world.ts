// A node's drills with a clock that stands still, real overrides, a real publisher, and the safety rules of a document.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Health } from '../../../src/control-plane/health/health.js'
import type { Lift } from '../../../src/control-plane/health/injection.js'
import type { DrillPhase, DrillPlan } from '../../../src/control-plane/operate/drill.js'
import { DrillBook } from '../../../src/control-plane/operate/drill-book.js'
import { drillRules } from '../../../src/control-plane/operate/drill-rules.js'
import type { DrillShelf } from '../../../src/control-plane/operate/drill-shelf.js'
import { Drills } from '../../../src/control-plane/operate/drills.js'
import { Overrides } from '../../../src/control-plane/operate/overrides.js'
import { Safety } from '../../../src/control-plane/operate/safety.js'
import type { SampledQuery } from '../../../src/control-plane/operate/sampled.js'
import { NOTHING_FORCED } from '../../../src/control-plane/publish/forced.js'
import { readKept } from '../../../src/control-plane/state/kept-value.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import type { ValueOfNode } from '../../replicas.js'
import { DOCUMENT, down, makeWorld, parse } from './world.js'

export const START = Date.parse('2026-03-01T00:00:00Z')
export const MINUTE = 60_000
/** The document of the tests, with safety rules as they are written. */
export const documentWith = (rules = '{}'): TrafficDocument =>
  parse(`${DOCUMENT.replace('us-east:      {', 'us-east:      { capacity: 100,')}\nsafety: ${rules}\n`)

export const PLAN: DrillPlan = {
  kind: 'switch',
  targets: ['eu-central'],
  startsAt: START + MINUTE,
  windowMs: 0,
  weekly: false,
  steps: [
    { percent: 25, holdMs: MINUTE },
    { percent: 100, holdMs: MINUTE },
  ],
  back: [{ percent: 50, holdMs: MINUTE }],
  guards: { minHealthy: 1, maxLoad: 1, maxErrors: 0.05 },
  reason: 'quarterly',
  actor: 'alice',
}

export type DrillWorld = Awaited<ReturnType<typeof makeDrillWorld>>

/** What a node shares with the others of its fleet. */
export interface SharedOfNode {
  readonly value: ValueOfNode
  readonly shelf: () => DrillShelf
  readonly silenceMs: number
}

export async function makeDrillWorld(document = documentWith(), shared?: SharedOfNode) {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-drills-'))
  const world = await makeWorld(document)
  const value = async <T>(name: string, sound: (value: unknown) => value is T, none: T) => {
    if (shared !== undefined) return shared.value(name, none, sound)
    const path = join(folder, `${name}.json`)
    return new OwnValue(path, (await readKept(path, sound)) ?? none)
  }
  const self = {
    folder,
    document,
    publisher: world.publisher,
    now: START,
    health: new Map() as Health,
    answers: {} as Record<string, number>,
    failed: 0,
    rates: {} as Record<string, number>,
    samples: [] as SampledQuery[],
    faults: [] as [string, string][],
    moves: [] as string[],
    problems: [] as string[],
    /** Rules that were broken by the end of a drill. */
    broken: [] as string[],
    overrides: undefined as unknown as Overrides, // as `open` makes them
    safety: undefined as unknown as Safety,
    drills: undefined as unknown as Drills,

    /** As a node does at its start; whatever ran before is as if it had been killed. */
    async open(): Promise<void> {
      const now = () => self.now
      const health = () => self.health
      const onProblem = (sentence: string) => void self.problems.push(sentence)
      self.overrides = new Overrides({
        kept: await value('overrides', Overrides.isKept, Overrides.NONE),
        longestMs: 72 * 3600_000,
        document: () => document,
        health,
        apply: forced => world.publisher.setForced(forced),
        onExpired: () => undefined,
        onProblem,
        now,
      })
      self.overrides.refresh()
      self.safety = new Safety({
        kept: await value('safety', Safety.isKept, Safety.NONE),
        document,
        health,
        forced: () => world.publisher.current()?.forced ?? NOTHING_FORCED,
        world: () => world.publisher.current()?.world,
        onProblem,
        now,
      })
      self.drills = new Drills({
        shelf: shared?.shelf() ?? (await DrillBook.open(join(folder, 'drills'), onProblem)),
        silenceMs: shared?.silenceMs ?? 0,
        document: () => document,
        health,
        published: () => world.publisher.current(),
        overrides: self.overrides,
        faults: {
          inject: (region, by) => void self.faults.push([region, by]),
          lift: (region: string, how: Lift) => void self.faults.push([region, how]),
          whyNoFault: region => (region === 'reserve' ? 'reserve has no check that could see a fault' : undefined),
        },
        tally: () => {
          const replies = Object.values(self.answers).reduce((sum, count) => sum + count, self.failed)
          return { answers: self.answers, replies, failed: self.failed }
        },
        rates: () => self.rates,
        samples: since => self.samples.filter(({ at }) => at > since),
        locate: async () => world.sources().locate,
        announce: planned => world.publisher.setPlanned(planned),
        rules: drillRules({
          safety: self.safety,
          overrides: self.overrides,
          onBroken: refusals => void self.broken.push(...refusals.map(({ rule }) => rule)),
        }),
        onMove: (_, what) => void self.moves.push(what),
        onProblem,
        now,
      })
      await self.drills.resume()
    },
    async at(minutes: number): Promise<void> {
      self.now = START + minutes * MINUTE
      await self.drills.look()
    },
    /** What is in force: `drain 25`, by region. */
    drained: (): Record<string, string> =>
      Object.fromEntries(
        [...world.publisher.current()!.forced].map(([id, { state, drain }]) => [id, `${state} ${drain}`]),
      ),
    phase: (id = '1'): DrillPhase | undefined => self.drills.get(id)?.drill.phase,
    breakRegion(id: string): void {
      self.health = down(document, id)
      world.publisher.setHealth(self.health)
    },
    async close(): Promise<void> {
      await self.drills.close()
      await self.overrides.close()
      await self.safety.close()
      await world.publisher.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  await self.open()
  return self
}
