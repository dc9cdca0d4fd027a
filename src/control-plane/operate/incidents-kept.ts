// Incidents as they are kept over a restart. What comes back from a file is not believed on its word.
import { isKeptList, type KeptList } from '../state/kept-list.js'
import { isMap } from '../traffic/edit-value.js'
import type { Incident } from './incident.js'

/** Oldest first. */
export type KeptIncidents = KeptList<'incidents', Incident>

const isIncident = (value: unknown): value is Incident =>
  isMap(value) &&
  ['id', 'region', 'cause'].every(key => typeof value[key] === 'string') &&
  Number.isFinite(value['startedAt']) &&
  (value['endedAt'] === undefined || Number.isFinite(value['endedAt'])) &&
  Array.isArray(value['down']) &&
  value['down'].every(address => typeof address === 'string') &&
  Array.isArray(value['steps']) &&
  value['steps'].every(step => isMap(step) && typeof step['kind'] === 'string' && Number.isFinite(step['at']))

export const isKeptIncidents = isKeptList('incidents', isIncident)
