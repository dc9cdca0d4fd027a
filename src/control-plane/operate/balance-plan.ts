// What was worked out for groups of clients, as settling takes it.
import type { Assignment } from '../balance/problem.js'
import type { Balance, Shares } from '../publish/balanced.js'
import type { SeenGroup } from './balance-groups.js'

export function balanceOf(
  groups: readonly Pick<SeenGroup, 'key' | 'steering' | 'ranking'>[],
  assignment: Assignment,
): Balance {
  const balance = new Map<string, Map<string, Shares>>()
  for (const { key, steering, ranking } of groups) {
    const shares = assignment.get(key)
    if (shares === undefined) continue
    const rankings = balance.get(steering) ?? new Map<string, Shares>()
    balance.set(steering, rankings.set(ranking, shares))
  }
  return balance
}
