// The traffic document piece by piece, as the API takes and gives it: in the document's own words.
import { type Static, Type } from 'typebox'
import { mapWith, word } from '../traffic/schema-values.js'
import type { DRY_RUN } from './api-revision.js'
import { key, listOf, text } from './api-values.js'
import { NEXT } from './page.js'
import { SECTIONS } from './sections.js'

/** A check, a region, a policy, a latency table, a zone, a safety rule, or the records of a name. */
export const WRITTEN_VALUE = Type.Unsafe<unknown>({
  type: ['object', 'array'],
  title: 'a map or a list, as the document has it',
  description: 'As it is written in the document; traffic.schema.json has the form of each section.',
  examples: [{ addresses: ['192.0.2.7'], checks: ['api'] }],
})

export const WRITTEN_PATCH = Type.Unsafe<object>({
  type: 'object',
  title: 'a map',
  description: 'RFC 7396: what is not named stays, and null takes a value away.',
  examples: [{ weight: 50 }],
})

const SECTION = word(SECTIONS, 'A section of the document.')
const ZONE = key('the name of a zone', 'example.com')

export const SECTION_KEY = Type.Object({ section: SECTION })
export const ENTRY_KEY = Type.Object({ section: SECTION, id: key('the name of the thing', 'us-west') })
export const ZONE_ONLY = Type.Object({ zone: ZONE })
export const NAME_KEY = Type.Object({
  zone: ZONE,
  name: key('a name relative to the zone, or complete with a final dot', 'www'),
})

export const WRITTEN_ENTRY = mapWith(
  { id: text('Its name.', 'us-west'), value: WRITTEN_VALUE },
  'A thing of the section.',
)

export const WRITTEN_LIST = mapWith(
  {
    entries: listOf(WRITTEN_ENTRY, 'In the order of the document.'),
    next: NEXT,
  },
  'Things of one section of the document.',
)

export type WrittenList = Static<typeof WRITTEN_LIST>

export type DryRun = Static<typeof DRY_RUN>
