// What is different between two traffic documents: as data, and in words. Order counts only where it means something. Pure.
import { isDeepStrictEqual } from 'node:util'
import { atOnce, type Steps } from '../threads/steps.js'
import { isMap } from './edit-value.js'
import { formatPath, type Path } from './path.js'
import type { Plain } from './plain.js'

/** One difference. `from` and `to` are JSON values; a set is a list in order of its text. */
export type Change =
  | { readonly kind: 'added'; readonly path: string; readonly to: unknown }
  | { readonly kind: 'removed'; readonly path: string; readonly from: unknown }
  | { readonly kind: 'changed'; readonly path: string; readonly from: unknown; readonly to: unknown }
  | {
      readonly kind: 'set'
      readonly path: string
      readonly added: readonly string[]
      readonly removed: readonly string[]
    }

/** Differences of two documents in the form of plain.ts, in the order of the first, then of what is new. */
export const diffPlain = (from: Plain, to: Plain): readonly Change[] => atOnce(diffInSteps(from, to))

/** The same, a step for each entry that both have. */
export function* diffInSteps(from: Plain, to: Plain, path: Path = []): Steps<readonly Change[]> {
  if (!isPlainMap(from) || !isPlainMap(to)) return diffValues(from, to, path)
  const changes: Change[] = []
  const both = [Object.keys(from), Object.keys(to).filter(key => !Object.hasOwn(from, key))]
  for (const keys of both)
    for (const key of keys) {
      const [then, now] = [own(from, key), own(to, key)]
      if (then === now) continue
      for (const change of yield* diffInSteps(then, now, [...path, key])) changes.push(change)
      yield
    }
  return changes
}

function diffValues(from: Plain, to: Plain, path: Path): readonly Change[] {
  if (from === to) return []
  if (from instanceof Set && to instanceof Set) return diffSets(from, to, path)
  const at = formatPath(path)
  if (from === undefined) return [{ kind: 'added', path: at, to: asJson(to) }]
  if (to === undefined) return [{ kind: 'removed', path: at, from: asJson(from) }]
  return isDeepStrictEqual(from, to) ? [] : [{ kind: 'changed', path: at, from: asJson(from), to: asJson(to) }]
}

function diffSets(from: ReadonlySet<string>, to: ReadonlySet<string>, path: Path): readonly Change[] {
  const added = [...to].filter(item => !from.has(item)).sort()
  const removed = [...from].filter(item => !to.has(item)).sort()
  return added.length + removed.length === 0 ? [] : [{ kind: 'set', path: formatPath(path), added, removed }]
}

const isPlainMap = (value: Plain): value is Readonly<Record<string, unknown>> => isMap(value) && !(value instanceof Set)

const own = (map: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(map, key) ? map[key] : undefined

function asJson(value: Plain): unknown {
  if (value instanceof Set) return [...value].sort()
  if (Array.isArray(value)) return value.map(asJson)
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asJson(item)])) : value
}

/** `regions.eu-central.weight: 50 → 7`, `regions.spare is new`, `regions.eu.addresses: 192.0.2.9 added` */
export function formatChange(change: Change): string {
  const { path } = change
  switch (change.kind) {
    case 'added':
      return isMap(change.to) ? `${path} is new` : `${path}: unset → ${JSON.stringify(change.to)}`
    case 'removed':
      return isMap(change.from) ? `${path} is gone` : `${path}: ${JSON.stringify(change.from)} → unset`
    case 'changed':
      return `${path}: ${JSON.stringify(change.from)} → ${JSON.stringify(change.to)}`
    case 'set': {
      const parts = [...words(change.added, 'added'), ...words(change.removed, 'removed')]
      return `${path}: ${parts.join('; ')}`
    }
  }
}

const words = (items: readonly string[], what: string): readonly string[] =>
  items.length === 0 ? [] : [`${items.join(', ')} ${what}`]
