// Where client networks land when they are shared out between regions: drawn as the line draws them.
import type { AddressBytes } from '../../dns/address.js'
import { CHOICE, CHOICE_WORDS, MEMBER_WORDS, SHARING } from '../../snapshot/choices.js'
import { Draw } from '../../snapshot/draw.js'
import type { Shares } from '../balance/problem.js'
import type { Sharing } from '../policies/step.js'
import { weightOf } from '../publish/balanced.js'
import type { Published } from '../publish/publisher.js'
import { regionNumbers } from '../publish/region-states.js'

export interface SeenNetwork {
  readonly bytes: AddressBytes
  readonly queries: number
}

/** What each region gets of networks when shares are given out; adds up to 1. */
export type Land = (networks: readonly SeenNetwork[], shares: Shares) => Shares

/** Where each query is drawn anew, or an answer holds several regions, shares come out as they are given. */
export function lander(
  { snapshot, world }: Pick<Published, 'snapshot' | 'world'>,
  { by, take, bits }: Pick<Sharing, 'by' | 'take' | 'bits'>,
): Land {
  const numbers = regionNumbers(world.document)
  const draw = new Draw()
  return (networks, shares) => {
    if (shares.size < 2 || by !== 'network' || take > 1) return shares
    const drawn = { ...choiceOf(shares, numbers), regions: snapshot.regions }
    const ids = [...shares.keys()]
    const numbered = new Map(ids.map(id => [numbers.get(id)!, id])) // regions of the document
    const sums = new Map<string, number>()
    let all = 0
    for (const { bytes, queries } of networks) {
      draw.run(drawn, 0, bytes, bits[bytes.length === 4 ? 4 : 6])
      const id = numbered.get(draw.regions[0]!)! // one of them is drawn
      sums.set(id, (sums.get(id) ?? 0) + queries)
      all += queries
    }
    return all === 0 ? shares : new Map([...sums].map(([id, queries]) => [id, queries / all]))
  }
}

/** A choice that shares networks out, as words of a snapshot. */
function choiceOf(shares: Shares, numbers: ReadonlyMap<string, number>) {
  const members = [...shares].flatMap(([id, share]) =>
    weightOf(share) > 0 ? [numbers.get(id)!, weightOf(share), 0, 0] : [],
  )
  const choices = new Int32Array(CHOICE_WORDS)
  choices[CHOICE.memberCount] = members.length / MEMBER_WORDS
  choices[CHOICE.take] = 1
  choices[CHOICE.sharing] = SHARING.network
  return { choices, members: Int32Array.from(members) }
}
