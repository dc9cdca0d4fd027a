// The one gate: from a traffic document as written, whoever wrote it, to one that is sound, or to everything that is wrong with it.

import { formatName, type Name, nameKey } from '../../dns/name.js'
import { atOnce, type Steps } from '../threads/steps.js'
import { checkAcross, type PlacedWhole } from './across-zones.js'
import { warnOfCrowds } from './crowds.js'
import type { CheckSpec } from './document/check.js'
import type { Zone } from './document/zone.js'
import type { CountSerial, TrafficDocument } from './document.js'
import { type Finding, type Locate, type Report, toProblems } from './finding.js'
import { KnownSections } from './known-sections.js'
import { checkCalculated } from './parse-calculated.js'
import { parseCheck } from './parse-check.js'
import { parseTables, type TableSource } from './parse-latency.js'
import { readName } from './parse-name.js'
import { RegionNames } from './parse-names.js'
import { parsePolicies } from './parse-policy.js'
import { parseRegions } from './parse-region.js'
import { parseSafety } from './parse-safety.js'
import type { Known } from './parse-steered.js'
import { parseZone } from './parse-zone.js'
import type { ReadZone, ZoneSource } from './parse-zone-file.js'
import type { Path } from './path.js'
import type { Problem } from './problem.js'
import { Remembered } from './remembered.js'
import { TRAFFIC_SCHEMA, type WrittenTraffic } from './schema.js'
import { checkShape, hasShape, type Sound } from './shape.js'
import { checkSignedHints } from './signed-hints.js'
import type { ReadText } from './watched-texts.js'
import { warnOfWrittenDs } from './written-ds.js'
import { readYaml } from './yaml.js'

export type Parsed =
  | {
      readonly document: TrafficDocument
      /** What is odd in zone files, and does no harm. */
      readonly warnings: readonly Problem[]
    }
  | { readonly problems: readonly Problem[] }

/**
 * `serial`: of the SOA of zones that do not say, or how to count it. `locate`: where a path stands in the text, if there is one.
 * `readZone` and `readText`: how to come by the zone files and the latency tables that the document names. `remembered`: what
 * was read before, by the same way.
 */
export interface ParseOptions {
  readonly serial: number | CountSerial
  readonly locate?: Locate
  readonly readZone?: ReadZone | undefined
  readonly readText?: ReadText | undefined
  readonly remembered?: Remembered | undefined
}

/** Reads the written form of a document. Pure; all problems at once, in the order of the text. */
export const parseTraffic = (value: unknown, options: ParseOptions): Parsed => atOnce(parseInSteps(value, options))

/** The same in steps; until they are done, what is remembered is for nobody else. */
export function* parseInSteps(
  value: unknown,
  { serial, locate, readZone, readText, remembered }: ParseOptions,
): Steps<Parsed> {
  yield* remembered?.shapes.meet(value, part => hasShape(TRAFFIC_SCHEMA, part)) ?? []
  const { findings: faults, sound = {} } = checkShape(TRAFFIC_SCHEMA, value, remembered?.shapes)
  const findings: Finding[] = [...faults]
  const report: Report = finding => findings.push(finding)
  const warnings: Finding[] = []
  const warn: Report = finding => warnings.push(finding)
  const source: ZoneSource = { read: readZone, warn, remembered }
  const tableSource: TableSource = { read: readText, warn }
  const { sections = new KnownSections() } = remembered ?? {}
  const checks = sections.checks.of([sound.checks], report, report => parseChecks(sound.checks ?? {}, report))
  const regions = sections.regions.of([sound.regions, checks], report, report =>
    parseRegions(sound.regions ?? {}, checks, sections.regionsBefore, report),
  )
  warnOfCrowds(regions, checks, warn)
  const names = new RegionNames(regions)
  const latency = sound.latency === undefined ? NO_TABLES : parseTables(sound.latency, names.ids, tableSource, report)
  const policies = sections.policies.of([sound.policies, names.said, latency], report, report =>
    parsePolicies(sound.policies ?? {}, names, new Set(latency.keys()), report),
  )
  const targets = new Set([...regions.values()].filter(({ target }) => target !== undefined).map(({ id }) => id))
  const known = { regions, targets, policies }
  const placed = yield* parseZones(sound.zones ?? {}, known, typeof serial === 'number' ? serial : 0, source, report)
  checkAcross(placed, regions, report)
  checkSignedHints(placed, policies, report)
  warnOfWrittenDs(placed, warn)
  const safety = parseSafety(sound.safety ?? {}, { regions, zones: placed.map(({ zone }) => zone) }, report)
  remembered?.settle(new Set(Object.keys(sound.zones ?? {})))
  const zones = new Map(placed.map(({ zone }) => [formatName(zone.origin).toLowerCase(), zone]))
  if (findings.length > 0) return { problems: toProblems(findings, locate) }
  const document: TrafficDocument = {
    checks,
    regions,
    policies,
    latency,
    zones,
    ...(safety.size === 0 ? {} : { safety }),
  }
  return {
    document: typeof serial === 'number' ? document : yield* counted(document, serial, remembered),
    warnings: toProblems(warnings, locate),
  }
}

