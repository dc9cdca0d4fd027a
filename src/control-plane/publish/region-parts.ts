// What regions give of a type, and what stands for it: the parts that answers of steered names are made of, and signed by.
import { TYPE } from '../../dns/numbers.js'
import { REGION, REGION_WORDS } from '../../snapshot/choices.js'
import { contentDigest } from '../../snapshot/signatures.js'
import type { Snapshot } from '../../snapshot/snapshot.js'

export type Regions = Pick<Snapshot, 'regions' | 'addresses'>

/** What a region gives, and the digest of it. */
export interface Part {
  readonly rdatas: readonly Uint8Array[]
  readonly digest: number
}

/** The word of a region that stands for what it gives of a type. */
const DIGEST: Readonly<Record<number, number>> = {
  [TYPE.A]: REGION.digestV4,
  [TYPE.AAAA]: REGION.digestV6,
  [TYPE.CNAME]: REGION.digestTarget,
}

export const gives = (given: Regions, region: number, type: number): boolean =>
  dataOf(given, region, type).some(({ length }) => length > 0)

export const partsOf = (given: Regions, regions: readonly number[], type: number): readonly Part[] =>
  regions.map(region => ({
    rdatas: dataOf(given, region, type),
    digest: given.regions[region * REGION_WORDS + DIGEST[type]!]!,
  }))

/** What a region gives of a type: addresses, or the name of its target. */
export function dataOf({ regions, addresses }: Regions, region: number, type: number): readonly Uint8Array[] {
  const words = regions.subarray(region * REGION_WORDS, (region + 1) * REGION_WORDS)
  const many = (first: number, count: number, size: number): readonly Uint8Array[] =>
    Array.from({ length: count }, (_, i) =>
      Uint8Array.from(addresses.subarray(first + i * size, first + (i + 1) * size)),
    )
  switch (type) {
    case TYPE.A:
      return many(words[REGION.firstV4]!, words[REGION.countV4]!, 4)
    case TYPE.AAAA:
      return many(words[REGION.firstV6]!, words[REGION.countV6]!, 16)
    default:
      return many(words[REGION.targetAt]!, 1, words[REGION.targetLength]!)
  }
}

/** What is left of a region, where some of its addresses are down. */
export const partOf = (rdatas: readonly Uint8Array[], seed: number): Part => ({
  rdatas,
  digest: contentDigest(Buffer.concat(rdatas), seed),
})
