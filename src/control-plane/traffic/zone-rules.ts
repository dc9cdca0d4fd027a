// Rules across the records of a zone: what may stand beside, below or instead of what.
import { equalNames, formatName, isWildcard, isWithin, nameKey, parent } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import type { Steps } from '../threads/steps.js'
import type { Finding, Report } from './finding.js'
import type { PlacedStatic, PlacedZone } from './placed.js'

/** The static records of each owner. */
type ByOwner = ReadonlyMap<string, readonly PlacedStatic[]>

type Rule = (zone: PlacedZone, owners: ByOwner, report: Report, warn: Report) => Steps<void>

/** Reports whatever breaks a rule, and warns of records that do no harm and that nobody will ever see. */
export function* checkZone(zone: PlacedZone, report: Report, warn: Report): Steps<void> {
  const owners = new Map<string, PlacedStatic[]>()
  for (const record of zone.statics) {
    const same = owners.get(record.key)
    if (same === undefined) owners.set(record.key, [record])
    else same.push(record)
    yield
  }
  for (const rule of RULES) yield* rule(zone, owners, report, warn)
}

/** RFC 1034 §3.6.2: a CNAME stands alone, so it cannot stand at the apex; RFC 6672 §2.4: nor are there two DNAMEs. */
const aliases: Rule = function* ({ origin }, owners, report) {
  for (const records of owners.values()) {
    yield
    records.forEach((record, i) => {
      const { type, owner, path, at } = record
      if (type !== TYPE.CNAME && type !== TYPE.DNAME) return
      const other = records.find(other => other !== record && (type === TYPE.CNAME || other.type === type))
      if (type === TYPE.CNAME && equalNames(owner, origin))
        report({ path, at, message: 'a CNAME cannot stand at the zone itself; an ALIAS can' })
      else if (other !== undefined && (other.type !== type || i > records.indexOf(other)))
        report({
          path,
          at,
          message: `a ${typeName(type)} cannot stand beside the ${typeName(other.type)} record of the same name`,
        })
    })
  }
}

/** What a wildcard cannot mean: RFC 4592 §4.2 leaves delegations by it undefined, RFC 6672 §3.3 DNAMEs. */
const wildcards: Rule = function* ({ statics }, _, report) {
  for (const { owner, type, path, at } of statics) {
    yield
    if (isWildcard(owner) && (type === TYPE.NS || type === TYPE.DNAME))
      report({ path, at, message: `a wildcard cannot have ${type === TYPE.NS ? 'an NS' : 'a DNAME'} record` })
  }
}

