// What regions report of their load, as the API shows it.
import { type Static, Type } from 'typebox'
import { mapWith } from '../traffic/schema-values.js'
import { listOf, text, time } from './api-values.js'

const CURRENT = Type.Number({ minimum: 0, description: 'What it carries now, in the unit of its capacity.' })
const CAPACITY = Type.Number({ exclusiveMinimum: 0, description: 'What it can carry.' })

export const LOAD_REPORT = mapWith(
  { current: CURRENT, capacity: Type.Optional({ ...CAPACITY, description: 'That of the document unless told.' }) },
  'The load of a region.',
)

export const LOAD = mapWith(
  {
    region: text('The id of the region.', 'eu-central'),
    current: CURRENT,
    capacity: CAPACITY,
    at: time('When it was said.'),
    inForce: Type.Number({ description: 'The load that policies go by; 1 is the capacity.' }),
    stale: Type.Boolean({ description: 'It was said too long ago to go by.' }),
  },
  'The load of a region.',
)

export const LOADS = mapWith({ loads: listOf(LOAD, 'Of regions that have reported.') }, 'The load of regions.')

export type LoadReportBody = Static<typeof LOAD_REPORT>
