// A dynamic update as it was sent: its prerequisites and its changes (RFC 2136 §2.4, §2.5), or the rcode that it deserves.
import type { Message, ResourceRecord } from '../../dns/message.js'
import { isWithin, type Name } from '../../dns/name.js'
import { CLASS, RCODE, TYPE } from '../../dns/numbers.js'

export type Prerequisite =
  | { readonly kind: 'name-in-use'; readonly owner: Name }
  | { readonly kind: 'name-free'; readonly owner: Name }
  | { readonly kind: 'set-exists'; readonly owner: Name; readonly type: number }
  | { readonly kind: 'set-free'; readonly owner: Name; readonly type: number }
  /** One record of a set that has to be there with exactly these records. */
  | { readonly kind: 'set-has'; readonly owner: Name; readonly type: number; readonly rdata: Uint8Array }

export type Change =
  | {
      readonly kind: 'add'
      readonly owner: Name
      readonly type: number
      /** Seconds. */
      readonly ttl: number
      readonly rdata: Uint8Array
    }
  | { readonly kind: 'delete-record'; readonly owner: Name; readonly type: number; readonly rdata: Uint8Array }
  | { readonly kind: 'delete-set'; readonly owner: Name; readonly type: number }
  | { readonly kind: 'delete-name'; readonly owner: Name }

export type Section<T> =
  | { readonly kind: 'section'; readonly items: readonly T[] }
  | { readonly kind: 'wrong'; readonly rcode: number }

/** §3.1.1: the zone that is to be changed; undefined where the section is not one SOA question. */
export function zoneOfUpdate({ questions: [zone, ...more] }: Message): { name: Name; qclass: number } | undefined {
  return zone === undefined || zone.type !== TYPE.SOA || more.length > 0 ? undefined : zone
}

/** §3.2: of the zone with this origin. */
export const readPrerequisites = ({ answers }: Message, origin: Name): Section<Prerequisite> =>
  readSection(answers, origin, readPrerequisite)

/** §3.4.1: likewise; looked at when the prerequisites hold, and not before. */
export const readChanges = ({ authorities }: Message, origin: Name): Section<Change> =>
  readSection(authorities, origin, readChange)

function readSection<T>(
  records: readonly ResourceRecord[],
  origin: Name,
  read: (record: ResourceRecord) => T | undefined,
): Section<T> {
  if (records.some(({ owner }) => !isWithin(owner, origin))) return { kind: 'wrong', rcode: RCODE.NOTZONE }
  const items = records.map(read)
  return items.every(item => item !== undefined)
    ? { kind: 'section', items: items as readonly T[] } // as `every` has seen
    : { kind: 'wrong', rcode: RCODE.FORMERR }
}

/** §3.2.5 */
function readPrerequisite({ owner, type, rclass, ttl, rdata }: ResourceRecord): Prerequisite | undefined {
  if (ttl !== 0) return undefined
  if (rclass === CLASS.IN) return isData(type) ? { kind: 'set-has', owner, type, rdata } : undefined
  if (rdata.length > 0 || (type !== TYPE.ANY && !isData(type))) return undefined
  if (rclass === CLASS.ANY)
    return type === TYPE.ANY ? { kind: 'name-in-use', owner } : { kind: 'set-exists', owner, type }
  if (rclass === CLASS.NONE) return type === TYPE.ANY ? { kind: 'name-free', owner } : { kind: 'set-free', owner, type }
  return undefined
}

/** §3.4.1.3 */
function readChange({ owner, type, rclass, ttl, rdata }: ResourceRecord): Change | undefined {
  if (rclass === CLASS.IN) return isData(type) ? { kind: 'add', owner, type, ttl, rdata } : undefined
  if (ttl !== 0) return undefined
  if (rclass === CLASS.NONE) return isData(type) ? { kind: 'delete-record', owner, type, rdata } : undefined
  if (rclass !== CLASS.ANY || rdata.length > 0) return undefined
  if (type === TYPE.ANY) return { kind: 'delete-name', owner }
  return isData(type) ? { kind: 'delete-set', owner, type } : undefined
}

/** RFC 6895 §3.1: the others are for questions and transactions. */
const isData = (type: number): boolean => type !== 0 && type !== TYPE.OPT && (type < 128 || type > 255)
