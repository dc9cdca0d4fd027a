// Geo databases that were found sound before: a file that has not changed since is not read again at a start, which would
// take longer than all else that a warm start does. Maps are still made of nothing but what has the hash that was checked.
import { stat } from 'node:fs/promises'
import type { Checked, Checker } from '../control-plane/geo/check.js'
import { KeptValue, readKept } from '../control-plane/state/kept-value.js'

interface Remembered {
  /** The file as the system knows it. The last of its times cannot be set by anybody. */
  readonly stamp: string
  readonly checked: Checked
}

type Known = Readonly<Record<string, Remembered>>

/** What was found out of other files than the last few is forgotten. */
const KEPT = 16

/**
 * Asks `check` only of files that have changed since it was asked last.
 * @param path of the file that it is remembered in; one that cannot be used costs time, and nothing else
 */
export async function rememberChecks(check: Checker, path: string): Promise<Checker> {
  let known: Known = (await readKept(path, isKnown).catch(() => undefined)) ?? {}
  const kept = new KeptValue<Known>(path)
  return async (from, file) => {
    const stamp = await stampOf(from)
    const before = known[file]
    if (before?.stamp === stamp) return before.checked
    const checked = await check(from, file)
    // Whoever wrote to it meanwhile has changed its times: what was read is known under no stamp then.
    if ((await stampOf(from)) !== stamp) return checked
    const { [file]: _, ...others } = known
    known = Object.fromEntries([...Object.entries(others).slice(1 - KEPT), [file, { stamp, checked }]])
    await kept.save(known).catch(() => undefined)
    return checked
  }
}

async function stampOf(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const isKnown = (value: unknown): value is Known => isObject(value) && Object.values(value).every(isRemembered)

const isRemembered = (value: unknown): value is Remembered =>
  isObject(value) && typeof value['stamp'] === 'string' && isChecked(value['checked'])

const isChecked = (value: unknown): value is Checked =>
  isObject(value) &&
  typeof value['hash'] === 'string' &&
  typeof value['type'] === 'string' &&
  typeof value['buildEpoch'] === 'number' &&
  Array.isArray(value['families']) &&
  value['families'].every(family => family === 4 || family === 6) &&
  (value['about'] === 'places' || value['about'] === 'systems')
