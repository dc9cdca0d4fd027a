// Incidents as they are kept over a restart. What comes back from a file is not believed on its word.
import { isMap } from '../traffic/edit-value.js'
import type { Incident } from './incident.js'

export interface KeptIncidents {
  /** The id of the next one: an id is given once. */
  readonly next: number
  /** Oldest first. */
  readonly incidents: readonly Incident[]
}

export const isKeptIncidents = (value: unknown): value is KeptIncidents =>
  isMap(value) &&
  Number.isSafeInteger(value['next']) &&
  Array.isArray(value['incidents']) &&
  value['incidents'].every(isIncident)

const isIncident = (value: unknown): value is Incident =>
  isMap(value) &&
  ['id', 'region', 'cause'].every(key => typeof value[key] === 'string') &&
  Number.isFinite(value['startedAt']) &&
  (value['endedAt'] === undefined || Number.isFinite(value['endedAt'])) &&
  Array.isArray(value['down']) &&
  value['down'].every(address => typeof address === 'string') &&
  Array.isArray(value['steps']) &&
  value['steps'].every(step => isMap(step) && typeof step['kind'] === 'string' && Number.isFinite(step['at']))
