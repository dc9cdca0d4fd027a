// The secrets of DNS cookies that a fleet shares, so that a cookie of one node is good at all of them: made by the first node,
// and renewed from time to time in steps that every node has heard of before the next (RFC 9018 §5).
import { randomBytes } from 'node:crypto'
import { StoreAway } from '../control-plane/state/store-away.js'
import type { Log } from '../log.js'
import type { Fleet } from './fleet.js'
import type { Secrets } from './secret-file.js'

export interface HeldSecret {
  /** 16 bytes in hexadecimal. */
  readonly secret: string
  /** Since when it stands where it stands, epoch ms. */
  readonly since: number
}

/** The first makes cookies, both check them. */
export type HeldSecrets = readonly HeldSecret[]

const DAY_MS = 86_400_000
/** So long a secret makes cookies. */
export const LIFE_MS = 30 * DAY_MS
/** From one step to the next: longer than a cookie is good, and than a node may be cut off unnoticed. */
export const STEP_MS = 2 * 3_600_000
const LOOK_MS = 600_000

export const areSecrets = (value: unknown): value is HeldSecrets =>
  Array.isArray(value) &&
  value.length <= 2 &&
  value.every(each => /^[0-9a-f]{32}$/.test(each?.secret) && Number.isSafeInteger(each?.since))

/** What has become of them now: a new one comes second, is made the first, and the one before it goes. */
export function renewed(held: HeldSecrets, now: number, fresh: () => string): HeldSecrets {
  const [first, second] = held
  if (first === undefined) return [{ secret: fresh(), since: now }]
  if (second === undefined) return now - first.since < LIFE_MS ? held : [first, { secret: fresh(), since: now }]
  if (second.since > first.since) return now - second.since < STEP_MS ? held : [{ ...second, since: now }, first]
  return now - first.since < STEP_MS ? held : [first]
}

/** Where etcd cannot be reached, and nothing is known of it yet, a secret of this node's own does until it is. */
export async function openFleetSecrets(
  fleet: Pick<Fleet, 'value'>,
  log: Log,
  clock: () => number = Date.now,
): Promise<Secrets> {
  const fresh = (): string => randomBytes(16).toString('hex')
  const held = fleet.value('cookie-secrets', [], areSecrets)
  const own = { secret: fresh(), since: 0 }
  const current = (): readonly Uint8Array[] => {
    const known = held.current()
    return (known.length === 0 ? [own] : known).map(({ secret }) => Uint8Array.from(Buffer.from(secret, 'hex')))
  }
  const renew = async (): Promise<void> => {
    try {
      await held.update(now => renewed(now, clock(), fresh))
    } catch (error) {
      // Others do it meanwhile, or it is done when etcd is back.
      if (!(error instanceof StoreAway)) log.error({ err: error }, 'the secrets of cookies could not be renewed')
    }
  }
  await renew()
  return {
    current,
    watch(use) {
      let watching = true
      use(current()) // etcd may have been heard of since
      held.onChange(() => {
        if (!watching) return
        use(current())
        log.info('the fleet has new secrets of cookies')
      })
      const timer = setInterval(() => void renew(), LOOK_MS)
      timer.unref()
      return () => {
        watching = false
        clearInterval(timer)
      }
    },
  }
}
