// meridian fleet: the nodes that share one document, and whether they answer alike.
import type { FleetView } from '../control-plane/admin/api.js'
import { clockOff } from '../control-plane/fleet/clocks.js'
import { remote } from './remote.js'
import { table } from './table.js'
import { EXIT, REMOTE, UsageError, type Verb } from './verb.js'

export const fleet: Verb = {
  usage: 'fleet',
  summary: 'the nodes that share one document, and whether they answer alike',
  help: `
  meridian fleet

Each node with the hash of all that its answers are made of: nodes with the same hash give the same answers. Where one
differs, or has its clock two seconds off, the last column says so. Exits with 1 where they differ, or the store of the fleet cannot be reached.`,
  options: REMOTE,
  async run(call) {
    if (call.words.length > 0) throw new UsageError(`"${call.words[0]}" is not expected here`)
    const view = (await (await remote(call)).get('/v1/fleet')) as FleetView // a server of this release
    call.print(call.flag('json') ? JSON.stringify(view, null, 2) : formatFleet(view))
    return view.agreed && view.store?.state !== 'away' ? EXIT.done : EXIT.failed
  },
}

export function formatFleet({ node, store, agreed, nodes }: FleetView): string {
  if (node === undefined) return 'this node is alone: its settings name no fleet'
  const rows = nodes.map(({ node, self, release, version, document, lagMs, differs, votes, clockAheadMs }) => [
    self ? `${node} *` : node,
    release,
    version,
    document,
    `${lagMs} ms`,
    votes === undefined ? '-' : `${votes.down}/${votes.targets} down${votes.trusted ? '' : ', no vote'}`,
    [differs.length === 0 ? '' : `differs: ${differs.join(', ')}`, clockOff(clockAheadMs)].filter(Boolean).join('; '),
  ])
  const head = ['node', 'release', 'answers', 'document', 'lag', 'votes', '']
  const away =
    store?.state === 'away' ? [`etcd is away since ${store.since}, what was known then is served: ${store.why}`] : []
  const word = agreed ? 'all answer alike' : 'they do not answer alike'
  return [
    ...table([head, ...rows], ['left', 'left', 'left', 'left', 'right', 'left', 'left']),
    `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}; ${word}`,
    ...away,
  ].join('\n')
}
