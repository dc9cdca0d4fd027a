// The safety rules of a node: what they are asked of, what they remember, and who hears of what they could not refuse.
import { join } from 'node:path'
import type { Prober } from '../control-plane/health/prober.js'
import type { Audit } from '../control-plane/operate/audit.js'
import type { Refusal } from '../control-plane/operate/safety/judge.js'
import { Safety } from '../control-plane/operate/safety.js'
import { NOTHING_FORCED } from '../control-plane/publish/forced.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import type { Dnssec } from './dnssec.js'
import type { Fleet } from './fleet.js'
import { openOwn } from './own.js'

export interface SafetyWorld {
  readonly store: TrafficStore
  readonly publisher: Publisher
  readonly prober: Prober
  readonly fleet: Fleet | undefined
  readonly dnssec: Pick<Dnssec, 'isChained'>
}

/** Facts from before the restart hold; so does the memory of who moved what. In a fleet both are those of all. */
export async function openSafety(
  { stateDirectory }: Settings,
  { store, publisher, prober, fleet, dnssec }: SafetyWorld,
  log: Log,
): Promise<Safety> {
  const kept =
    fleet?.value('safety', Safety.NONE, Safety.isKept) ??
    (await openOwn(join(stateDirectory, 'safety.json'), Safety.NONE, Safety.isKept, (path, err) =>
      log.error({ err }, `${path} cannot be used: facts from before the restart do not hold`),
    ))
  return new Safety({
    kept,
    document: store.current().document,
    health: () => prober.health(),
    forced: () => publisher.current()?.forced ?? NOTHING_FORCED,
    world: () => publisher.current()?.world,
    isChained: dnssec.isChained,
    onProblem: (sentence, err) => log.error({ err }, sentence),
  })
}

/** The file is the truth, and a drill has an end; but people should know whose doing it was. */
export function tellBroken(
  refusals: readonly Refusal[],
  { actor, what }: { readonly actor: string; readonly what: string },
  audit: Audit,
  log: Log,
): void {
  if (refusals.length === 0) return
  for (const { rule, words } of refusals) log.warn({ rule }, `${what} breaks the safety rule ${rule}: ${words}`)
  void audit.record({ actor, what: `safety rules were broken by ${what}`, rules: refusals })
}
