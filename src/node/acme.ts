// Challenges of certificates at a node: the accounts it keeps, and the clock that takes challenges away.
import { join } from 'node:path'
import { AcmeDesk } from '../control-plane/operate/acme-desk.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import type { Closing } from './closing.js'
import type { Fleet } from './fleet.js'
import { openOwn } from './own.js'

interface AcmeWorld {
  readonly store: TrafficStore
  readonly fleet: Fleet | undefined
  readonly closing: Closing
}

/** How often it is looked whether a challenge is over, ms; more often where they stand for less. */
const SWEEP_MS = 60_000

/** Undefined where the settings know no listener for ACME clients. */
export async function openAcme(
  { acmeDns, stateDirectory }: Pick<Settings, 'acmeDns' | 'stateDirectory'>,
  { store, fleet, closing }: AcmeWorld,
  log: Log,
): Promise<AcmeDesk | undefined> {
  if (acmeDns === undefined) return undefined
  const accounts =
    fleet?.value('acme-accounts', AcmeDesk.NONE, AcmeDesk.isKept) ??
    (await openOwn(join(stateDirectory, 'acme-accounts.json'), AcmeDesk.NONE, AcmeDesk.isKept, (path, err) =>
      log.error({ err }, `${path} cannot be used: ACME clients have to register anew`),
    ))
  const { zone: base, keepMs } = acmeDns
  const desk = new AcmeDesk({ accounts, store, base, keepMs })
  const sweep = (): void => {
    desk.sweep().catch(err => log.error({ err }, 'challenges that are over could not be taken away; it is tried again'))
  }
  const timer = setInterval(sweep, Math.min(keepMs / 4, SWEEP_MS))
  closing.add(() => clearInterval(timer))
  return desk
}
