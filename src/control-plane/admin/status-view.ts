// The state of a node on one page: what it serves, from what, since when, and what an operator should look at.
import type { StatusView } from './api-status.js'
import { isoTime } from './api-values.js'
import { standingView } from './fleet-view.js'
import type { AdminPort } from './port.js'
import { waitingFor } from './readiness.js'
import { regionHealth } from './region-view.js'

/** `now` is epoch ms. */
export function statusView(port: AdminPort, now: number): StatusView {
  const { release, startedAt } = port
  const published = port.published()
  const waits = waitingFor(port)
  return {
    release,
    startedAt: isoTime(startedAt),
    uptimeSeconds: seconds(now - startedAt),
    ready: waits.length === 0,
    waitingFor: waits,
    ...(published === undefined
      ? {}
      : {
          snapshot: {
            version: published.snapshot.version,
            publishedAt: isoTime(published.at),
            ageSeconds: seconds(now - published.at),
            widened: published.widened,
          },
        }),
    document: documentView(port),
    listeners: port.listeners(),
    databases: port.databases().map(database => ({ ...database, builtAt: isoTime(database.builtAt) })),
    prober: proberView(port),
    regions: countRegions(port),
    brokenRules: port.safety.broken(),
  }
}

function proberView({ prober }: AdminPort): StatusView['prober'] {
  const { targets, running, waiting, lateMs, queuedMs, restarts, suspicions } = prober.state()
  const since = suspicions.map(suspicion => ({ ...suspicion, since: isoTime(suspicion.since) }))
  return { targets, running, waiting, lateMs, queuedMs, restarts, suspicions: since }
}

const seconds = (ms: number): number => Math.max(0, Math.round(ms) / 1000)

function documentView({ store, fleet }: AdminPort): StatusView['document'] {
  const state = fleet()
  const { revision, loadedAt } = store.current()
  const refused = store.refused()
  return {
    name: store.name,
    revision,
    loadedAt: isoTime(loadedAt),
    ...(state === undefined ? {} : { store: standingView(state.standing) }),
    ...(refused === undefined ? {} : { refused: { at: isoTime(refused.at), problems: refused.problems } }),
  }
}

function countRegions(port: AdminPort): StatusView['regions'] {
  const health = port.health()
  const regions = [...port.store.current().document.regions.values()]
  const states = regions.map(region => regionHealth(region, health.get(region.id)).state)
  const count = (state: (typeof states)[number]): number => states.filter(one => one === state).length
  return { total: regions.length, up: count('up'), down: count('down'), disabled: count('disabled') }
}
