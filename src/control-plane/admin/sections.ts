// The traffic document piece by piece: where a thing stands in it as it is written, however its name is written there. Pure.
import type { Edit } from '../traffic/edit.js'
import { isMap } from '../traffic/edit-value.js'
import type { Path } from '../traffic/path.js'
import { nearest } from '../traffic/suggest.js'
import { valueAt } from '../traffic/value-at.js'
import { ApiProblem } from './problems.js'
import { keysOfName, sameName } from './record-keys.js'

/** Sections of the document that hold things by name. */
export const SECTIONS = ['checks', 'regions', 'policies', 'latency', 'zones', 'safety'] as const
export type Section = (typeof SECTIONS)[number]

const ONE: Readonly<Record<Section, string>> = {
  checks: 'check',
  regions: 'region',
  policies: 'policy',
  latency: 'latency table',
  zones: 'zone',
  safety: 'safety rule',
}

export interface Entry {
  /** As it is written. */
  readonly key: string
  readonly path: Path
  readonly value: unknown
}

export const entriesIn = (written: unknown, path: Path): readonly Entry[] => {
  const map = valueAt(written, path)
  return isMap(map) ? Object.entries(map).map(([key, value]) => ({ key, path: [...path, key], value })) : []
}

/** Where the thing stands, or would stand. Zones are found by their name, however it is written. */
export function sectionEntry(written: unknown, section: Section, id: string): Entry {
  const entries = entriesIn(written, [section])
  const found = entries.find(({ key }) => (section === 'zones' ? sameName(key, id) : key === id))
  return found ?? { key: id, path: [section, id], value: undefined }
}

/** @throws ApiProblem */
export function foundIn(written: unknown, section: Section, id: string): Entry {
  const entry = sectionEntry(written, section, id)
  if (entry.value !== undefined) return entry
  const keys = entriesIn(written, [section]).map(({ key }) => key)
  throw missing(`the document has no ${ONE[section]} "${id}"`, id, keys)
}

/** A merge patch of the document whose zones have the names that they are written by. */
export function patchAsWritten(written: unknown, patch: object): object {
  const zones = valueAt(patch, ['zones'])
  if (!isMap(zones)) return patch
  const named = Object.entries(zones).map(([id, value]) => [sectionEntry(written, 'zones', id).key, value])
  return { ...patch, zones: Object.fromEntries(named) }
}

/** Where the records of a name stand: more than once, where the name is written in more than one way. */
export function recordEntries(written: unknown, zone: Entry, name: string): readonly Entry[] {
  const path = [...zone.path, 'records']
  const map = valueAt(written, path)
  const keys = isMap(map) ? keysOfName(map, zone.key, name) : []
  return keys.map(key => ({ key, path: [...path, key], value: valueAt(map, [key]) }))
}

/** @throws ApiProblem */
export function foundRecords(written: unknown, zone: Entry, name: string): readonly Entry[] {
  const entries = recordEntries(written, zone, name)
  if (entries.length > 0) return entries
  const keys = entriesIn(written, [...zone.path, 'records']).map(({ key }) => key)
  throw missing(`the document has no records at "${name}" in ${zone.key}`, name, keys)
}

/** All records of a name as one value: the lone record, or a list. */
export function recordValue(entries: readonly Entry[]): unknown {
  const all = entries.flatMap(({ value }) => (Array.isArray(value) ? value : [value]))
  return entries.length === 1 ? entries[0]!.value : all
}

/** The records where the first ones of the name stand, and nowhere else. */
export function recordEditsFor(zone: Entry, name: string, entries: readonly Entry[], value: unknown): readonly Edit[] {
  const [first, ...others] = entries
  return [
    { path: first?.path ?? [...zone.path, 'records', name], value },
    ...others.map(({ path }) => ({ path, value: undefined })),
  ]
}

function missing(what: string, asked: string, known: readonly string[]): ApiProblem {
  const suggestion = nearest(asked, known)
  return new ApiProblem('entry-not-found', suggestion === undefined ? what : `${what} (did you mean "${suggestion}"?)`)
}
