// What a node still waits for before it answers queries, in words.
import type { Health } from '../health/health.js'
import { stateOf } from '../health/verdict.js'
import type { AdminPort } from './port.js'

/** Empty once queries are answered. */
export function waitingFor(
  port: Pick<AdminPort, 'published' | 'health' | 'databases' | 'fleet' | 'store'>,
): readonly string[] {
  if (port.published() !== undefined) return hasDocument(port) ? [] : ['a traffic document: meridian apply brings one']
  const unchecked = uncheckedAddresses(port.health())
  return [
    ...(port.databases().length === 0 ? ['the geo databases'] : []),
    ...(unchecked > 0 ? [`the first round of checks (${unchecked} to come)`] : []),
    'the steering maps',
  ]
}

/** A fleet begins without one, and would refuse every name. */
const hasDocument = ({ fleet, store }: Pick<AdminPort, 'fleet' | 'store'>): boolean =>
  fleet() === undefined || store.current().document.zones.size > 0 || store.revisions?.latest() !== undefined

const uncheckedAddresses = (health: Health): number =>
  [...health.values()].flat().filter(address => stateOf(address) === 'unknown').length
