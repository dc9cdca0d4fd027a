// Which address space is located in each country, in stretches: a walk through the databases, one look a network or block.
import type { AddressBytes, Family } from '../../dns/address.js'
import type { Locate } from '../geo/library.js'

/** So many blocks in a row, from the block of this number on. */
export interface Stretch {
  readonly from: number
  readonly blocks: number
}

interface Grid {
  /** Length of the prefix of a block: smaller networks are taken to be where its first addresses are. */
  readonly length: number
  readonly blocks: number
  readonly network: (block: number) => AddressBytes
}

/** 2000::/3 is all that is given out of IPv6. */
export const GRIDS: Readonly<Record<Family, Grid>> = {
  4: {
    length: 20,
    blocks: 2 ** 20,
    network: block => Uint8Array.of(block >>> 12, block >>> 4, block << 4, 0),
  },
  6: {
    length: 32,
    blocks: 2 ** 29,
    network: block => {
      const bytes = new Uint8Array(16)
      new DataView(bytes.buffer).setUint32(0, 2 ** 29 + block)
      return bytes
    },
  },
}

/** Looked up before others have their turn: a ms or two. */
const AT_ONCE = 512

/** By code of the country, in the order of addresses. With all cities it takes some seconds, in which others have their turns. */
export async function countrySpace(family: Family, locate: Locate): Promise<ReadonlyMap<string, readonly Stretch[]>> {
  const { length, blocks, network } = GRIDS[family]
  const space = new Map<string, Stretch[]>()
  for (let block = 0, looks = 0; block < blocks; looks++) {
    if (looks % AT_ONCE === 0) await new Promise(resolve => setImmediate(resolve))
    const located = locate(network(block))
    if (located === undefined) return space // nobody tells of this family
    const size = 2 ** Math.max(0, length - located.prefix)
    const country = located.place?.country
    if (country !== undefined) extend(space, country, { from: block, blocks: size })
    block += size
  }
  return space
}

function extend(space: Map<string, Stretch[]>, country: string, next: Stretch): void {
  const own = space.get(country)
  const last = own?.at(-1)
  if (own === undefined || last === undefined) space.set(country, [next])
  else if (last.from + last.blocks === next.from)
    own[own.length - 1] = { from: last.from, blocks: last.blocks + next.blocks }
  else own.push(next)
}
