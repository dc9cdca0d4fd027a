// Overrides as they are kept over a restart. What comes back from a file is not believed on its word.
import { isKeptList, type KeptList } from '../state/kept-list.js'
import { isMap } from '../traffic/edit-value.js'
import type { Override } from './override.js'

export type KeptOverrides = KeptList<'overrides', Override>

const isOverride = (value: unknown): value is Override =>
  isMap(value) &&
  ['id', 'reason', 'actor', 'origin'].every(key => typeof value[key] === 'string') &&
  ['up', 'down', 'drain', 'observe'].includes(String(value['state'])) &&
  ['drain', 'createdAt', 'expiresAt'].every(key => Number.isFinite(value[key])) &&
  Array.isArray(value['targets']) &&
  value['targets'].every(target => typeof target === 'string') &&
  (value['state'] !== 'observe' || isMap(value['kept'])) &&
  (value['overrode'] === undefined || Array.isArray(value['overrode']))

export const isKeptOverrides = isKeptList('overrides', isOverride)
