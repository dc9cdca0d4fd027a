// Which members of a choice a client gets: drawn as the line draws them, or told from the answer where nobody can know.
import { formatAddress } from '../../dns/address.js'
import { Draw } from '../../snapshot/draw.js'
import type { Gives } from '../health/endpoints.js'
import { type DrainedPart, drainedParts } from '../publish/drained.js'
import type { Published } from '../publish/publisher.js'
import { fixedAddresses, regionNumbers, served } from '../publish/region-states.js'
import type { Choice } from '../publish/settle.js'
import type { Circumstances } from '../publish/settle-world.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { Client } from './client.js'

export interface Drawn {
  /** Ids, in the order of the answer. */
  readonly regions: readonly string[]
  /** By place in `regions`, where the client goes without some addresses of one: those that are drained by so many percent or more. */
  readonly levels: readonly (DrainedPart['level'] | undefined)[]
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
  if (take === 0) return { regions: [], levels: [], trickled: false }
  const parts = drainedParts(document, forced)
  if (sharing === 'query') {
    const candidates = members.flatMap(({ id }) => [{ id, level: undefined }, ...parts.filter(part => part.id === id)])
    const found = holders(candidates, given, ({ id, level }) =>
      givenBy(document, { health, forced }, gives, [id], [level]),
    )
    return { regions: found.map(({ id }) => id), levels: found.map(({ level }) => level), trickled: false }
  }
  const draw = new Draw()
  draw.run(snapshot, choice, address, bits[clientFamily])
  const ids = [...regionNumbers(document).keys()]
  const [regions, words] = [draw.regions, draw.words].map(list => [...list.subarray(0, draw.count)])
  return {
    regions: regions!.map(number => ids[number]!),
    levels: words!.map(number => parts[number - ids.length]?.level),
    trickled: draw.trickled,
  }
}

/** A region, as those of its clients get it who go without some of its addresses, or as the others do. */
interface Holder {
  readonly id: string
  readonly level: DrainedPart['level'] | undefined
}

/** The regions whose addresses or target a list is made of, one after the other; as far as it can be told. */
function holders(
  candidates: readonly Holder[],
  given: readonly string[],
  givesOf: (candidate: Holder) => readonly string[],
): readonly Holder[] {
  const found: Holder[] = []
  for (let at = 0; at < given.length; ) {
    const next = candidates.find(candidate => {
      const own = givesOf(candidate)
      const isNew = !found.some(({ id }) => id === candidate.id)
      return own.length > 0 && own.every((one, i) => given[at + i] === one) && isNew
    })
    if (next === undefined) return found
    found.push(next)
    at += givesOf(next).length
  }
  return found
}

/**
 * The addresses, or the target, that an answer with these regions holds, in their order.
 * @param levels by place in `ids`, as in Drawn
 */
export const givenBy = (
  document: TrafficDocument,
  { health, forced }: Pick<Circumstances, 'health' | 'forced'>,
  gives: Gives,
  ids: readonly string[],
  levels: Drawn['levels'] = [],
): readonly string[] =>
  ids.flatMap((id, i) => {
    const region = document.regions.get(id)
    if (region !== undefined)
      return served(region, health, gives, forced.get(id), levels[i]).map(({ canonical }) => canonical)
    return (fixedAddresses(document).get(id) ?? []).map(({ bytes }) => formatAddress(bytes))
  })