/** RFC 2181 §5.2: one TTL for a record set; §5: a set has no record twice. */
const sets: Rule = function* (_, owners, report) {
  for (const records of owners.values()) {
    yield
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

/** A steered name makes its own A and AAAA records, or its CNAME, which stands alone (RFC 1034 §3.6.2); once. */
const steering: Rule = function* ({ origin, steered }, owners, report) {
  const seen = new Set<string>()
  for (const { key, owner, path, byTarget } of steered) {
    yield
    if (seen.has(key)) report({ path, message: `${formatName(owner)} is steered already` })
    seen.add(key)
    if (byTarget && equalNames(owner, origin))
      report({ path, message: 'the zone itself cannot have a CNAME, which is what regions with targets give' })
    const beside = byTarget ? owners.get(key)?.[0] : undefined
    if (beside !== undefined)
      report({
        path,
        message: `regions with targets give a CNAME, which cannot stand beside the ${typeName(beside.type)} record of the same name`,
      })
    if (byTarget) continue
    const clash = owners.get(key)?.find(({ type }) => type === TYPE.A || type === TYPE.AAAA || type === TYPE.CNAME)
    if (clash !== undefined)
      report({ path, message: `a steered name cannot have a static ${typeName(clash.type)} record as well` })
  }
}

const NEVER_BESIDE_ALIAS: readonly number[] = [TYPE.A, TYPE.AAAA, TYPE.CNAME]

/** An ALIAS makes the A and AAAA records of its name, as steering does. */
const standIns: Rule = function* ({ aliases, steered }, owners, report) {
  const seen = new Set<string>()
  for (const { key, path } of aliases) {
    yield
    const clash = owners.get(key)?.find(({ type }) => NEVER_BESIDE_ALIAS.includes(type))
    if (clash !== undefined)
      report({ path, message: `an ALIAS cannot stand beside the ${typeName(clash.type)} record of the same name` })
    if (seen.has(key)) report({ path, message: 'a name cannot have two ALIAS records' })
    if (steered.some(record => record.key === key))
      report({ path, message: 'a steered name cannot have an ALIAS as well' })
    seen.add(key)
  }
}

const AT_CUT: readonly number[] = [TYPE.NS, TYPE.DS, TYPE.A, TYPE.AAAA]
const BELOW_CUT: readonly number[] = [TYPE.A, TYPE.AAAA]

/** Records that nobody will see and that are told of one by one: a zone file may have a million of them below its DNAME. */
const MOST_HIDDEN = 20

/** RFC 1034 §4.2.1: at and below a delegation only the delegation and its glue is seen; RFC 6672 §2.4: below a DNAME nothing. */
const delegations: Rule = function* ({ origin, path: zone, statics, steered, aliases }, _, report, warn) {
  const hidden: Finding[] = []
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
    yield
    const cut = above(owner, cuts)
    const dname = above(owner, dnames)
    if (dname !== undefined)
      hidden.push({ path, at, message: `a record below the DNAME of ${formatName(dname)} is never seen` })
    else if (cut !== undefined && !BELOW_CUT.includes(type))
      hidden.push({
        path,
        at,
        message: `${typeName(type)} below the delegation of ${formatName(cut)} is never seen; only A and AAAA glue is`,
      })
    else if (cut === undefined && cuts.has(key) && !AT_CUT.includes(type) && type !== TYPE.CNAME)
      hidden.push({
        path,
        at,
        message: `${typeName(type)} beside a delegation is never seen; only NS, DS and glue are`,
      })
  }
  hidden.slice(0, MOST_HIDDEN).forEach(warn)
  const more = hidden.length - MOST_HIDDEN
  if (more > 0) warn({ path: zone, message: `${more} more records of this zone are never seen` })
  for (const { owner, key, path, what } of [
    ...steered.map(placed => ({ ...placed, what: 'a steered name' })),
    ...aliases.map(placed => ({ ...placed, what: 'an ALIAS' })),
  ]) {
    const cut = cuts.has(key) ? owner : above(owner, cuts)
    const dname = above(owner, dnames)
    if (cut !== undefined)
      report({ path, message: `${what} cannot be at or below the delegation of ${formatName(cut)}` })
    else if (dname !== undefined)
      report({ path, message: `${what} below the DNAME of ${formatName(dname)} is never seen` })
  }
}

/** RFC 1034 §4.2.1: who asks for a nameserver within the zone has nobody else to ask for its address. */
const nameservers: Rule = function* ({ origin, nameservers, steered, aliases }, owners, report) {
  const seen = new Set<string>()
  for (const { name, path, at } of nameservers) {
    yield
    const key = nameKey(name)
    if (seen.has(key)) report({ path, at, message: `${formatName(name)} is already a nameserver of this zone` })
    seen.add(key)
    const hasAddress =
      owners.get(key)?.some(({ type }) => type === TYPE.A || type === TYPE.AAAA) ||
      aliases.some(record => record.key === key) ||
      steered.some(record => record.key === key && !record.byTarget)
    if (isWithin(name, origin) && !hasAddress)
      report({ path, at, message: `${formatName(name)} is within the zone and needs an A or AAAA record in it` })
  }
}

const RULES: readonly Rule[] = [aliases, wildcards, sets, steering, standIns, delegations, nameservers]
