// From a patch of a region to edits of the document: only what would be different afterwards is written. Pure.
import { isDeepStrictEqual } from 'node:util'
import type { Region } from '../traffic/document/region.js'
import type { Edit } from '../traffic/edit.js'
import { isMap } from '../traffic/edit-value.js'
import { valueAt } from '../traffic/value-at.js'
import type { RegionPatch } from './api-region.js'
import { secondsIn } from './ttl-edits.js'

/** `written` is the whole document as it is written: null takes out only what is there. */
export function regionEdits(region: Region, written: unknown, patch: RegionPatch): readonly Edit[] {
  const path = ['regions', region.id]
  const there = valueAt(written, path)
  return Object.entries(patch).flatMap(([key, value]) => {
    const at = [...path, key]
    if (value === null) return isMap(there) && Object.hasOwn(there, key) ? [{ path: at, value: undefined }] : []
    return isDeepStrictEqual(meantBy(key, value), presentValue(region, key))
      ? []
      : [{ path: at, value: writtenValue(value) }]
  })
}

/** Durations that are written in different ways are the same. */
const meantBy = (key: string, value: unknown): unknown =>
  key === 'ttl' && (typeof value === 'string' || typeof value === 'number') ? secondsIn(value) : value

/** The value that holds now, whether it is written or a default, in the API's form. */
function presentValue(region: Region, key: string): unknown {
  switch (key) {
    case 'addresses':
      return region.addresses.map(({ text }) => text)
    case 'target':
      return region.target?.text
    case 'location':
      return region.location
    case 'enabled':
      return region.enabled
    case 'weight':
      return region.weight
    case 'ttl':
      return region.ttl
    case 'capacity':
      return region.capacity
    case 'description':
      return region.description
  }
  return undefined
}

/** The document writes a location as a pair. */
const writtenValue = (value: unknown): unknown =>
  isMap(value) && 'latitude' in value ? [value['latitude'], value['longitude']] : value