const NO_TABLES: TrafficDocument['latency'] = new Map()

function parseChecks(
  written: Sound<NonNullable<WrittenTraffic['checks']>>,
  report: Report,
): ReadonlyMap<string, CheckSpec> {
  const checks = new Map(
    Object.entries(written).map(([id, check = {}]) => [id, parseCheck(id, check, ['checks', id], report)]),
  )
  checkCalculated(checks, report)
  return checks
}

/** The document with serials where none is written. They depend on all of it: a steered name has the addresses of regions. */
function* counted(
  document: TrafficDocument,
  serial: CountSerial,
  remembered = new Remembered(),
): Steps<TrafficDocument> {
  const zones = new Map<string, Zone>()
  for (const [name, zone] of document.zones) {
    if (zone.serialFrom !== 'count') zones.set(name, zone)
    else {
      const counted = serial.inSteps === undefined ? serial(zone, document) : yield* serial.inSteps(zone, document)
      zones.set(name, remembered.withSerial(zone, counted))
    }
  }
  return { ...document, zones }
}

/** Reads a document from text; `file` is what problems call it. Syntax errors come alone: what they hide is guesswork. */
export function readTraffic(text: string, file: string, options: Omit<ParseOptions, 'locate'>): Parsed {
  const { value, locate, problems } = readYaml(text, file)
  return problems.length > 0 ? { problems } : parseTraffic(value, { ...options, locate })
}

function* parseZones(
  written: Sound<WrittenTraffic['zones']>,
  known: Known,
  serial: number,
  source: ZoneSource,
  report: Report,
): Steps<readonly PlacedWhole[]> {
  const seen = new Map<string, string>()
  const read: { readonly origin: Name; readonly zone: Sound<WrittenTraffic['zones'][string]>; readonly path: Path }[] =
    []
  for (const [text, zone = {}] of Object.entries(written)) {
    const at = { path: ['zones', text], part: 'key' } as const
    // Not as an owner: there is no zone yet that @ could mean.
    const origin: Name | undefined = text === '@' ? undefined : readName(text, at, report)
    if (text === '@') report({ ...at, message: '"@" is not the name of a zone' })
    if (origin === undefined) continue
    const same = seen.get(nameKey(origin))
    if (same !== undefined) report({ ...at, message: `this zone is already there, as "${same}"` })
    seen.set(nameKey(origin), text)
    read.push({ origin, zone, path: at.path })
  }
  const origins = read.map(({ origin }) => origin)
  const placed: PlacedWhole[] = []
  for (const { origin, zone, path } of read) {
    placed.push(yield* parseZone(origin, zone, { ...known, origins }, serial, source, path, report))
    yield
  }
  return placed
}
