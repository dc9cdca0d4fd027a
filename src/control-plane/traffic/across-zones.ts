// Rules across the zones of a document: what one zone says of names that are another's, or leaves to them.
import { formatName, nameKey, parentKey } from '../../dns/name.js'
import { typeName } from '../../dns/numbers.js'
import { effectiveTarget } from '../../dns/svcb.js'
import type { Region } from './document/region.js'
import type { Zone } from './document/zone.js'
import type { Report } from './finding.js'
import type { Path } from './path.js'
import type { PlacedStatic } from './placed.js'

/** A zone that has passed its own rules, and where it stands. */
export interface PlacedWhole {
  readonly zone: Zone
  readonly path: Path
  /** Its records that have hints. */
  readonly hinted: readonly PlacedStatic[]
}

/** Reports what breaks a rule. `regions`: those of the document, by id. */
export function checkAcross(zones: readonly PlacedWhole[], regions: ReadonlyMap<string, Region>, report: Report): void {
  const origins = new Map(zones.map(({ zone }) => [nameKey(zone.origin), zone.origin]))
  // Most documents have nothing that leads on, and no zone below another one: then there is nothing to look for.
  const leadsOn = zones.some(({ zone, hinted }) => zone.aliases.length + hinted.length > 0)
  const isNested = [...origins.keys()].some(key => zoneOf(parentKey(key), origins) !== undefined)
  if (!leadsOn && !isNested) return
  const cnames = new Set(
    zones.flatMap(({ zone }) => zone.steered.filter(record => givesCname(record, regions)).map(keyOf)),
  )
  const steered = new Set(zones.flatMap(({ zone }) => zone.steered.map(keyOf)).filter(key => !cnames.has(key)))
  for (const { zone } of zones)
    for (const { owner, target } of zone.aliases) if (steered.has(nameKey(target))) steered.add(nameKey(owner))
  for (const { zone, path, hinted } of zones) {
    checkHints(hinted, steered, report)
    for (const { owner, target } of zone.aliases)
      if (cnames.has(nameKey(target)))
        report({
          path,
          message: `the ALIAS of ${formatName(owner)} leads to ${formatName(target)}, whose regions have targets in place of addresses`,
        })
    const apex = nameKey(zone.origin)
    const elsewhere = [...zone.steered, ...zone.aliases].find(({ owner }) => zoneOf(nameKey(owner), origins) !== apex)
    if (elsewhere === undefined) continue
    const child = origins.get(zoneOf(nameKey(elsewhere.owner), origins) ?? apex) ?? zone.origin
    report({
      path,
      message: `${formatName(elsewhere.owner)} belongs to the zone ${formatName(child)}, which is served here as well: what this zone says of it is never seen`,
    })
  }
}

/** Hints can only be those of one name that is steered, or an ALIAS of one. */
function checkHints(hinted: readonly PlacedStatic[], steered: ReadonlySet<string>, report: Report): void {
  const targets = new Map<string, string>()
  for (const { owner, key, type, rdata, path } of hinted) {
    const target = effectiveTarget(owner, rdata!) // faulty data has no hints
    const set = `${type} ${key}`
    const first = targets.get(set) ?? nameKey(target)
    targets.set(set, first)
    const at = [...path, 'hints']
    if (!steered.has(nameKey(target)))
      report({
        path: at,
        message: `the hints of the ${typeName(type)} record of ${formatName(owner)} cannot follow ${formatName(target)}, which is not steered, or gives no addresses; its target has to be a steered name`,
      })
    else if (first !== nameKey(target))
      report({
        path: at,
        message: `the ${typeName(type)} records of ${formatName(owner)} have hints of two steered names; all of a set follow one`,
      })
  }
}

const givesCname = ({ regions: ids }: Zone['steered'][number], regions: ReadonlyMap<string, Region>): boolean =>
  ids.some(id => regions.get(id)?.target !== undefined)

const keyOf = ({ owner }: Zone['steered'][number]): string => nameKey(owner)

/** The deepest origin that a name lies in. */
function zoneOf(key: string, origins: ReadonlyMap<string, unknown>): string | undefined {
  for (let suffix = key; suffix !== ''; suffix = parentKey(suffix)) if (origins.has(suffix)) return suffix
  return undefined
}
