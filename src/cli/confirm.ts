// Before regions are moved: what it would do to clients; and for a person at a terminal the question whether it is meant.
import type { Simulation } from '../control-plane/admin/api.js'
import { isMeant, type Terminal } from './ask.js'
import type { ApiClient } from './client.js'
import { formatConsequence } from './consequence.js'
import { type Call, EXIT, type Exit, type Option } from './verb.js'

/** What of regions would change, as /v1/simulate takes it. */
export interface Wish {
  readonly disable?: readonly string[]
  readonly enable?: readonly string[]
  readonly down?: readonly string[]
  readonly up?: readonly string[]
  readonly drain?: Readonly<Record<string, number>>
  /** Ids of overrides that would be ended. */
  readonly end?: readonly string[]
}

export const DRY_RUN: Readonly<Record<string, Option>> = {
  'dry-run': { type: 'boolean', help: 'only tell who would move where, and which safety rules are against it' },
}

/** True where it is to be done; see isMeant. */
export function confirmed(api: ApiClient, call: Call, wish: Wish, terminal?: Terminal): Promise<boolean> {
  return isMeant(call, () => consequenceOf(api, wish), terminal)
}

/** A line for each thing that it would do. */
export const consequenceOf = async (api: ApiClient, wish: Wish): Promise<readonly string[]> =>
  formatConsequence(await simulated(api, wish)).map(line => `  ${line}`)

/** In place of doing it. Failed where safety rules would refuse it. */
export async function foretold(api: ApiClient, call: Call, wish: Wish): Promise<Exit> {
  const simulation = await simulated(api, wish)
  const lines = [...formatConsequence(simulation), 'nothing was changed']
  call.print(call.flag('json') ? JSON.stringify(simulation, null, 2) : lines.join('\n'))
  return simulation.rules.length === 0 ? EXIT.done : EXIT.failed
}

const simulated = async (api: ApiClient, wish: Wish): Promise<Simulation> =>
  (await api.post('/v1/simulate', wish)) as Simulation // from a server of this release
