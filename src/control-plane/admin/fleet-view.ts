// A fleet as the API shows it. Pure.
import { differences } from '../fleet/member.js'
import type { Standing } from '../fleet/replica.js'
import type { Voter } from '../fleet/votes.js'
import type { FleetView } from './api-fleet.js'
import { isoTime } from './api-values.js'
import type { FleetState } from './port.js'

export function fleetView(state: FleetState | undefined): FleetView {
  if (state === undefined) return { agreed: true, nodes: [] }
  const differing = differences(state.members)
  return {
    node: state.node,
    store: standingView(state.standing),
    agreed: differing.size === 0,
    nodes: state.members.map(({ node, release, startedAt, version, content, lagMs }) => ({
      node,
      self: node === state.node,
      release,
      startedAt: isoTime(startedAt),
      version,
      document: content.document,
      geo: content.geo,
      overrides: content.overrides,
      health: content.health,
      differs: differing.get(node) ?? [],
      ...voterView(state.voters.find(voter => voter.node === node)),
      lagMs,
      ...clockView(state.clocks.get(node)),
    })),
  }
}

export const standingView = (standing: Standing): NonNullable<FleetView['store']> =>
  standing.kind === 'live' ? { state: 'live' } : { state: 'away', since: isoTime(standing.since), why: standing.why }

const clockView = (aheadMs: number | undefined): Pick<FleetView['nodes'][number], 'clockAheadMs'> =>
  aheadMs === undefined ? {} : { clockAheadMs: aheadMs }

const voterView = (voter: Voter | undefined): Pick<FleetView['nodes'][number], 'group' | 'votes'> =>
  voter === undefined || voter.targets === 0
    ? {}
    : { group: voter.group, votes: { targets: voter.targets, down: voter.down, trusted: voter.trusted } }
