// What Route 53 tells of a hosted zone: the replies of ListResourceRecordSets, ListHealthChecks and ListCidrBlocks.
import { isMap } from '../traffic/edit-value.js'

export interface RecordSet {
  readonly Name: string
  readonly Type: string
  readonly TTL?: number
  readonly ResourceRecords?: readonly { readonly Value: string }[]
  readonly AliasTarget?: {
    readonly HostedZoneId?: string
    readonly DNSName: string
    readonly EvaluateTargetHealth?: boolean
  }
  readonly SetIdentifier?: string
  readonly HealthCheckId?: string
  readonly Weight?: number
  readonly Region?: string
  readonly Failover?: 'PRIMARY' | 'SECONDARY'
  readonly MultiValueAnswer?: boolean
  readonly GeoLocation?: {
    readonly ContinentCode?: string
    readonly CountryCode?: string
    readonly SubdivisionCode?: string
  }
  readonly GeoProximityLocation?: {
    readonly AWSRegion?: string
    readonly LocalZoneGroup?: string
    readonly Coordinates?: { readonly Latitude: string; readonly Longitude: string }
    readonly Bias?: number
  }
  readonly CidrRoutingConfig?: { readonly CollectionId: string; readonly LocationName: string }
  readonly TrafficPolicyInstanceId?: string
}

export interface HealthCheck {
  readonly Id: string
  readonly HealthCheckConfig: {
    readonly Type: string
    readonly IPAddress?: string
    readonly Port?: number
    readonly ResourcePath?: string
    readonly FullyQualifiedDomainName?: string
    readonly SearchString?: string
    readonly RequestInterval?: number
    readonly FailureThreshold?: number
    readonly MeasureLatency?: boolean
    readonly Inverted?: boolean
    readonly Disabled?: boolean
    readonly EnableSNI?: boolean
    readonly Regions?: readonly string[]
    /** Of a calculated one: what it is made of, and how many of these have to pass. */
    readonly ChildHealthChecks?: readonly string[]
    readonly HealthThreshold?: number
  }
}

export interface CidrBlock {
  readonly CidrBlock: string
  readonly LocationName: string
}

export interface HostedZone {
  readonly records: readonly RecordSet[]
  readonly checks: readonly HealthCheck[]
  readonly blocks: readonly CidrBlock[]
}

/** @throws Error with a sentence where a file is none of these replies */
export function readHostedZone(files: readonly { readonly name: string; readonly text: string }[]): HostedZone {
  const found = { records: [] as RecordSet[], checks: [] as HealthCheck[], blocks: [] as CidrBlock[] }
  for (const { name, text } of files) {
    const value = parse(name, text)
    const whole = Array.isArray(value) ? { ResourceRecordSets: value as unknown } : isMap(value) ? value : {}
    found.records.push(...take(name, whole, 'ResourceRecordSets', isRecordSet))
    found.checks.push(...take(name, whole, 'HealthChecks', isHealthCheck))
    found.blocks.push(...take(name, whole, 'CidrBlocks', isBlock))
    if (!['ResourceRecordSets', 'HealthChecks', 'CidrBlocks'].some(key => key in whole))
      throw new Error(
        `${name} has none of ResourceRecordSets, HealthChecks and CidrBlocks: give the JSON of "aws route53 list-resource-record-sets"`,
      )
    if (whole['IsTruncated'] === true)
      throw new Error(`${name} is one page of several (IsTruncated): let the command read all of them`)
  }
  if (found.records.length === 0) throw new Error('there is no record set in any of the files')
  return found
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${name} is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function take<T>(
  file: string,
  whole: Readonly<Record<string, unknown>>,
  key: string,
  is: (value: unknown) => value is T,
): T[] {
  const list = whole[key]
  if (list === undefined) return []
  if (!Array.isArray(list)) throw new Error(`${file}: ${key} is no list`)
  return list.map((one: unknown, i) => {
    if (is(one)) return one
    throw new Error(`${file}: ${key}[${i}] is not what Route 53 writes there: ${JSON.stringify(one).slice(0, 100)}`)
  })
}

/** JSON from outside; what is optional is looked at where it is used. */
const isRecordSet = (value: unknown): value is RecordSet =>
  isMap(value) &&
  typeof value['Name'] === 'string' &&
  typeof value['Type'] === 'string' &&
  optional(value['TTL'], 'number') &&
  optional(value['SetIdentifier'], 'string') &&
  optional(value['HealthCheckId'], 'string') &&
  optional(value['Weight'], 'number') &&
  (value['AliasTarget'] === undefined ||
    (isMap(value['AliasTarget']) && typeof value['AliasTarget']['DNSName'] === 'string')) &&
  (value['ResourceRecords'] === undefined ||
    (Array.isArray(value['ResourceRecords']) &&
      value['ResourceRecords'].every((record: unknown) => isMap(record) && typeof record['Value'] === 'string')))

const isHealthCheck = (value: unknown): value is HealthCheck =>
  isMap(value) &&
  typeof value['Id'] === 'string' &&
  isMap(value['HealthCheckConfig']) &&
  typeof value['HealthCheckConfig']['Type'] === 'string'

const isBlock = (value: unknown): value is CidrBlock =>
  isMap(value) && typeof value['CidrBlock'] === 'string' && typeof value['LocationName'] === 'string'

const optional = (value: unknown, type: 'string' | 'number'): boolean => value === undefined || typeof value === type
