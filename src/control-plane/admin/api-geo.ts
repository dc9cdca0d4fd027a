// Geo data as the API shows and takes them.
import { type Static, Type } from 'typebox'
import type { GeoUpdate } from '../operate/geo-desk.js'
import { mapWith } from '../traffic/schema-values.js'
import { DATABASE } from './api-status.js'
import { listOf, OVERRIDE_RULES, text } from './api-values.js'

export const DATABASES = mapWith({ databases: listOf(DATABASE, 'In the order of the settings.') }, 'Geo databases.')

const OFFER = {
  from: Type.String({
    title: 'a path, or an http or https address',
    minLength: 1,
    description: 'A file on the machine of the server, or an address; .gz is unpacked.',
    examples: ['https://download.example.com/city.mmdb.gz'],
  }),
  database: Type.Optional(text('In whose place: the path or the name of a file in use; the only one unless told.')),
}

export const GEO_OFFER = mapWith(OFFER, 'Geo data that would be in use instead, as /v1/geo takes them.')

export const GEO_WISH = mapWith(
  {
    ...OFFER,
    dryRun: Type.Optional(Type.Boolean({ description: 'Only compare.', default: false })),
    force: Type.Optional(
      Type.Boolean({ description: 'Take it whatever it moves; safety rules are asked all the same.', default: false }),
    ),
    reason: Type.Optional(text('Why; it is logged.', 'the data of March')),
    override: OVERRIDE_RULES,
  },
  'New geo data.',
)

export type GeoWishBody = Static<typeof GEO_WISH>

export const GEO_CHANGE = Type.Unsafe<GeoUpdate>({
  type: 'object',
  description:
    'The file that is replaced; when the data before and after were built, in ms since 1970; for each steered name the share of its clients that get another region, and which; objections, which have to be forced; in a dry run the safety rules that it would break (rules); and whether it was applied.',
})

export type GeoChangeView = Static<typeof GEO_CHANGE>
export type DatabaseList = Static<typeof DATABASES>
