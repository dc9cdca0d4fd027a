// Edits on plain values: what a document is after an edit, and an edit taken apart into the smallest ones that do the same.
import { isDeepStrictEqual } from 'node:util'
import { changedKeys, maps } from '../descent/descent.js'
import type { Path } from './path.js'

/** A change of one value; `undefined` removes it. Maps on the way to it are made where they are missing. */
export interface Edit {
  readonly path: Path
  readonly value: unknown
}

/** An edit that cannot be made. */
export class EditError extends Error {
  override readonly name = 'EditError'
}

/**
 * The value after the edit; shares with the old one what did not change.
 * @throws EditError where the path leads through something that is neither a map nor a list
 */
export function withEdit(value: unknown, { path, value: anew }: Edit): unknown {
  const [step, ...rest] = path
  if (step === undefined) return anew
  if (Array.isArray(value)) {
    const index = Number(step)
    if (!(index >= 0 && index <= value.length)) throw new EditError(`a list of ${value.length} has no place ${step}`)
    const item = withEdit(value[index], { path: rest, value: anew })
    return item === undefined ? value.filter((_, i) => i !== index) : value.toSpliced(index, 1, item)
  }
  if (value !== undefined && !isMap(value) && value !== null)
    throw new EditError(`"${step}" leads into ${JSON.stringify(value)}`)
  const map = value ?? {}
  const item = withEdit(Object.hasOwn(map, step) ? map[step] : undefined, { path: rest, value: anew })
  // Taking something out of what is not there must not bring it into being.
  if (item === undefined && !Object.hasOwn(map, step)) return value
  // A computed key is an own one, whatever it is called.
  const made = item !== undefined ? { ...map, [step]: item } : without(map, String(step))
  maps.note(made, map, String(step))
  return made
}

/** Sets a value of a map that is being made: of a large one it takes less long than making it of a list at once. */
export function setOwn(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, configurable: true, enumerable: true, writable: true })
  else map[key] = value
}

const without = (map: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(map).filter(([other]) => other !== key))

/** Edits that turn `from` into `to` and leave alone what the two have in common. */
export function refine(from: unknown, to: unknown, path: Path): readonly Edit[] {
  if (Object.is(from, to)) return []
  const only = isMap(from) && isMap(to) ? onlyChanged(from, to) : undefined
  if (only !== undefined) return refine(only.from, only.to, [...path, only.key])
  // Not compared first: of a large map nearly all is the same object in both, which is seen at a glance.
  if (isMap(from) && isMap(to) && Object.keys(from).some(key => Object.hasOwn(to, key)))
    return [
      ...Object.keys(from).flatMap(key => (Object.hasOwn(to, key) ? [] : [{ path: [...path, key], value: undefined }])),
      ...Object.entries(to).flatMap(([key, value]) =>
        refine(Object.hasOwn(from, key) ? from[key] : undefined, value, [...path, key]),
      ),
    ]
  if (isDeepStrictEqual(from, to)) return []
  if (Array.isArray(from) && Array.isArray(to)) return refineList(from, to, path)
  return [{ path, value: to }]
}

/** The one key whose value can be another, where it is known that there is no more than one, and both have it. */
function onlyChanged(from: Readonly<Record<string, unknown>>, to: Readonly<Record<string, unknown>>) {
  const [key, ...others] = changedKeys(from, to) ?? []
  if (key === undefined || others.length > 0 || !Object.hasOwn(from, key) || !Object.hasOwn(to, key)) return undefined
  return { key, from: from[key], to: to[key] }
}

function refineList(from: readonly unknown[], to: readonly unknown[], path: Path): readonly Edit[] {
  if (from.length === to.length) return to.flatMap((item, i) => refine(from[i], item, [...path, i]))
  let head = 0
  while (head < from.length && head < to.length && isDeepStrictEqual(from[head], to[head])) head++
  if (head === from.length && head > 0) return to.slice(head).map((value, i) => ({ path: [...path, head + i], value }))
  const gone = from.length - to.length
  if (to.length > 0 && gone > 0 && isDeepStrictEqual(from.slice(head + gone), to.slice(head)))
    return Array.from({ length: gone }, () => ({ path: [...path, head], value: undefined }))
  return [{ path, value: to }]
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
