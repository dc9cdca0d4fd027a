// Gates: clients of some regions may move only while plain facts are as they have to be (`db-promoted`).
import { meetsAny } from '../../traffic/region-glob.js'
import type { Objection } from './change.js'

export const facts: Objection<'facts'> = ({ facts, when, of }, { touched, regions, circumstances }) => {
  const moved = regions.filter(region => {
    const effect = touched.get(region.id)
    // What differs may well gain or lose: nobody can tell which.
    return effect !== undefined && (when === 'any' || effect === 'differs' || effect === when) && meetsAny(of, region)
  })
  const wrong = Object.entries(facts).filter(([name, needed]) => circumstances.facts.has(name) !== needed)
  if (moved.length === 0 || wrong.length === 0) return undefined
  const are = wrong.map(([name, needed]) => `${name} ${needed ? 'does not hold' : 'holds'}`)
  const commands = wrong.map(([name, needed]) => `meridian fact ${needed ? 'set' : 'clear'} ${name}`)
  return {
    words: `${are.join(' and ')}, on which ${moved.map(({ id }) => id).join(', ')} depend${moved.length === 1 ? 's' : ''}`,
    remedy: `make it so, and say so: ${commands.join('; ')}`,
  }
}
