// The step `fence`: clients stay with regions of their own country or continent, or with those that are named for them.
import type { ClientClass } from '../geo/client-class.js'
import { clientKeys } from '../geo/client-key.js'
import { isAmong } from './selection.js'
import type { Candidate, Maker, Side } from './step.js'
import { named } from './words.js'

/**
 * A fence is not there for clients whom it is not for, and of whom it cannot be told. A region of which it cannot be told
 * is not dropped, and comes after those that are known to be inside.
 */
export const fence: Maker<'fence'> = ({ to, clients, mode }) => {
  const isFor = (client: ClientClass): boolean =>
    clients.length === 0 || clientKeys(client).some(key => clients.includes(key))
  const sideFor = (client: ClientClass): ((candidate: Candidate) => Side) | undefined => {
    if (!isFor(client)) return undefined
    if (to !== 'country' && to !== 'continent') return candidate => (isAmong(candidate, to) ? 'inside' : 'outside')
    const own = client[to]
    if (own === undefined) return undefined
    return candidate => {
      const its = candidate[to]
      return its === undefined ? 'unknown' : its === own ? 'inside' : 'outside'
    }
  }
  return {
    kind: 'fence',
    mode,
    sideFor,
    tell({ tiers, client }) {
      const side = sideFor(client)
      if (side === undefined) return 'there is no fence for this client'
      const inside = tiers.flat().filter(candidate => side(candidate) === 'inside')
      const where = typeof to === 'string' ? `${to} ${client[to]}` : to.join(', ')
      return `inside the fence (${where}): ${named(inside)}`
    },
  }
}
