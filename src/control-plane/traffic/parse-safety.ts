// From safety rules as written to rules with every default filled in; what a rule is about must be there.
import { formatName } from '../../dns/name.js'
import type { Region } from './document/region.js'
import type { BlackoutWindow, SafetyRule, Targets } from './document/safety.js'
import type { Zone } from './document/zone.js'
import type { Report } from './finding.js'
import { readMilliseconds } from './parse-duration.js'
import type { Path } from './path.js'
import { glob, isPlain, meets, meetsAny } from './region-glob.js'
import type { WrittenTraffic } from './schema.js'
import type { Sound } from './shape.js'
import { nearest } from './suggest.js'

type Written = Sound<NonNullable<WrittenTraffic['safety']>>
type WrittenRule = NonNullable<Written[string]>
type WrittenWindow = NonNullable<NonNullable<WrittenRule['blackout']>[number]>

/** What rules may be about. */
export interface Known {
  readonly regions: ReadonlyMap<string, Region>
  readonly zones: readonly Zone[]
}

export function parseSafety(written: Written, known: Known, report: Report): ReadonlyMap<string, SafetyRule> {
  const rules = Object.entries(written).flatMap(([id, rule = {}]): readonly SafetyRule[] => {
    const path = ['safety', id]
    const { description, 'overridable-by': overridableBy = 'caller' } = rule
    const said = readKind(rule, known, path, report)
    if (said === undefined) return []
    return [{ id, ...(description === undefined ? {} : { description }), overridableBy, ...said }]
  })
  return new Map(rules.map(rule => [rule.id, rule]))
}

const KINDS = ['at-least', 'at-most', 'exactly', 'capacity', 'ladder', 'facts', 'wait', 'blackout'] as const

/** A union does not survive Omit. */
type Said<R = SafetyRule> = R extends SafetyRule ? Omit<R, 'id' | 'description' | 'overridableBy'> : never

function readKind(rule: WrittenRule, known: Known, path: Path, report: Report): Said | undefined {
  const kinds = KINDS.filter(kind => Object.hasOwn(rule, kind))
  const [kind] = kinds
  // What was faulty is left without a value, and has been told of.
  if (kind === undefined && !Object.values(rule).includes(undefined))
    report({ path, message: `says nothing that must hold: it needs one of ${KINDS.join(', ')}` })
  if (kind === undefined || rule[kind] === undefined) return undefined
  for (const other of kinds.slice(1))
    report({ path: [...path, other], part: 'key', message: `a rule says one thing, and this one says ${kind} already` })
  for (const [key, with_] of [
    ['names', 'ladder'],
    ['when', 'facts'],
  ] as const)
    if (rule[key] !== undefined && kind !== with_)
      report({ path: [...path, key], part: 'key', message: `says nothing without ${with_}` })
  if (kind === 'ladder') {
    if (rule.of !== undefined)
      report({ path: [...path, 'of'], part: 'key', message: 'ladder is about names: write them in "names"' })
    return { kind, share: shareOf(rule[kind]), names: readNames(rule.names, known.zones, [...path, 'names'], report) }
  }
  const of = readTargets(rule.of, known.regions, [...path, 'of'], report)
  switch (kind) {
    case 'at-least':
    case 'at-most':
    case 'exactly':
      return readCount(kind, rule[kind] ?? 0, of, known, [...path, kind], report)
    case 'capacity':
      checkCapacities(of, known, [...path, kind], report)
      return { kind, share: shareOf(rule[kind]), of }
    case 'facts': {
      const facts = Object.entries(rule.facts ?? {}).flatMap(([name, is]) => (is === undefined ? [] : [[name, is]]))
      if (facts.length === 0) report({ path: [...path, kind], message: 'names no fact' })
      return { kind, facts: Object.fromEntries(facts), when: rule.when ?? 'any', of }
    }
    case 'wait':
      return { kind, ms: readMilliseconds(rule.wait, 0, 1000, [...path, kind], report), of }
    case 'blackout': {
      const windows = (rule.blackout ?? []).flatMap((window, i) => readWindow(window, [...path, kind, i], report))
      return { kind, windows, of }
    }
  }
}

