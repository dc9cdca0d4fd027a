// The samples of a node, joined to all who want them: the API, the query log, dnstap.
import type { SamplesPort } from '../control-plane/admin/port.js'
import type { GeoLibrary } from '../control-plane/geo/library.js'
import { placeClients } from '../control-plane/operate/seen-clients.js'
import type { Publisher } from '../control-plane/publish/publisher.js'
import type { DataPlane } from '../data-plane/workers.js'
import type { Log } from '../log.js'
import type { Settings } from '../settings.js'
import { openTap } from './dnstap.js'
import { openQueryLog, type SampleSink } from './query-log.js'
import { watchSamples } from './sample-watch.js'

interface Around {
  readonly plane: DataPlane
  readonly publisher: Publisher
  readonly geo: GeoLibrary
  readonly release: string
  /** Epoch ms. */
  readonly startedAt: number
  readonly log: Log
}

export interface NodeSamples {
  readonly port: SamplesPort
  /** Resolves when all that was sampled is where it belongs. */
  close(): Promise<void>
}

/** Undefined where the settings want no samples. */
export function openSamples(
  { samples: oneIn, queryLog, dnstap }: Pick<Settings, 'samples' | 'queryLog' | 'dnstap'>,
  { plane, publisher, geo, release, startedAt, log }: Around,
): NodeSamples | undefined {
  if (oneIn === 0) return undefined
  const sinks = new Map<string, SampleSink>()
  if (queryLog !== undefined) sinks.set('query-log', openQueryLog(queryLog, log))
  if (dnstap !== undefined) sinks.set('dnstap', openTap(dnstap, release, log))
  const readers = [...sinks.values()].map(({ take }) => take)
  const watch = watchSamples(plane, publisher, readers, { oneIn, startedAt })
  /** Whoever asks gets what there is now, and not what there was at the last look. */
  const fresh = <T>(of: () => T): T => {
    watch.look()
    return of()
  }
  return {
    port: {
      oneIn,
      top: (by, window, limit) => fresh(() => watch.top.top(by, window, limit, Date.now())),
      recent: (filter, limit) => fresh(() => watch.recent.list(filter, limit)),
      clients: async window =>
        placeClients(
          fresh(() => watch.top.sent(window, Date.now())),
          await geo.reader(),
        ),
      demand: window => fresh(() => watch.top.demand(window, Date.now())),
      counts: () => ({
        ...watch.counts(),
        sinks: [...sinks].map(([sink, one]) => ({ sink, ...one.counts() })),
      }),
    },
    async close() {
      watch.stop()
      await Promise.all([...sinks.values()].map(sink => sink.close()))
    },
  }
}
