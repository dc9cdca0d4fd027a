// What a node still waits for before it answers queries, in words.
import type { Health } from '../health/health.js'
import { stateOf } from '../health/verdict.js'
import type { AdminPort } from './port.js'

/** Empty once queries are answered. */
export function waitingFor(port: Pick<AdminPort, 'published' | 'health' | 'databases'>): readonly string[] {
  if (port.published() !== undefined) return []
  const unchecked = uncheckedAddresses(port.health())
  return [
    ...(port.databases().length === 0 ? ['the geo databases'] : []),
    ...(unchecked > 0 ? [`the first round of checks (${unchecked} to come)`] : []),
    'the steering maps',
  ]
}

const uncheckedAddresses = (health: Health): number =>
  [...health.values()].flat().filter(address => stateOf(address) === 'unknown').length
