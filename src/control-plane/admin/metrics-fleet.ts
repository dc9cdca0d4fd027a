// What a node knows of its fleet, as metrics. Pure.
import { differences } from '../fleet/member.js'
import { gauge, type Metric } from './exposition.js'
import type { FleetState } from './port.js'

/** @param now epoch ms */
export function fleetMetrics(state: FleetState | undefined, now: number): readonly Metric[] {
  const { standing, members = [], voters = [], clocks = new Map<string, number>(), node } = state ?? {}
  const own = members.find(member => member.node === node)
  const differing = differences(members)
  return [
    gauge(
      'fleet_store_up',
      '1 while the store of the fleet can be reached; absent where the node is alone.',
      standing === undefined ? [] : [{ value: Number(standing.kind === 'live') }],
    ),
    gauge(
      'fleet_store_away_seconds',
      'For how long it cannot.',
      standing === undefined
        ? []
        : [{ value: standing.kind === 'live' ? 0 : Math.max(0, now - standing.since) / 1000 }],
    ),
    gauge('fleet_nodes', 'Nodes of the fleet that are here.', state === undefined ? [] : [{ value: members.length }]),
    gauge(
      'fleet_node_differs',
      '1 for a node that gives other answers than most.',
      members.map(member => ({ labels: { node: member.node }, value: Number(differing.has(member.node)) })),
    ),
    gauge(
      'fleet_lag_seconds',
      'How long the last change of the store took to be known here.',
      own === undefined ? [] : [{ value: own.lagMs / 1000 }],
    ),
    gauge(
      'fleet_clock_ahead_seconds',
      'By how much the clock of the node is ahead of the one here; less than 0 where it is behind.',
      [...clocks].map(([node, aheadMs]) => ({ labels: { node }, value: aheadMs / 1000 })),
    ),
    gauge(
      'fleet_votes',
      'Targets of which the node says something.',
      voters.map(({ node, targets }) => ({ labels: { node }, value: targets })),
    ),
    gauge(
      'fleet_votes_down',
      'Targets that the node sees down.',
      voters.map(({ node, down }) => ({ labels: { node }, value: down })),
    ),
    gauge(
      'fleet_votes_counted',
      '0 for a node that sees most of its targets down, and has no vote while others have.',
      voters.map(({ node, trusted }) => ({ labels: { node }, value: Number(trusted) })),
    ),
  ]
}
