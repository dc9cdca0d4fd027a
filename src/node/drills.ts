// The drills of a node: what they need of it, and who is told of their moves.
import { join } from 'node:path'
import type { Counts, SamplesPort } from '../control-plane/admin/port.js'
import type { Locate } from '../control-plane/geo/library.js'
import type { Prober } from '../control-plane/health/prober.js'
import type { Audit } from '../control-plane/operate/audit.js'
import { percentOf } from '../control-plane/operate/drill.js'
import { DrillBook } from '../control-plane/operate/drill-book.js'
import { nameOf } from '../control-plane/operate/drill-facts.js'
import type { Tally } from '../control-plane/operate/drill-meter.js'
import { drillRules } from '../control-plane/operate/drill-rules.js'
import { Drills } from '../control-plane/operate/drills.js'
import type { EventBus } from '../control-plane/operate/event.js'
import type { Overrides } from '../control-plane/operate/overrides.js'
import { perSecond } from '../control-plane/operate/rates.js'
import type { Safety } from '../control-plane/operate/safety.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import type { Fleet } from './fleet.js'
import type { WatchedRates } from './rates.js'
import { tellBroken } from './safety.js'

export interface DrillNeeds {
  readonly store: TrafficStore
  readonly prober: Prober
  readonly publisher: Publisher
  readonly overrides: Overrides
  readonly safety: Pick<Safety, 'judge' | 'pass' | 'made'>
  readonly counts: () => Counts
  readonly rates: Pick<WatchedRates, 'series'>
  /** Undefined where nothing is sampled, or nothing is answered yet. */
  readonly samples: () => Pick<SamplesPort, 'recent'> | undefined
  readonly locate: () => Promise<Locate>
  readonly fleet: Pick<Fleet, 'drills'> | undefined
  readonly audit: Audit
  readonly bus: EventBus
  readonly log: Log
}

/** More than are kept. */
const MOST_SAMPLES = 100_000

/** Those of before the restart are known, and do nothing before `resume`. */
export async function openDrills(
  { stateDirectory, fleet: fleetSettings }: Settings,
  needs: DrillNeeds,
): Promise<Drills> {
  const { store, prober, publisher, overrides, safety, counts, rates, samples, locate, fleet, audit, bus, log } = needs
  const onProblem = (sentence: string, err: unknown): void => log.error({ err }, sentence)
  const shelf = fleet?.drills() ?? (await DrillBook.open(join(stateDirectory, 'drills'), onProblem))
  return new Drills({
    shelf,
    silenceMs: fleetSettings?.silenceMs ?? 0,
    document: () => store.current().document,
    health: () => prober.health(),
    published: () => publisher.current(),
    overrides,
    faults: prober,
    tally: () => tallyOf(counts()),
    rates: () => perSecond(rates.series('15m')),
    samples: since => samples()?.recent({ since }, MOST_SAMPLES) ?? [],
    // A drill must not want for geo data.
    locate: () => locate().catch(error => void onProblem('round trips of a drill are not foretold', error)),
    announce: moves => publisher.setPlanned(moves),
    rules: drillRules({
      safety,
      overrides,
      onBroken: refusals => tellBroken(refusals, { actor: 'drill', what: 'the end of a drill' }, audit, log),
    }),
    onMove: (drill, what) => {
      const { id, plan, phase } = drill
      const outcome = phase.kind === 'over' ? { outcome: phase.outcome } : {}
      const told = { drill: id, phase: phase.kind, ...outcome, regions: plan.targets, percent: percentOf(drill), what }
      log.info(told, `${nameOf(drill)} (${plan.targets.join(', ')}): ${what}`)
      bus.tell({ kind: 'drill', at: Date.now(), ...told })
      void audit.record({ actor: plan.actor, ...told, what: `${nameOf(drill)}: ${what}` })
    },
    onProblem,
  })
}

function tallyOf({ regions, responses }: Counts): Tally {
  const answers: Record<string, number> = {}
  for (const { region, count } of regions) answers[region] = (answers[region] ?? 0) + count
  const sum = (of: Counts['responses']): number => of.reduce((total, { count }) => total + count, 0)
  return { answers, replies: sum(responses), failed: sum(responses.filter(({ rcode }) => rcode === 'SERVFAIL')) }
}
