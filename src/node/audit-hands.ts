// Edits of the document that nobody asked this node for: by hand in the file, into the audit log like those that came by the API.
import type { Audit } from '../control-plane/operate/audit.js'
import { formatChange } from '../control-plane/traffic/diff.js'
import { formatProblem } from '../control-plane/traffic/problem.js'
import type { Revision } from '../control-plane/traffic/revision-line.js'
import type { TrafficStore } from '../control-plane/traffic/store.js'

/** Of many changes the first; the revision has the others. */
const MOST = 20

type Hands = Pick<TrafficStore, 'revisions' | 'onChange' | 'onRefused'>

/**
 * What was found at the start is told when this resolves, and what comes later before it is served.
 * @param startedAt epoch ms; what is older was told then
 */
export async function auditHands(store: Hands, audit: Pick<Audit, 'record'>, startedAt: number): Promise<void> {
  let last = 0
  const look = async (): Promise<void> => {
    const latest = store.revisions?.latest()
    if (latest === undefined || latest.number === last) return
    last = latest.number
    if (latest.actor === 'file') await audit.record(entryOf(latest))
  }
  const before = store.revisions?.latest()
  if (before !== undefined && Date.parse(before.at) < startedAt) last = before.number
  await look()
  store.onChange(look)
  store.onRefused(({ problems }) => {
    const refused = problems.slice(0, MOST).map(formatProblem).join('; ')
    void audit.record({ actor: 'file', what: 'an edit of the document by hand', refused })
  })
}

const entryOf = ({ number, revision, changes }: Revision) => ({
  actor: 'file',
  what: `an edit of the document by hand: revision ${number}`,
  revision,
  changes: changes.slice(0, MOST).map(formatChange),
})
