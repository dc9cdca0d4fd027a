// A filter chain of NS1 as a policy: filters sort or remove answers one after the other, steps split regions into tiers.
import type { Draft } from './draft.js'
import { FILTERS, type Kind, type Ns1Member } from './ns1-filters.js'
import type { Ns1Filter } from './ns1-records.js'

interface Translated {
  readonly kind: Kind
  readonly steps: readonly unknown[]
}

/**
 * The steps of a chain. Each filter sorts what the ones before have left, so the last order goes before all others, and
 * a draw leaves nothing of what was in order before it; where nothing is drawn, answers are in the order of the record.
 */
export function stepsOf(
  filters: readonly Ns1Filter[],
  members: readonly Ns1Member[],
  draft: Draft,
  where: string,
): readonly unknown[] {
  const several = !filters.some(({ filter, config }) => filter === 'select_first_n' && Number(config['N'] ?? 1) === 1)
  const chain = filters.flatMap(({ filter, config }): readonly Translated[] => {
    const known = FILTERS[filter]
    if (known !== undefined)
      return [{ kind: known.kind, steps: known.steps({ members, config, several, draft, where }) }]
    draft.lose(where, `the filter "${filter}" is left out: no step does what it does`)
    return []
  })
  const kinds = chain.map(({ kind }) => kind)
  const of = (kind: Kind): readonly Translated[] => chain.filter(one => one.kind === kind)
  if (kinds.includes('priority') && kinds.lastIndexOf('fence') > kinds.indexOf('priority'))
    draft.lose(where, 'a fence came after the priorities, and could leave nothing; now it comes before them')
  const drawn = kinds.lastIndexOf('share')
  const sorts = chain.slice(drawn + 1).filter(({ kind }) => kind === 'sort')
  // A policy has one step of a kind, and priorities are a tier.
  const inOrder = kinds.includes('priority') ? 'order' : { tier: members.map(({ region }) => region) }
  const asWritten = { steps: members.length > 1 ? [inOrder] : [] }
  return [
    ...of('fence'),
    ...of('priority'),
    ...sorts.reverse(),
    chain[drawn] ?? asWritten,
    ...of('shed'),
    // Where nothing selects, all answers that are left are given.
    of('take').at(-1) ?? { steps: [{ take: 'all' }] },
  ].flatMap(({ steps }) => steps)
}
