// Whom a record set of Route 53 is for, and where it is, in our words.
import { AWS_REGIONS } from './aws-regions.js'
import type { Draft } from './draft.js'
import type { CidrBlock, RecordSet } from './route53-records.js'

/** Client keys: a place, networks, or everybody else. */
export function clientsOf(
  set: RecordSet,
  where: string,
  blocks: readonly CidrBlock[],
  draft: Draft,
): readonly string[] {
  return set.CidrRoutingConfig === undefined ? [placeOf(set, where, draft)] : networksOf(set, where, blocks, draft)
}

function placeOf({ GeoLocation }: RecordSet, where: string, draft: Draft): string {
  const { ContinentCode: continent, CountryCode: country, SubdivisionCode: subdivision } = GeoLocation ?? {}
  if (country === undefined) return `continent:${continent}`
  if (subdivision === undefined) return country
  draft.lose(where, `the rule is for ${country}-${subdivision}: see that your geo database writes the subdivision so`)
  return `${country}-${subdivision}`
}

function networksOf(
  { CidrRoutingConfig }: RecordSet,
  where: string,
  blocks: readonly CidrBlock[],
  draft: Draft,
): readonly string[] {
  const { LocationName: location = '', CollectionId: collection = '' } = CidrRoutingConfig ?? {}
  if (location === '*') return ['*']
  const networks = blocks.filter(block => block.LocationName === location).map(block => block.CidrBlock)
  if (networks.length === 0)
    draft.lose(
      where,
      `the networks of ${location} are not here: add the reply of "aws route53 list-cidr-blocks --collection-id ${collection}"`,
    )
  return networks
}

/** Says where a region is that a set for latency or nearness has become; that it is not known is told. */
export function locate(draft: Draft, region: string, set: RecordSet, where: string): void {
  const { Region, GeoProximityLocation: { AWSRegion, Coordinates, LocalZoneGroup } = {} } = set
  if (LocalZoneGroup !== undefined) draft.lose(where, `${LocalZoneGroup} is taken to be where its region is`)
  const name = Region ?? AWSRegion ?? LocalZoneGroup?.replace(/^([a-z]+-[a-z]+-\d).*$/, '$1') ?? ''
  const location =
    Coordinates === undefined
      ? AWS_REGIONS[name]
      : ([Number(Coordinates.Latitude), Number(Coordinates.Longitude)] as const)
  if (location !== undefined) draft.locate(region, location, where)
  else draft.lose(where, `where ${Region ?? 'it'} is, is not known: it comes last until it has a location`)
}

/** Route 53's bias is ours, sign and all. */
export const biasOf = ({ GeoProximityLocation }: RecordSet): number => GeoProximityLocation?.Bias ?? 0