/** The schema has seen to its form. */
const shareOf = (text = '0%'): number => Number.parseInt(text, 10) / 100

function readCount(
  bound: 'at-least' | 'at-most' | 'exactly',
  count: number,
  of: Targets,
  { regions }: Known,
  path: Path,
  report: Report,
): Said {
  const there = [...regions.values()].filter(region => meetsAny(of, region)).length
  if (bound !== 'at-most' && count > there)
    report({ path, message: `${count} can never serve: it is about ${there === 1 ? '1 region' : `${there} regions`}` })
  return { kind: 'count', bound, count, of }
}

/** A share of the capacity is none where a region does not say what it can carry. */
function checkCapacities(of: Targets, { regions }: Known, path: Path, report: Report): void {
  const silent = [...regions.values()].filter(region => region.capacity === undefined && meetsAny(of, region))
  if (silent.length > 0)
    report({
      path,
      message: `needs the capacity of every region it is about: ${silent.map(({ id }) => id).join(', ')}`,
    })
}

function readTargets(
  written: WrittenRule['of'],
  regions: ReadonlyMap<string, Region>,
  path: Path,
  report: Report,
): Targets {
  if (written === undefined) return ['*']
  return written.flatMap((target, i) => {
    if (target === undefined) return []
    const hit = [...regions.values()].some(region => meets(target, region))
    if (!hit && isPlain(target))
      report({
        path: [...path, i],
        message: `no region is named "${target}"`,
        suggestion: nearest(target, regions.keys()),
      })
    else if (!hit) report({ path: [...path, i], message: `"${target}" means no region` })
    return [target]
  })
}

/** With or without the final dot, in any case; kept without it. */
function readNames(
  written: WrittenRule['names'],
  zones: readonly Zone[],
  path: Path,
  report: Report,
): readonly string[] {
  if (written === undefined) return ['*']
  const steered = zones.flatMap(zone => zone.steered.map(({ owner }) => plainName(formatName(owner))))
  return written.flatMap((text, i) => {
    if (text === undefined) return []
    const name = plainName(text)
    if (!steered.some(owner => glob(name).test(owner)))
      report({
        path: [...path, i],
        message: /[*?]/.test(name) ? `"${text}" means no steered name` : `no name "${text}" is steered`,
        suggestion: nearest(name, steered),
      })
    return [name]
  })
}

/** As rules know names: `api.example.com`. */
export const plainName = (text: string): string => (text === '.' ? text : text.toLowerCase().replace(/\.$/, ''))

const DAYS: Readonly<Record<string, number>> = { sun: 0, mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6 }

function readWindow(window: WrittenWindow | undefined, path: Path, report: Report): readonly BlackoutWindow[] {
  if (window === undefined) return []
  const { days, from, to, 'time-zone': timeZone, start, end } = window
  if (start === undefined && end === undefined) {
    if (timeZone !== undefined && !isTimeZone(timeZone))
      report({ path: [...path, 'time-zone'], message: `"${timeZone}" is not a time zone` })
    const known = (days ?? Object.keys(DAYS)).flatMap(day => (day === undefined ? [] : [DAYS[day]!]))
    return [
      {
        kind: 'weekly',
        days: [...new Set(known)],
        from: minutes(from ?? '00:00'),
        to: minutes(to ?? '24:00'),
        timeZone: timeZone ?? 'UTC',
      },
    ]
  }
  for (const key of ['days', 'from', 'to', 'time-zone'] as const)
    if (window[key] !== undefined)
      report({
        path: [...path, key],
        part: 'key',
        message: 'a time is weekly, or once from start to end, and not both',
      })
  if (start === undefined || end === undefined) {
    report({ path, message: `needs the key "${start === undefined ? 'start' : 'end'}"` })
    return []
  }
  const once = { kind: 'once', start: Date.parse(start), end: Date.parse(end) } as const
  for (const key of ['start', 'end'] as const)
    if (Number.isNaN(once[key])) report({ path: [...path, key], message: `"${window[key]}" is no time` })
  if (once.end <= once.start) report({ path: [...path, 'end'], message: 'is not after the start' })
  return [once]
}

function minutes(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
