// The incidents of this node: what the prober finds, what is published of it, and what the threads count, brought together.
import { join } from 'node:path'
import type { Prober } from '../control-plane/health/prober.js'
import { Incidents } from '../control-plane/operate/incidents.js'
import { regionsGiven } from '../control-plane/publish/given.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import { readKept } from '../control-plane/state/kept-value.js'
import { regionCounts, versionOf } from '../data-plane/counters.js'
import type { DataPlane } from '../data-plane/workers.js'
import type { Log } from '../log.js'
import type { Happenings } from './happenings.js'

interface Sources {
  readonly stateDirectory: string
  readonly plane: Pick<DataPlane, 'counters'>
  readonly publisher: Pick<Publisher, 'current' | 'setHealth' | 'regionSlots'>
  readonly prober: Pick<Prober, 'health'>
  readonly happenings: Pick<Happenings, 'bus'>
  readonly log: Log
}

export interface NodeIncidents {
  readonly incidents: Incidents
  /** Publishes what the prober knows, and notes what that does to incidents. */
  publishHealth(): void
}

export async function openIncidents(sources: Sources): Promise<NodeIncidents> {
  const { stateDirectory, plane, publisher, prober, happenings, log } = sources
  const path = join(stateDirectory, 'incidents.json')
  const kept = await readKept(path, Incidents.isKept).catch((err: Error) => {
    log.error({ err }, `${path} cannot be used: incidents from before the restart are forgotten`)
    return undefined
  })
  const incidents = new Incidents(
    {
      path,
      count: regions => {
        const slots = regions.map(region => publisher.regionSlots.of(region))
        const threads = plane.counters().map(counters => {
          const { each, any } = regionCounts(counters, slots)
          // In this order: what was counted before a version is seen is not of a later one.
          return { each, any, version: versionOf(counters) }
        })
        return { at: Date.now(), threads }
      },
      onStep: ({ id, region }, { kind, ...step }) =>
        happenings.bus.tell({ kind: 'incident', incident: id, region, step: kind, ...step }),
      onEnd: ({ id, region, endedAt = Date.now() }) =>
        happenings.bus.tell({ kind: 'incident', incident: id, region, step: 'ended', at: endedAt }),
      onProblem: (sentence, err) => log.error({ err }, sentence),
    },
    kept,
  )
  return {
    incidents,
    publishHealth() {
      const health = prober.health()
      incidents.judge(health, Date.now())
      publisher.setHealth(health)
      const { snapshot, world } = publisher.current()!
      incidents.published({ version: snapshot.version, regions: regionsGiven(snapshot, world.document) }, Date.now())
    },
  }
}
