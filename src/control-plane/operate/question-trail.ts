// Which steering answers a question: by the name itself, an alias, or a wildcard. Remembered, since the same questions come
// again and again.
import { type Name, parseName } from '../../dns/name.js'
import { typeNumber } from '../../dns/numbers.js'
import type { Published } from '../publish/publisher.js'
import type { SteeringSpec } from '../publish/steerings.js'
import { follow } from './trail.js'

export interface SteeredBy {
  readonly spec: SteeringSpec
  /** The steered name, or its wildcard. */
  readonly at: Name
}

/** @returns undefined for what is not steered */
export function steeringFinder({
  snapshot,
  world,
}: Pick<Published, 'snapshot' | 'world'>): (name: string, type: string) => SteeredBy | undefined {
  const known = new Map<string, SteeredBy | undefined>()
  const find = (name: string, type: string): SteeredBy | undefined => {
    const number = typeNumber(type)
    const trail = number === undefined ? undefined : follow(snapshot, parseName(name), number)
    if (trail?.kind !== 'steered' || trail.at === undefined) return undefined
    return { spec: world.names.steerings[trail.steering]!, at: trail.at }
  }
  return (name, type) => {
    const key = `${name} ${type}`
    if (!known.has(key)) known.set(key, find(name, type))
    return known.get(key)
  }
}
