// Before regions are moved by a person at a terminal: what it would do to clients, and the question whether it is meant.
import type { Simulation } from '../control-plane/admin/api.js'
import { isMeant, type Terminal } from './ask.js'
import type { ApiClient } from './client.js'
import { formatConsequence } from './consequence.js'
import type { Call } from './verb.js'

/** What of regions would change, as /v1/simulate takes it. */
export interface Wish {
  readonly disable?: readonly string[]
  readonly enable?: readonly string[]
  readonly down?: readonly string[]
  readonly up?: readonly string[]
  readonly drain?: Readonly<Record<string, number>>
}

/** True where it is to be done; see isMeant. */
export function confirmed(api: ApiClient, call: Call, wish: Wish, terminal?: Terminal): Promise<boolean> {
  const consequence = async (): Promise<readonly string[]> => {
    const simulation = (await api.post('/v1/simulate', wish)) as Simulation // from a server of this release
    return formatConsequence(simulation).map(line => `  ${line}`)
  }
  return isMeant(call, consequence, terminal)
}
