// Overrides as they are kept over a restart. What comes back from a file is not believed on its word.
import { isMap } from '../traffic/edit-value.js'
import type { Override } from './override.js'

export interface KeptOverrides {
  /** The id of the next one: an id is given once. */
  readonly next: number
  readonly overrides: readonly Override[]
}

export const isKeptOverrides = (value: unknown): value is KeptOverrides =>
  isMap(value) &&
  Number.isSafeInteger(value['next']) &&
  Array.isArray(value['overrides']) &&
  value['overrides'].every(isOverride)

const isOverride = (value: unknown): value is Override =>
  isMap(value) &&
  ['id', 'reason', 'actor', 'origin'].every(key => typeof value[key] === 'string') &&
  ['up', 'down', 'drain'].includes(String(value['state'])) &&
  ['drain', 'createdAt', 'expiresAt'].every(key => Number.isFinite(value[key])) &&
  Array.isArray(value['targets']) &&
  value['targets'].every(target => typeof target === 'string') &&
  (value['overrode'] === undefined || Array.isArray(value['overrode']))
