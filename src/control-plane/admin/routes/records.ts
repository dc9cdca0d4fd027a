// /v1/zones/ZONE/records: what a zone holds, and the TTL of its steered records.

import type { Static } from 'typebox'
import type { Edit } from '../../traffic/edit.js'
import { glob } from '../../traffic/region-glob.js'
import { steeredPath } from '../../traffic/steered-path.js'
import type { Loaded } from '../../traffic/store.js'
import { valueAt } from '../../traffic/value-at.js'
import {
  RECORD_FIELDS,
  RECORD_KEY,
  RECORD_PATCH,
  RECORDS,
  RECORDS_QUERY,
  type RecordPatch,
  STEERED,
  ZONE_KEY,
} from '../api-zone.js'
import { change } from '../change.js'
import { steeredNamed, zoneNamed } from '../lookup.js'
import { pageOf, sparse } from '../page.js'
import { entityTag } from '../revisions.js'
import { CHANGE_HEADERS, CHANGE_PROBLEMS, described, MERGE_PATCH, type Routes } from '../route.js'
import { ttlEdits } from '../ttl-edits.js'
import { recordsView, steeredView } from '../zone-view.js'

interface Key {
  readonly zone: string
  readonly name: string
}

export const records: Routes = (app, port) => {
  app.get<{ Params: Pick<Key, 'zone'>; Querystring: Static<typeof RECORDS_QUERY> }>(
    '/zones/:zone/records',
    { schema: LIST },
    async ({ params, query }, reply) => {
      const { document, revision } = port.store.current()
      const zone = zoneNamed(document, params.zone)
      reply.header('ETag', entityTag(revision))
      const { records, steered, ...rest } = recordsView(zone)
      // Records of one name and type differ in their data, and are no two the same.
      const owners = glob(query.match ?? '*')
      const fits = ({ owner, type }: { readonly owner: string; readonly type?: string }): boolean =>
        owners.test(owner) && (query.type === undefined || type === query.type)
      const { limit, cursor } = query
      const { items, ...next } = pageOf(
        records.filter(fits),
        { ...(limit === undefined ? {} : { limit }), ...(cursor === undefined ? {} : { cursor }) },
        ({ owner, type, data }) => `${owner} ${type} ${data}`,
      )
      const firstPage = cursor === undefined && query.type === undefined
      return {
        ...rest,
        records: sparse(items, query.fields, RECORD_FIELDS),
        steered: sparse(firstPage ? steered.filter(fits) : [], query.fields, RECORD_FIELDS),
        ...next,
      }
    },
  )

  app.patch<{ Params: Key; Body: RecordPatch }>(
    '/zones/:zone/records/:name',
    { schema: PATCH },
    async (request, reply) => {
      const { params, body } = request
      const { after } = await change(port, {
        request,
        plan: loaded => editsOf(loaded, params, body),
      })
      reply.header('ETag', entityTag(after.revision))
      return steeredView(steeredNamed(zoneNamed(after.document, params.zone), params.name))
    },
  )
}

function editsOf({ document, written }: Loaded, { zone: zoneText, name }: Key, { ttl }: RecordPatch): readonly Edit[] {
  const zone = zoneNamed(document, zoneText)
  const record = steeredNamed(zone, name)
  const path = steeredPath(written, zone.origin, record.owner)
  if (path === undefined)
    throw new Error(`the document has no entry for the steered record ${name} that it was read from`)
  if (ttl === undefined) return []
  const at = [...path, 'ttl']
  return ttlEdits(at, valueAt(written, at), record.ttl, ttl)
}

const TAG = 'zones'

const LIST = described({
  operationId: 'listRecords',
  summary: 'The records of a zone',
  tag: TAG,
  reply: RECORDS,
  params: ZONE_KEY,
  querystring: RECORDS_QUERY,
  problems: ['request-invalid', 'zone-not-found'],
})

const PATCH = described({
  operationId: 'patchRecord',
  scope: 'edit',
  bounded: true,
  summary: 'Change the TTL of a steered record',
  description:
    'A duration fixes the TTL; max and min are bounds between which it moves. Of two bounds, the one that is not named stays.',
  tag: TAG,
  reply: STEERED,
  params: RECORD_KEY,
  headers: CHANGE_HEADERS,
  body: RECORD_PATCH,
  consumes: MERGE_PATCH,
  problems: ['zone-not-found', 'record-not-found', ...CHANGE_PROBLEMS],
})
