// What happens on this node, from the rooms where it happens to whoever wants to be told.
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Prober, ProberState } from '../control-plane/health/prober.js'
import { EventBus } from '../control-plane/operate/event.js'
import { Webhooks } from '../control-plane/operate/webhook.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'

export interface Happenings {
  readonly bus: EventBus
  readonly webhooks: Webhooks
  /** Tells of what the prober finds from now on. */
  follow(prober: Prober): void
  stop(): void
}

/** @throws Error where a secret cannot be read */
export async function openHappenings(settings: Pick<Settings, 'webhooks'>, log: Log): Promise<Happenings> {
  const bus = new EventBus(err => log.error({ err }, 'a listener to events failed'))
  const targets = await Promise.all(
    settings.webhooks.map(async ({ url, secretFile }) => ({
      url,
      ...(secretFile === undefined ? {} : { secret: (await readFile(secretFile, 'utf8')).trim() }),
    })),
  )
  const webhooks = new Webhooks({
    targets,
    node: hostname(),
    onDead: (url, why) => log.warn({ url, why }, `a message to the webhook ${url} was given up: ${why}`),
  })
  bus.subscribe(event => webhooks.tell(event))
  return { bus, webhooks, follow: prober => follow(prober, bus), stop: () => webhooks.stop() }
}

function follow(prober: Prober, bus: EventBus): void {
  let admitted = admissions(prober)
  let suspected: ProberState['suspicions'] = []
  prober.onChange((_health, changes) => {
    const at = Date.now()
    for (const change of changes) bus.tell({ kind: 'health', at, ...change })
    const now = admissions(prober)
    for (const [region, percent] of now)
      if ((admitted.get(region) ?? 100) !== percent) bus.tell({ kind: 'region', at, region, admitted: percent })
    admitted = now
    const { suspicions } = prober.state()
    for (const family of [4, 6] as const) {
      const is = suspicions.some(one => one.family === family)
      if (is !== suspected.some(one => one.family === family)) bus.tell({ kind: 'prober', at, family, suspect: is })
    }
    suspected = suspicions
  })
}

/** Percent that each region may have back; the least of its families. */
const admissions = (prober: Prober): ReadonlyMap<string, number> =>
  new Map([...prober.health()].map(([id, all]) => [id, Math.min(100, ...all.map(({ admitted = 100 }) => admitted))]))
