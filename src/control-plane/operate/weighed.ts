// Client networks that stand for many: how much each of them weighs is for whoever made them to say.
import { type AddressBytes, parsePrefix } from '../../dns/address.js'
import type { Demand } from './top.js'

export interface Weighed {
  readonly bytes: AddressBytes
  readonly weight: number
}

/** Those who asked, by how much they did. */
export const whoAsked = (demand: readonly Demand[]): readonly Weighed[] =>
  demand.flatMap(({ client, queries }) => {
    const prefix = parsePrefix(client)
    return prefix === undefined ? [] : [{ bytes: prefix.bytes, weight: queries }]
  })
