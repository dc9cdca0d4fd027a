// Rules across the records of a zone: what may stand beside, below or instead of what.
import { equalNames, formatName, isWithin, nameKey, parent } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import type { Report } from './finding.js'
import type { PlacedStatic, PlacedZone } from './placed.js'

/** The static records of each owner. */
type ByOwner = ReadonlyMap<string, readonly PlacedStatic[]>

type Rule = (zone: PlacedZone, owners: ByOwner, report: Report) => void

/** Reports whatever breaks a rule. */
export function checkZone(zone: PlacedZone, report: Report): void {
  const owners = new Map<string, PlacedStatic[]>()
  for (const record of zone.statics) {
    const same = owners.get(record.key)
    if (same === undefined) owners.set(record.key, [record])
    else same.push(record)
  }
  for (const rule of RULES) rule(zone, owners, report)
}

/** RFC 1034 §3.6.2: a CNAME stands alone, so it cannot stand at the apex; RFC 6672 §2.3 keeps DNAME away from there too. */
const aliases: Rule = ({ origin }, owners, report) => {
  for (const records of owners.values())
    records.forEach((record, i) => {
      const { type, owner, path, at } = record
      if (type !== TYPE.CNAME && type !== TYPE.DNAME) return
      const other = records.find(other => other !== record && (type === TYPE.CNAME || other.type === type))
      if (equalNames(owner, origin))
        report({ path, at, message: `a ${typeName(type)} cannot stand at the zone itself` })
      else if (other !== undefined && (other.type !== type || i > records.indexOf(other)))
        report({
          path,
          at,
          message: `a ${typeName(type)} cannot stand beside the ${typeName(other.type)} record of the same name`,
        })
    })
}

/** RFC 2181 §5.2: one TTL for a record set; §5: a set has no record twice. */
const sets: Rule = (_, owners, report) => {
  for (const records of owners.values()) {
    const first = new Map<number, PlacedStatic>()
    const seen = new Set<string>()
    for (const record of records) {
      const { type, ttl, rdata, path, at } = record
      const known = first.get(type) ?? record
      first.set(type, known)
      if (known.ttl !== ttl)
        report({
          path,
          at,
          message: `its TTL is ${ttl} s, but that of the first ${typeName(type)} record of this name is ${known.ttl} s`,
        })
      if (rdata === undefined) continue
      const same = `${type} ${Buffer.from(rdata).toString('latin1')}`
      if (seen.has(same)) report({ path, at, message: `this ${typeName(type)} record is already there` })
      seen.add(same)
    }
  }
}

/** A steered name makes its own A and AAAA records, once. */
const steering: Rule = ({ steered }, owners, report) => {
  const seen = new Set<string>()
  for (const { key, owner, path } of steered) {
    if (seen.has(key)) report({ path, message: `${formatName(owner)} is steered already` })
    seen.add(key)
    const clash = owners.get(key)?.find(({ type }) => type === TYPE.A || type === TYPE.AAAA || type === TYPE.CNAME)
    if (clash !== undefined)
      report({ path, message: `a steered name cannot have a static ${typeName(clash.type)} record as well` })
  }
}

const AT_CUT: readonly number[] = [TYPE.NS, TYPE.DS, TYPE.A, TYPE.AAAA]
const BELOW_CUT: readonly number[] = [TYPE.A, TYPE.AAAA]

/** RFC 1034 §4.2.1: at and below a delegation there is nothing but the delegation and its glue; below a DNAME nothing. */
const delegations: Rule = ({ origin, statics, steered }, _, report) => {
  const cuts = new Set(
    statics.filter(({ type, owner }) => type === TYPE.NS && !equalNames(owner, origin)).map(({ key }) => key),
  )
  const dnames = new Set(statics.filter(({ type }) => type === TYPE.DNAME).map(({ key }) => key))
  if (cuts.size === 0 && dnames.size === 0) return
  const above = (owner: Uint8Array, points: ReadonlySet<string>): Uint8Array | undefined => {
    for (let name = parent(owner); name !== undefined && isWithin(name, origin); name = parent(name))
      if (points.has(nameKey(name))) return name
    return undefined
  }
  for (const { owner, key, type, path, at } of statics) {
    const cut = above(owner, cuts)
    const dname = above(owner, dnames)
    if (cut !== undefined && !BELOW_CUT.includes(type))
      report({
        path,
        at,
        message: `${typeName(type)} below the delegation of ${formatName(cut)}, where only A and AAAA glue can be`,
      })
    else if (cut === undefined && cuts.has(key) && !AT_CUT.includes(type) && type !== TYPE.CNAME)
      report({ path, at, message: `${typeName(type)} beside a delegation, where only NS, DS and glue can be` })
    if (dname !== undefined)
      report({ path, at, message: `a record below the DNAME of ${formatName(dname)} is never seen` })
  }
  for (const { owner, key, path } of steered) {
    const cut = cuts.has(key) ? owner : above(owner, cuts)
    const dname = above(owner, dnames)
    if (cut !== undefined)
      report({ path, message: `a steered name cannot be at or below the delegation of ${formatName(cut)}` })
    else if (dname !== undefined)
      report({ path, message: `a steered name below the DNAME of ${formatName(dname)} is never seen` })
  }
}

/** RFC 1034 §4.2.1: who asks for a nameserver within the zone has nobody else to ask for its address. */
const nameservers: Rule = ({ origin, nameservers, steered }, owners, report) => {
  const seen = new Set<string>()
  for (const { name, path, at } of nameservers) {
    const key = nameKey(name)
    if (seen.has(key)) report({ path, at, message: `${formatName(name)} is already a nameserver of this zone` })
    seen.add(key)
    const hasAddress =
      owners.get(key)?.some(({ type }) => type === TYPE.A || type === TYPE.AAAA) ||
      steered.some(record => record.key === key)
    if (isWithin(name, origin) && !hasAddress)
      report({ path, at, message: `${formatName(name)} is within the zone and needs an A or AAAA record in it` })
  }
}

const RULES: readonly Rule[] = [aliases, sets, steering, delegations, nameservers]
