// What a resolver would ask for next, and so gets with the answer (RFC 1034 §4.3.2 step 6): for each type, which names its data lead to.
import { type Name, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { namesIn } from '../../dns/rdata.js'
import type { RecordSet } from './record-set.js'

/** The static sets of a name in any of our zones; none where it is not ours. */
export type Lookup = (name: Name) => readonly RecordSet[]

/** What is to be sought at a name; what matters most comes first. */
interface Lead {
  readonly name: Name
  readonly types: readonly number[]
}

const ADDRESSES: readonly number[] = [TYPE.A, TYPE.AAAA]

/** Links of a chain of aliases that are followed: as many as BIND follows, and more than any client. */
const MAX_DEPTH = 8
const MAX_SETS = 256

/** The addresses of every name in the data. */
const hosts: Leads = ({ type, rdatas }) =>
  rdatas.flatMap(rdata => namesOf(type, rdata).map(name => ({ name, types: ADDRESSES })))

/** RFC 3403 §4.1: what the replacement is, the flags say. */
const rules: Leads = ({ type, rdatas }) =>
  rdatas.flatMap(rdata => {
    // After order and preference; flags are letters, in either case.
    const flags = Buffer.from(rdata.subarray(5, 5 + rdata[4]!))
      .toString('latin1')
      .toLowerCase()
    const types = flags === 'a' ? ADDRESSES : flags === 's' ? [TYPE.SRV] : []
    return namesOf(type, rdata).map(name => ({ name, types }))
  })

/** RFC 9460 §4.1; §2.5: the target `.` is the owner itself, or in an alias nothing at all. */
const services: Leads = ({ owner, type, rdatas }) =>
  rdatas.flatMap(rdata =>
    namesOf(type, rdata).flatMap(name => {
      const alias = rdata[0] === 0 && rdata[1] === 0
      if (name.length === 1) return alias ? [] : [{ name: owner, types: ADDRESSES }]
      return [{ name, types: [type, TYPE.CNAME, ...ADDRESSES] }]
    }),
  )

type Leads = (set: RecordSet) => readonly Lead[]

/** RFC 1035 §3.3.9 and §3.3.11, RFC 1183 §1, RFC 2230 §3.1, RFC 2782, RFC 3403 §6. */
const LEADS: ReadonlyMap<number, Leads> = new Map([
  [TYPE.NS, hosts],
  [TYPE.MX, hosts],
  [TYPE.AFSDB, hosts],
  [TYPE.RT, hosts],
  [TYPE.KX, hosts],
  [TYPE.SRV, hosts],
  [TYPE.NAPTR, rules],
  [TYPE.SVCB, services],
  [TYPE.HTTPS, services],
])

/** Whether answers of this type hold what is found at the names that their data lead to. */
export const leadsToNames = (type: number): boolean => LEADS.has(type)

/** The sets that go with this one, none twice: those first that are the last to be left out where room is short. */
export function additionalOf(set: RecordSet, lookup: Lookup): readonly RecordSet[] {
  if (!LEADS.has(set.type)) return []
  const found = new Map([[keyOf(set), set]])
  let leads = LEADS.get(set.type)!(set)
  for (let depth = 0; depth < MAX_DEPTH && leads.length > 0; depth++) {
    const fresh: RecordSet[] = []
    const next: Lead[] = []
    for (const { name, types } of leads) {
      const sets = lookup(name)
      for (const type of types) {
        const each = sets.find(set => set.type === type)
        if (each === undefined || found.has(keyOf(each)) || found.size > MAX_SETS) continue
        found.set(keyOf(each), each)
        fresh.push(each)
        if (each.type === TYPE.CNAME) next.push({ name: each.rdatas[0]!, types }) // a set is never empty
      }
    }
    leads = [...next, ...fresh.flatMap(each => LEADS.get(each.type)?.(each) ?? [])]
  }
  return [...found.values()].slice(1)
}

const keyOf = ({ owner, type }: RecordSet): string => `${type} ${nameKey(owner)}`

const namesOf = (type: number, rdata: Uint8Array): readonly Name[] =>
  namesIn(type, rdata).map(({ offset, length }) => rdata.subarray(offset, offset + length))
