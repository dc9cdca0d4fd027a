// Classes of clients to the numbers of their rankings, while a map is compiled.
import { UNLOCATED } from '../../snapshot/map.js'
import type { ClientClass } from '../geo/client-class.js'
import { type Prepared, preparePolicy, type Ranked } from '../policies/policy.js'
import { type PlacedRanking, RankingList } from './ranking-list.js'
import type { Rankings } from './rankings.js'
import type { MapSpec } from './steerings.js'

/** UNLOCATED and PRIVATE. */
const APART = 2

/** Ranks clients: full permutations of 20 regions come to a few thousand distinct rankings, not hundreds of thousands. */
export class Ranker {
  readonly list: RankingList
  private readonly policy: Prepared

  /** @param known rankings of the same candidates, which keep their numbers */
  constructor({ policy, candidates, tables }: MapSpec, known: Rankings | undefined) {
    const placed = candidates.map((candidate, place) => ({ ...candidate, place }))
    this.policy = preparePolicy(policy, placed, tables)
    this.list = known === undefined ? new RankingList() : RankingList.from(known, APART)
    if (known !== undefined) return
    // Kept apart from located clients that happen to rank alike, so that they can be counted.
    this.list.addApart(this.rank({}))
    this.list.addApart({ tiers: [], inside: 0 })
  }

  numberOf(client: ClientClass): number {
    const ranking = this.rank(client)
    // Whatever else is known of it, it did not matter.
    if (client.location === undefined && this.list.isAt(UNLOCATED, ranking)) return UNLOCATED
    return this.list.numberOf(ranking)
  }

  private rank(client: ClientClass): PlacedRanking {
    return this.policy.rank(client) as Ranked & PlacedRanking // steps neither make nor change candidates
  }
}
