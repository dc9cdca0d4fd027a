// Policies as the API shows them, with the records that they decide. Pure.
import { formatName } from '../../dns/name.js'
import { BUILT_IN } from '../policies/policy.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { PolicyView } from './api-policy.js'

/** `written`: the ids under which the document itself has policies. */
export function policyViews({ policies, zones }: TrafficDocument, written: ReadonlySet<string>): readonly PolicyView[] {
  const records = [...zones.values()].flatMap(({ steered }) => steered)
  return [...policies.values()].map(({ id, steps }) => ({
    id,
    builtIn: !written.has(id) && BUILT_IN.some(policy => policy.id === id),
    steps,
    records: records.filter(({ policy }) => policy === id).map(({ owner }) => formatName(owner)),
  }))
}
