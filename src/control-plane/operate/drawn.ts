// Which members of a choice a client gets: drawn as the line draws them, or told from the answer where nobody can know.
import { formatAddress } from '../../dns/address.js'
import { Draw } from '../../snapshot/draw.js'
import type { Gives } from '../health/endpoints.js'
import type { Published } from '../publish/publisher.js'
import { fixedAddresses, regionNumbers, served } from '../publish/region-states.js'
import type { Choice } from '../publish/settle.js'
import type { Circumstances } from '../publish/settle-world.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { Client } from './client.js'

export interface Drawn {
  /** Ids, in the order of the answer. */
  readonly regions: readonly string[]
  /** Whether the client is one of those that trickle elsewhere. */
  readonly trickled: boolean
}

/** @param given what the real answer gives, of which only a choice that is drawn for each query makes use */
export function drawn(
  { sharing, bits, members, take }: Choice,
  { choice, address, family: clientFamily }: Client,
  { world: { document }, health, forced, snapshot }: Published,
  gives: Gives,
  given: readonly string[],
): Drawn {
  if (take === 0) return { regions: [], trickled: false }
  if (sharing === 'query') {
    const candidates = members.map(({ id }) => id)
    const regions = holders(candidates, given, id => givenBy(document, { health, forced }, gives, [id]))
    return { regions, trickled: false }
  }
  const draw = new Draw()
  draw.run(snapshot, choice, address, bits[clientFamily])
  const ids = [...regionNumbers(document).keys()]
  return { regions: [...draw.regions.subarray(0, draw.count)].map(number => ids[number]!), trickled: draw.trickled }
}

/** The regions whose addresses or target a list is made of, one after the other; as far as it can be told. */
function holders(
  ids: readonly string[],
  given: readonly string[],
  givesOf: (id: string) => readonly string[],
): readonly string[] {
  const found: string[] = []
  for (let at = 0; at < given.length; ) {
    const next = ids.find(id => {
      const own = givesOf(id)
      return own.length > 0 && own.every((one, i) => given[at + i] === one) && !found.includes(id)
    })
    if (next === undefined) return found
    found.push(next)
    at += givesOf(next).length
  }
  return found
}

/** The addresses, or the target, that an answer with these regions holds, in their order. */
export const givenBy = (
  document: TrafficDocument,
  { health, forced }: Pick<Circumstances, 'health' | 'forced'>,
  gives: Gives,
  ids: readonly string[],
): readonly string[] =>
  ids.flatMap(id => {
    const region = document.regions.get(id)
    if (region !== undefined) return served(region, health, gives, forced.get(id)).map(({ canonical }) => canonical)
    return (fixedAddresses(document).get(id) ?? []).map(({ bytes }) => formatAddress(bytes))
  })
