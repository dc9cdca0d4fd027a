// Facts as the API shows them: what rules ask for beside what somebody has said. Pure.
import type { Fact } from '../operate/safety/fact.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { FactView } from './api-fact.js'
import { isoTime } from './api-values.js'

/** `holding`: the fact, if it holds. */
export function factView({ safety }: TrafficDocument, name: string, holding: Fact | undefined): FactView {
  const rules = [...(safety?.values() ?? [])].filter(rule => rule.kind === 'facts' && Object.hasOwn(rule.facts, name))
  return {
    name,
    holds: holding !== undefined,
    rules: rules.map(({ id }) => id),
    ...(holding === undefined
      ? {}
      : {
          since: isoTime(holding.at),
          actor: holding.actor,
          ...(holding.reason === undefined ? {} : { reason: holding.reason }),
          ...(holding.expiresAt === undefined ? {} : { expiresAt: isoTime(holding.expiresAt) }),
        }),
  }
}
