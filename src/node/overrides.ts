// The overrides of a node: where they are kept, whom they come into force with, and who is told of their end.
import { join } from 'node:path'
import type { Prober } from '../control-plane/health/prober.js'
import type { Audit } from '../control-plane/operate/audit.js'
import { Overrides } from '../control-plane/operate/overrides.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import type { Fleet } from './fleet.js'
import { openOwn } from './own.js'

interface OverrideWorld {
  readonly prober: Pick<Prober, 'health'>
  readonly store: TrafficStore
  readonly publisher: Publisher
  readonly audit: Audit
  readonly fleet: Fleet | undefined
}

/** Those that were in force before the restart; none are yet. */
export async function openOverrides(
  { stateDirectory, overrides: { longestMs } }: Settings,
  { store, prober, publisher, audit, fleet }: OverrideWorld,
  log: Log,
): Promise<Overrides> {
  const kept =
    fleet?.value('overrides', Overrides.NONE, Overrides.isKept) ??
    (await openOwn(join(stateDirectory, 'overrides.json'), Overrides.NONE, Overrides.isKept, (path, err) =>
      log.error({ err }, `${path} cannot be used: overrides from before the restart are not in force`),
    ))
  return new Overrides({
    kept,
    longestMs,
    document: () => store.current().document,
    health: () => prober.health(),
    apply: forced => {
      publisher.setForced(forced)
      fleet?.changed()
    },
    onExpired: override => {
      log.info({ override }, `override ${override.id} is over: ${override.targets.join(', ')}`)
      void audit.record({ actor: 'clock', what: `override ${override.id} is over`, override })
    },
    onProblem: (sentence, err) => log.error({ err }, sentence),
  })
}
