// Who may ask why a name is answered as it is, and how: TXT at _explain.NAME.
import type { Prefix } from '../dns/address.js'
import { isFrom, type Peer } from './peer.js'

/** In lower case, behind a byte of its length. */
const LABEL = Uint8Array.from([8, ...Buffer.from('_explain')])

/** Whether the name at `at` has that label first, and comes from one of the networks. */
export function mayAskWhy(networks: readonly Prefix[], m: Uint8Array, at: number, peer: Peer): boolean {
  for (let i = 0; i < LABEL.length; i++) {
    const byte = m[at + i]!
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== LABEL[i]) return false
  }
  for (let i = 0; i < networks.length; i++) if (isFrom(networks[i]!, peer)) return true
  return false
}
