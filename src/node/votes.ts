// The votes of a node in its fleet: what it sees goes to the others, and what they say is judged together with it.
import { ballotOf } from '../control-plane/fleet/ballot.js'
import { TargetNames } from '../control-plane/fleet/target-names.js'
import { seesMostDown, type Votes } from '../control-plane/fleet/votes.js'
import type { Prober } from '../control-plane/health/prober.js'

export interface VotesWish {
  readonly votes: Votes
  readonly prober: Prober
  readonly node: string
  readonly group: string
  /** The share of its targets that a node must see down to be at fault itself. */
  readonly mostDown: number
}

export interface NodeVotes {
  /** What this node says, by key of the store. */
  words(): ReadonlyMap<string, string>
}

export function joinVotes({ votes, prober, node, group, mostDown }: VotesWish): NodeVotes {
  const names = new TargetNames()
  let doubts = doubtsOf(prober, mostDown)
  prober.join({
    node,
    group,
    others: key => votes.others(names.of(key)),
    trusted: address => !doubts.atFault && !doubts.families.includes(familyOf(address)),
    deafMs: () => votes.deafMs(),
  })
  // Before anybody else hears of it: what a node is worth changes what all its words are worth.
  prober.onChange(() => {
    const before = doubts
    doubts = doubtsOf(prober, mostDown)
    const same = before.atFault === doubts.atFault && before.families.join() === doubts.families.join()
    if (!same) prober.recount()
  })
  votes.onChange(changed => {
    if (changed === undefined) prober.recount()
    else prober.recount([...changed].flatMap(name => names.target(name) ?? []))
    return prober.isHolding()
  })
  return {
    words() {
      const views = prober.views()
      names.keep(views)
      // What a suspicion holds is no view of this node: the others do without it.
      const seen = [...views].filter(([key]) => !doubts.families.includes(familyOf(key)))
      return ballotOf(node, group, new Map(seen.map(([key, streak]) => [names.of(key), streak])))
    },
  }
}

interface Doubts {
  readonly atFault: boolean
  /** Families of addresses on which the prober suspects itself. */
  readonly families: readonly (4 | 6)[]
}

function doubtsOf(prober: Prober, mostDown: number): Doubts {
  const views = [...prober.views().values()]
  return {
    atFault: seesMostDown(views.filter(({ up }) => !up).length, views.length, mostDown),
    families: prober.state().suspicions.map(({ family }) => family),
  }
}

/** Of an address, or of the key of a target, which ends in one. No id of a check holds a colon. */
const familyOf = (key: string): 4 | 6 => (key.includes(':') ? 6 : 4)
