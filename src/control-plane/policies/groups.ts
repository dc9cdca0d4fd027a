// The step `groups`: regions that are chosen together come together, and only while enough of them are up.
import type { GroupSpec } from '../traffic/document/policy.js'
import { isAmong, selected } from './selection.js'
import type { Candidate, Maker, Minimum, Question, Ranking, Step, Tier } from './step.js'
import { keep } from './tiers.js'
import { named } from './words.js'

interface Group {
  readonly spec: GroupSpec
  readonly steps: readonly Step[]
}

/**
 * Puts each group where its best region is, whole; groups that are equally good come as they are written. What is in no
 * group stays where it is. With steps of its own a group is ordered by them, else as before.
 */
export const groups: Maker<'groups'> = ({ groups: specs }, { candidates, prepare }) => {
  const all = specs.map(spec => ({ spec, steps: prepare(spec.steps, selected(candidates, spec.regions)) }))
  const minima = all.flatMap(({ spec, steps }): readonly Minimum[] => [
    ...steps.flatMap(step => (step.kind === 'order' ? (step.sharing?.groups ?? []) : [])),
    { regions: new Set(selected(candidates, spec.regions).map(({ id }) => id)), least: spec.minHealthy },
  ])
  const weights = new Map(
    all.flatMap(({ steps }) => steps.flatMap(step => (step.kind === 'share' ? [...(step.sharing.weights ?? [])] : []))),
  )
  return {
    kind: 'order',
    rank: question => gather(question, all),
    tell: ({ tiers }) =>
      all
        .map(
          ({ spec }) =>
            `${named(selected(tiers.flat(), spec.regions))} together${spec.minHealthy > 1 ? `, while ${spec.minHealthy} are up` : ''}`,
        )
        .join('; '),
    sharing: { groups: minima, weights },
  }
}

function gather({ tiers, client }: Question, all: readonly Group[]): Ranking {
  const placed = new Set<Group>()
  return tiers.flatMap(tier => {
    const here = all.filter(group => !placed.has(group) && tier.some(candidate => isIn(candidate, group)))
    for (const group of here) placed.add(group)
    const alone = tier.filter(candidate => !all.some(group => isIn(candidate, group)))
    return [
      ...here.flatMap(group => within({ tiers: keep(tiers, one => isIn(one, group)), client }, group)),
      ...(alone.length === 0 ? [] : [alone]),
    ]
  })
}

const isIn = (candidate: Candidate, { spec }: Group): boolean => isAmong(candidate, spec.regions)

function within({ tiers, client }: Question, { steps }: Group): Ranking {
  const orders = steps.filter(step => step.kind === 'order')
  // Its own steps begin with all of it as equals, as those of a policy do.
  const start: Ranking = steps.length === 0 ? tiers : [inDocumentOrder(tiers)]
  return orders.reduce((ranking, step) => step.rank({ tiers: ranking, client }), start)
}

const inDocumentOrder = (tiers: Ranking): Tier => tiers.flat()
