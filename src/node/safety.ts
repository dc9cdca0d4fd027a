// The safety rules of a node: what they are asked of, what they remember, and who hears of what they could not refuse.
import { join } from 'node:path'
import type { Prober } from '../control-plane/health/prober.js'
import type { Audit } from '../control-plane/operate/audit.js'
import type { Refusal } from '../control-plane/operate/safety/judge.js'
import { Safety } from '../control-plane/operate/safety.js'
import { NOTHING_FORCED } from '../control-plane/publish/forced.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import { readKept } from '../control-plane/state/kept-value.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'

/** Facts from before the restart hold; so does the memory of who moved what. */
export async function openSafety(
  { stateDirectory }: Settings,
  store: TrafficStore,
  publisher: Publisher,
  prober: Prober,
  log: Log,
): Promise<Safety> {
  const path = join(stateDirectory, 'safety.json')
  const kept = await readKept(path, Safety.isKept).catch((err: Error) => {
    log.error({ err }, `${path} cannot be used: facts from before the restart do not hold`)
    return undefined
  })
  return new Safety(
    {
      path,
      document: store.current().document,
      health: () => prober.health(),
      forced: () => publisher.current()?.forced ?? NOTHING_FORCED,
      maps: () => publisher.current()?.world.maps ?? new Map(),
      onProblem: (sentence, err) => log.error({ err }, sentence),
    },
    kept,
  )
}

/** The file is the truth, and is served; but whoever edited it should know. */
export function tellBroken(refusals: readonly Refusal[], audit: Audit, log: Log): void {
  if (refusals.length === 0) return
  for (const { rule, words } of refusals)
    log.warn({ rule }, `an edit of the file breaks the safety rule ${rule}: ${words}`)
  void audit.record({ actor: 'file', what: 'safety rules were broken by an edit of the file', rules: refusals })
}
