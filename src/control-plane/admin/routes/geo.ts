// /v1/geo: the geo databases in use, and others in their place.
import { DATABASES, GEO_CHANGE, GEO_WISH, type GeoWishBody } from '../api-geo.js'
import { isoTime } from '../api-values.js'
import { callerOf } from '../caller.js'
import { licenceOf } from '../licence-of.js'
import { reasonOf } from '../reason-of.js'
import { described, type Routes } from '../route.js'

export const geo: Routes = (app, port) => {
  app.get('/geo', { schema: LIST }, async () => ({
    databases: port.databases().map(database => ({ ...database, builtAt: isoTime(database.builtAt) })),
  }))

  app.post<{ Body: GeoWishBody }>('/geo', { schema: UPDATE }, async request => {
    const { from, database, dryRun = false, force = false } = request.body
    const licence = licenceOf(request)
    let overrode: readonly string[] = []
    const change = await port.geo.update(
      { from, dryRun, force, ...(database === undefined ? {} : { database }) },
      {
        judge: world => port.safety.judge({ world }),
        pass: world => {
          const passage = port.safety.passWorld(world, licence)
          overrode = passage.overrode
          return passage
        },
      },
    )
    if (change.applied)
      request.log.info(
        {
          actor: callerOf(request).name,
          reason: reasonOf(request),
          from,
          file: change.file,
          forced: change.objections,
          overrode,
        },
        `${change.file} has other geo data, from ${from}`,
      )
    return change
  })
}

const TAG = 'node'

const LIST = described({ operationId: 'listGeo', summary: 'The geo databases in use', tag: TAG, reply: DATABASES })

const UPDATE = described({
  operationId: 'updateGeo',
  scope: 'admin',
  summary: 'Put other geo data in the place of a database',
  description:
    'The file is fetched, verified, made maps of aside, and compared. It is refused where it moves more clients of a name than the settings permit, or is older, unless forced; and, forced or not, where it would break safety rules: `facts`, `wait` and `blackout` are asked for all regions of the names that it steers in another way. When the reply comes, queries are answered by it; the file before it stays beside it as .previous.',
  tag: TAG,
  reply: GEO_CHANGE,
  body: GEO_WISH,
  problems: ['geo-refused', 'safety-refused', 'request-invalid', 'body-too-large', 'media-type-unsupported'],
})
