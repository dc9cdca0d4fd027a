// An endpoint of external-dns, a set of records at a name, and the same set as records of the traffic document are written.
import { formatName, NameError, parseName, ROOT } from '../../dns/name.js'
import { typeNumber } from '../../dns/numbers.js'
import { encodeRdata, formatRdata, namesIn, RdataError } from '../../dns/rdata.js'
import { isMap } from '../traffic/edit-value.js'

/** As the webhook protocol of external-dns writes it. */
export interface Endpoint {
  readonly dnsName: string
  readonly targets: readonly string[]
  readonly recordType: string
  /** Seconds; 0 or absent: as the zone has it. */
  readonly recordTTL?: number
  readonly setIdentifier?: string
}

/** A record as it is written in the document. */
export interface OwnedItem {
  readonly type: string
  readonly data: string
  readonly ttl?: number
  readonly owner: string
}

/** Why an endpoint can be no records of ours, in words; undefined where it can. */
export function endpointFault({ dnsName, recordType, targets, setIdentifier = '' }: Endpoint): string | undefined {
  const what = `${dnsName} ${recordType}`
  if (setIdentifier !== '')
    return `${what}: sets with an identifier ("${setIdentifier}") are steering, which is told here by policies`
  const type = typeNumber(recordType)
  if (type === undefined) return `${what}: there is no such type`
  if (targets.length === 0) return `${what}: it has no targets`
  try {
    parseName(dnsName)
    for (const target of targets) encodeRdata(type, asData(recordType, target), ROOT)
    return undefined
  } catch (error) {
    if (error instanceof NameError || error instanceof RdataError) return `${what}: ${error.message}`
    throw error
  }
}

/** @param endpoint one without fault */
export const itemsOf = ({ recordType, targets, recordTTL = 0 }: Endpoint, owner: string): readonly OwnedItem[] =>
  targets.map(target => {
    const type = typeNumber(recordType)!
    const data = formatRdata(type, encodeRdata(type, asData(recordType, target), ROOT))
    return { type: recordType, data, ...(recordTTL > 0 ? { ttl: recordTTL } : {}), owner }
  })

/**
 * The endpoint in the one form in which it is told again when it is asked for, so that a client sees no difference where there is
 * none.
 */
export function canonicalEndpoint(endpoint: Endpoint): Endpoint {
  const { dnsName, recordType, recordTTL = 0 } = endpoint
  const targets = itemsOf(endpoint, '').map(({ data }) => targetOf(recordType, data))
  return {
    dnsName: withoutDot(formatName(parseName(dnsName))).toLowerCase(),
    targets: [...new Set(targets)].sort(),
    recordType,
    ...(recordTTL > 0 ? { recordTTL } : {}),
  }
}

export const targetOf = (type: string, data: string): string => (endsInName(type, data) ? withoutDot(data) : data)

export const isItem = (value: unknown): value is OwnedItem =>
  isMap(value) && typeof value['type'] === 'string' && typeof value['data'] === 'string'

function endsInName(type: string, data: string): boolean {
  const number = typeNumber(type)
  if (number === undefined) return false
  const rdata = encodeRdata(number, data, ROOT)
  return namesIn(number, rdata).some(({ offset, length }) => offset + length === rdata.length)
}

/** Texts come with quotes or without. */
const asData = (type: string, target: string): string =>
  type === 'TXT' && !target.startsWith('"') ? JSON.stringify(target) : target

const withoutDot = (text: string): string => (text === '.' ? text : text.replace(/\.$/, ''))
