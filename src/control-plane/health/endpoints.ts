// What of a region is probed and given to clients: its addresses, or the host name that stands in their place.
import { type Family, formatAddress } from '../../dns/address.js'
import type { Region } from '../traffic/document/region.js'

/** What an answer gives of a region: its addresses of one family, or the name of its load balancer, as a CNAME. */
export type Gives = Family | 'target'

export const GIVES: readonly Gives[] = [4, 6, 'target']

export interface Endpoint {
  readonly gives: Gives
  /** As it is written in the document; health goes by it. */
  readonly text: string
  /** The same for all ways to write it. */
  readonly canonical: string
  /** What goes into an answer: an address, or a name in wire form. */
  readonly bytes: Uint8Array
}

/** In the order of the document. A region has one or more of one kind: addresses of either family, or a lone target. */
export function endpoints({ addresses, target }: Pick<Region, 'addresses' | 'target'>): readonly Endpoint[] {
  if (target !== undefined) return [{ gives: 'target', text: target.text, canonical: target.text, bytes: target.name }]
  return addresses.map(({ family, text, bytes }) => ({ gives: family, text, canonical: formatAddress(bytes), bytes }))
}
