// What regions report of their load, as the API shows it.
import { type Static, Type } from 'typebox'
import { mapWith } from '../traffic/schema-values.js'
import { listOf, text, time } from './api-values.js'

const CURRENT = Type.Number({ minimum: 0, description: 'What it carries now, in the unit of its capacity.' })
const CAPACITY = Type.Number({ exclusiveMinimum: 0, description: 'What it can carry.' })

const TARGET = Type.Number({
  exclusiveMinimum: 0,
  description: 'What it should carry at most, for policies that balance.',
})

export const LOAD_REPORT = mapWith(
  {
    current: CURRENT,
    capacity: Type.Optional({ ...CAPACITY, description: 'That of the document unless told.' }),
    target: Type.Optional({ ...TARGET, description: 'What it should carry at most; by policy unless told.' }),
  },
  'The load of a region.',
)

export const LOAD = mapWith(
  {
    region: text('The id of the region.', 'eu-central'),
    current: CURRENT,
    capacity: CAPACITY,
    target: Type.Optional(TARGET),
    at: time('When it was said.'),
    inForce: Type.Number({ description: 'The load that policies go by; 1 is the capacity.' }),
    stale: Type.Boolean({ description: 'It was said too long ago to go by.' }),
  },
  'The load of a region.',
)

const SHARE = { minimum: 0, maximum: 1 }
const BALANCE = mapWith(
  {
    at: time('When it was looked last.'),
    groups: Type.Integer({ description: 'Groups of clients that were seen asking.' }),
    moved: Type.Integer({ description: 'Those of them of which some go elsewhere than by their policy alone.' }),
    elsewhere: Type.Number({ ...SHARE, description: 'The share of what is asked that goes elsewhere.' }),
  },
  'How balancing stands; absent while no policy balances.',
)

export const LOADS = mapWith(
  { loads: listOf(LOAD, 'Of regions that have reported.'), balance: Type.Optional(BALANCE) },
  'The load of regions.',
)

export type LoadReportBody = Static<typeof LOAD_REPORT>
export type LoadList = Static<typeof LOADS>
