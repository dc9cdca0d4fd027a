// The traffic document of a node from the store to where it is served: each revision in its turn.
import type { Prober } from '../control-plane/health/prober.js'
import type { Drills } from '../control-plane/operate/drills.js'
import type { Overrides } from '../control-plane/operate/overrides.js'
import { spanned } from '../control-plane/trace/span.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import { formatProblem } from '../control-plane/traffic/problem.js'
import type { Loaded, TrafficStore } from '../control-plane/traffic/store.js'
import type { Log } from '../log.js'
import type { Happenings } from './happenings.js'
import type { NodeLatency } from './latency.js'

interface Followed {
  readonly store: TrafficStore
  /** What is served already. */
  readonly begun: Loaded
  readonly prober: Prober
  readonly publishHealth: () => void
  readonly latency: NodeLatency
  readonly overrides: Overrides
  readonly drills: Drills
  readonly happenings: Happenings
  /** Asks the safety rules of what nobody could refuse. */
  readonly judge: (document: TrafficDocument) => void
  readonly log: Log
  /** What is done just before and after a document comes into force. */
  readonly served: {
    before(document: TrafficDocument): Promise<void>
    after(document: TrafficDocument): void
  }
}

/** A document that passes the gate is served; one that does not is told of, and nothing changes. */
export function followStore(followed: Followed): void {
  const { store, begun, prober, publishHealth, latency, overrides, drills, happenings, judge, log, served } = followed
  warnOf(begun, log)
  const serveNow = async (loaded: Loaded): Promise<void> => {
    const { document, revision } = loaded
    warnOf(loaded, log)
    judge(document)
    try {
      prober.configure(document)
      // A region that is new, or has a new address, is served when it is known to be up.
      await spanned({ name: 'first probes' }, () => prober.firstRound())
      publishHealth()
      // Before the document: a region that a glob takes out is never served.
      overrides.refresh()
      await served.before(document)
      await spanned({ name: 'compile' }, () => latency.desk.serve(document))
      served.after(document)
      void drills.look()
      happenings.bus.tell({ kind: 'document', at: Date.now(), revision })
      log.info(
        { revision, zones: document.zones.size, regions: document.regions.size },
        `revision ${revision} is served`,
      )
    } catch (err) {
      log.error({ err, revision }, `revision ${revision} could not be served; the one before it stays`)
    }
  }
  const serve = (loaded: Loaded): Promise<void> =>
    spanned({ name: 'serve', alone: true, attributes: { revision: loaded.revision } }, () => serveNow(loaded))
  store.onChange(serve)
  // Somebody may have changed it while this node was starting.
  if (store.current() !== begun) void serve(store.current())
  store.onRefused(({ problems }) => {
    log.error(
      { problems: problems.map(formatProblem) },
      `${store.name} is refused, the last good one stays: ${problems.map(formatProblem).join('; ')}`,
    )
  })
}

function warnOf({ warnings = [] }: Loaded, log: Log): void {
  for (const warning of warnings) log.warn(formatProblem(warning))
}
