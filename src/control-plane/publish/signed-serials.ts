// The serials of signed zones that secondaries have: they rise with each change of what the document says, and of the signatures, also over
// restarts, after which all is signed anew. Never below what the document says.
import { formatName } from '../../dns/name.js'
import { nextSerial, serialAfter } from '../../dns/serial.js'
import type { Zone } from '../traffic/document/zone.js'

/** The last one that was given, by the name of the zone. */
export type GivenSerials = Readonly<Record<string, number>>

/** Where they outlive the process. */
export interface SerialsKept {
  current(): GivenSerials
  /** Good at once, and kept when it resolves. */
  update(step: (given: GivenSerials) => GivenSerials): Promise<unknown>
}

export const areGivenSerials = (value: unknown): value is GivenSerials =>
  typeof value === 'object' && value !== null && Object.values(value).every(serial => Number.isInteger(serial))

/** @returns the serial of a zone that holds what has this digest, signatures included, and its own serial not */
export type SerialOf = (zone: Zone, digest: string) => number

/** @param now seconds since 1970 */
export function signedSerials(given: SerialsKept, now: () => number, onProblem: (error: unknown) => void): SerialOf {
  const digests = new Map<string, string>()
  return ({ origin, soa, serialFrom }, digest) => {
    const name = formatName(origin)
    const before = digests.get(name)
    digests.set(name, digest)
    const last = given.current()[name]
    const isHigher = last === undefined || serialAfter(soa.serial, last)
    if (before === digest && !isHigher) return last
    // One that somebody writes goes on as he counts; one that is counted is a time.
    const one = nextSerial(isHigher ? soa.serial : last)
    const next = serialFrom === 'count' ? laterOf(one, now() >>> 0) : one
    // Of what was served before this process began nothing is known but that its signatures were others.
    const serial = before !== undefined && isHigher ? soa.serial : next
    given.update(all => ({ ...all, [name]: serial })).catch(onProblem)
    return serial
  }
}

const laterOf = (a: number, b: number): number => (serialAfter(a, b) ? a : b)
