// From regions as written to regions with every default filled in; no address belongs to two of them.
import { familyOf, formatAddress, parseAddress } from '../../dns/address.js'
import { canonical, formatName } from '../../dns/name.js'
import { countryOf } from '../geo/countries.js'
import type { CheckSpec } from './document/check.js'
import type { Address, FailbackSpec, Location, Region } from './document/region.js'
import type { Report } from './finding.js'
import { standsAlone } from './parse-calculated.js'
import { readMilliseconds, readSeconds } from './parse-duration.js'
import { readName } from './parse-name.js'
import type { Path } from './path.js'
import { readReferences } from './references.js'
import type { RegionsBefore } from './regions-before.js'
import type { WrittenTraffic } from './schema.js'
import type { Sound } from './shape.js'

type Written = Sound<NonNullable<WrittenTraffic['regions']>>

const WEIGHT = 100

export function parseRegions(
  written: Written,
  checks: ReadonlyMap<string, CheckSpec>,
  before: RegionsBefore,
  report: Report,
): ReadonlyMap<string, Region> {
  const owners = new Map<string, string>()
  for (const [id, region] of Object.entries(written))
    region?.tags?.forEach((tag, i) => {
      if (tag !== undefined && Object.hasOwn(written, tag))
        report({ path: ['regions', id, 'tags', i], message: `the tag "${tag}" is also the id of a region` })
    })
  return new Map(
    Object.entries(written).map(([id, region = {}]) => [id, knownRegion(id, region, checks, before, owners, report)]),
  )
}

/** `owners`: which region has which address so far; this one's are added. */
function knownRegion(
  id: string,
  written: NonNullable<Written[string]>,
  checks: ReadonlyMap<string, CheckSpec>,
  before: RegionsBefore,
  owners: Map<string, string>,
  report: Report,
): Region {
  const known = before.find(written, id, checks)
  if (known !== undefined && !known.keys.some(key => owners.has(key))) {
    for (const key of known.keys) owners.set(key, id)
    return known.region
  }
  let sound = true
  const region = parseRegion(id, written, checks, owners, finding => {
    sound = false
    report(finding)
  })
  const keys = region.addresses.map(({ bytes }) => formatAddress(bytes))
  if (sound) before.keep(written, { id, checks, region, keys })
  return region
}

function parseRegion(
  id: string,
  written: NonNullable<Written[string]>,
  checks: ReadonlyMap<string, CheckSpec>,
  owners: Map<string, string>,
  report: Report,
): Region {
  const {
    description,
    location,
    country,
    tier,
    addresses = [],
    target,
    weight = WEIGHT,
    ttl,
    capacity,
    enabled = true,
  } = written
  const path = ['regions', id]
  const own = readReferences(written.checks ?? [], 'check', new Set(checks.keys()), [...path, 'checks'], report)
  if (country !== undefined && countryOf(country) === undefined)
    report({ path: [...path, 'country'], message: `no country has the code "${country}"` })
  const tags = written.tags?.filter(tag => tag !== undefined)
  if (target !== undefined && addresses.length > 0)
    report({ path: [...path, 'target'], part: 'key', message: 'a region has addresses or a target, and not both' })
  return {
    id,
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location: readLocation(location) }),
    ...(country === undefined ? {} : { country }),
    ...(tags === undefined ? {} : { tags }),
    ...(tier === undefined ? {} : { tier }),
    addresses: addresses.flatMap((text, i) =>
      text === undefined ? [] : readAddress(text, id, owners, [...path, 'addresses', i], report),
    ),
    ...(target === undefined || addresses.length > 0 ? {} : readTarget(target, [...path, 'target'], report)),
    checks: own,
    ...readNeeds(written.needs, own.length, [...path, 'needs'], report),
    ...readDependencies(written['depends-on'], checks, [...path, 'depends-on'], report),
    ...(written['minimum-up'] === undefined ? {} : { minimumUp: Number.parseInt(written['minimum-up'], 10) / 100 }),
    ...readFailback(written.failback, [...path, 'failback'], report),
    weight,
    ...(ttl === undefined ? {} : { ttl: readTtl(ttl, [...path, 'ttl'], report) }),
    ...(capacity === undefined ? {} : { capacity }),
    enabled,
  }
}

function readTtl(written: string | number, path: Path, report: Report): number {
  const ttl = readSeconds(written, 0, path, report)
  if (ttl === 0) report({ path, message: `${JSON.stringify(written)} is too short; 1s is the least` })
  return ttl
}

function readNeeds(needs: Region['needs'], count: number, path: Path, report: Report): Pick<Region, 'needs'> {
  if (needs === undefined) return {}
  if (typeof needs === 'number' && needs > count)
    report({ path, message: `${needs} are needed, and the region names ${count}` })
  return { needs }
}

/** A check of the region's own addresses belongs among its checks: what it depends on is somewhere else. */
function readDependencies(
  written: readonly (string | undefined)[] | undefined,
  checks: ReadonlyMap<string, CheckSpec>,
  path: Path,
  report: Report,
): Pick<Region, 'dependsOn'> {
  if (written === undefined) return {}
  const ids = readReferences(written, 'check', new Set(checks.keys()), path, report)
  written.forEach((id = '', i) => {
    if (!standsAlone(id, checks))
      report({ path: [...path, i], message: `check "${id}" has no address of its own that could be depended on` })
  })
  return { dependsOn: ids }
}

function readFailback(
  written: NonNullable<Written[string]>['failback'],
  path: Path,
  report: Report,
): Pick<Region, 'failback'> {
  if (written === undefined) return {}
  const { mode = 'automatic', delay, ramp } = written
  if (mode === 'manual' && delay !== undefined)
    report({ path: [...path, 'delay'], part: 'key', message: 'says nothing where a person decides' })
  const failback: FailbackSpec = {
    mode,
    delayMs: readMilliseconds(delay, 0, 0, [...path, 'delay'], report),
    rampMs: readMilliseconds(ramp, 0, 0, [...path, 'ramp'], report),
  }
  return { failback }
}

/** A host name (RFC 952, RFC 1123 §2.1), since the system's resolver is asked for it; it is complete with or without its dot. */
function readTarget(text: string, path: Path, report: Report): Pick<Region, 'target'> {
  if (parseAddress(text) !== undefined) {
    report({ path, message: `"${text}" is an address; write it in "addresses"` })
    return {}
  }
  const name = readName(text, { path }, report)
  if (name === undefined) return {}
  const words = formatName(canonical(name))
  if (!/^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+$/.test(words)) report({ path, message: `"${text}" is not a host name` })
  return { target: { text: words, name } }
}

const readLocation = ([latitude = 0, longitude = 0]: readonly (number | undefined)[]): Location => ({
  latitude,
  longitude,
})

function readAddress(
  text: string,
  region: string,
  owners: Map<string, string>,
  path: Path,
  report: Report,
): readonly Address[] {
  const bytes = parseAddress(text)
  if (bytes === undefined) {
    report({ path, message: `"${text}" is not an IP address` })
    return []
  }
  const same = formatAddress(bytes)
  const owner = owners.get(same)
  if (owner === region) report({ path, message: `"${text}" is already an address of this region` })
  else if (owner !== undefined) report({ path, message: `"${text}" is already an address of region "${owner}"` })
  else owners.set(same, region)
  return [{ text, bytes, family: familyOf(bytes) }]
}
