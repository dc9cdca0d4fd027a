// A self-check: an address that answers whenever this node has a network, probed to be a witness and for nothing else.
import type { Assignment } from './crew.js'

/** Ids of checks that exist only to be witnesses; a document's ids hold no colon. */
export const SELF_CHECK = 'self:check'

/** Its failures are of no interest but that they are there: see doubt.ts. */
export function selfCheck(id: number, host: string, port: number, phase: number): Assignment {
  const timing = { intervalMs: 10_000, timeoutMs: 2000, fall: 1, rise: 1 }
  return { id, address: host, phase, spec: { type: 'tcp', id: SELF_CHECK, port, ...timing } }
}
