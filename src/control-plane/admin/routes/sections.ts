// /v1/traffic/SECTION: the document piece by piece, in its own words. What is got can be put back.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { Edit } from '../../traffic/edit.js'
import { isMap } from '../../traffic/edit-value.js'
import { EditRefused, type Loaded } from '../../traffic/store.js'
import { APPLIED, type AppliedView, DRY_RUN } from '../api-revision.js'
import {
  type DryRun,
  ENTRY_KEY,
  NAME_KEY,
  SECTION_KEY,
  WRITTEN_ENTRY,
  WRITTEN_LIST,
  WRITTEN_PATCH,
  WRITTEN_VALUE,
  type WrittenList,
  ZONE_ONLY,
} from '../api-section.js'
import { change } from '../change.js'
import { merged } from '../merge-patch.js'
import { PAGE_QUERY, type PageQuery, pageOf, sparse } from '../page.js'
import type { AdminPort } from '../port.js'
import { ApiProblem } from '../problems.js'
import { appliedView } from '../revision-view.js'
import { entityTag } from '../revisions.js'
import { CHANGE_HEADERS, CHANGE_PROBLEMS, described, MERGE_PATCH, type Routes } from '../route.js'
import {
  type Entry,
  entriesIn,
  foundIn,
  foundRecords,
  recordEditsFor,
  recordEntries,
  recordValue,
  sectionEntry,
} from '../sections.js'

/** What the paths have; each place looks at its own words of it. */
type Key = Static<typeof ENTRY_KEY> & Static<typeof NAME_KEY>

/** A kind of thing, by where it stands in the document. */
interface Place {
  /** Its list is one step above. */
  readonly url: string
  list(written: unknown, key: Key): readonly Entry[]
  /** What stands there. @throws ApiProblem where nothing does */
  found(written: unknown, key: Key): unknown
  /** What makes the value stand there, or takes away what does where it is undefined. */
  edits(written: unknown, key: Key, value: unknown): readonly Edit[]
  nameOf(key: Key): string
  readonly schemas: ReturnType<typeof schemasFor>
}

export const sections: Routes = (app, port) => {
  serve(app, port, ENTRIES)
  serve(app, port, RECORDS)
}

function serve(app: Parameters<Routes>[0], port: AdminPort, place: Place): void {
  const { url, schemas } = place
  const { store } = port

  app.get<{ Params: Key; Querystring: PageQuery }>(
    url.slice(0, url.lastIndexOf('/')),
    { schema: schemas.list },
    async ({ params, query }, reply): Promise<WrittenList> => {
      const { written, revision } = store.current()
      const { items, next } = pageOf(place.list(written, params), query, ({ key }) => key)
      reply.header('ETag', entityTag(revision))
      const entries = items.map(({ key, value }) => ({ id: key, value }))
      return { entries: sparse(entries, query.fields, WRITTEN_ENTRY), ...(next === undefined ? {} : { next }) }
    },
  )

  app.get<{ Params: Key }>(url, { schema: schemas.one }, async ({ params }, reply) => {
    const { written, revision } = store.current()
    const value = place.found(written, params)
    reply.header('ETag', entityTag(revision))
    return value
  })

  type Changes<Body> = { readonly Params: Key; readonly Querystring: DryRun; readonly Body: Body }

  const applied = async <Body>(
    request: FastifyRequest<Changes<Body>>,
    reply: FastifyReply,
    plan: (written: unknown, key: Key) => readonly Edit[],
  ): Promise<AppliedView> => {
    const dryRun = request.query.dryRun === 'true'
    const { params } = request
    const changed = await change(port, {
      request: request as FastifyRequest, // whatever its body is
      dryRun,
      foretold: request.query.simulation !== 'false',
      plan: ({ written }: Loaded) => plan(written, params),
    })
    if (!dryRun) reply.header('ETag', entityTag(changed.after.revision))
    return appliedView(changed, dryRun, port)
  }

  app.put<Changes<unknown>>(url, { schema: schemas.put }, (request, reply) =>
    applied(request, reply, (written, key) => place.edits(written, key, request.body)),
  )

  app.patch<Changes<object>>(url, { schema: schemas.patch }, (request, reply) =>
    applied(request, reply, (written, key) => {
      const value = place.found(written, key)
      if (!isMap(value))
        throw new ApiProblem('request-invalid', `${place.nameOf(key)} is a list, which can only be put as a whole`)
      return place.edits(written, key, merged(value, request.body))
    }),
  )

  app.delete<Changes<unknown>>(url, { schema: schemas.remove }, async (request, reply) => {
    try {
      return await applied(request, reply, (written, key) => {
        place.found(written, key)
        return place.edits(written, key, undefined)
      })
    } catch (error) {
      // A sound document without one of its things is unsound only where something needs it.
      if (!(error instanceof EditRefused)) throw error
      const name = place.nameOf(request.params)
      throw new ApiProblem('still-used', `${name} cannot go while it is needed`, { errors: error.problems })
    }
  })
}

const DRY =
  'With `dryRun=true` nothing is written: the reply tells the differences, what would become of clients, and which safety rules would be broken.'

/** What is said of the operations on one kind of thing. */
function schemasFor(
  ids: Readonly<Record<'list' | 'one', string>>,
  what: string,
  keys: Readonly<Record<'list' | 'one', TSchema>>,
) {
  const shown = { tag: 'document', problems: ['request-invalid', 'entry-not-found'] } as const
  const changes = {
    tag: 'document',
    scope: 'edit' as const,
    bounded: true,
    reply: APPLIED,
    params: keys.one,
    querystring: DRY_RUN,
    headers: CHANGE_HEADERS,
  }
  const problems = ['entry-not-found', ...CHANGE_PROBLEMS] as const
  return {
    list: described({
      ...shown,
      operationId: `list${ids.list}`,
      summary: `Every ${what}, as it is written`,
      reply: WRITTEN_LIST,
      params: keys.list,
      querystring: PAGE_QUERY,
    }),
    one: described({
      ...shown,
      operationId: `get${ids.one}`,
      summary: `One ${what}, as it is written`,
      reply: WRITTEN_VALUE,
      params: keys.one,
    }),
    put: described({
      ...changes,
      operationId: `put${ids.one}`,
      summary: `Make or replace a ${what}`,
      description: `The same once more changes nothing. Only what is different is written; comments around it stay. ${DRY}`,
      body: WRITTEN_VALUE,
      consumes: ['application/json'],
      problems,
    }),
    patch: described({
      ...changes,
      operationId: `patch${ids.one}`,
      summary: `Change a ${what}`,
      description: `A merge patch (RFC 7396): what is not named stays as it is. ${DRY}`,
      body: WRITTEN_PATCH,
      consumes: MERGE_PATCH,
      problems,
    }),
    remove: described({
      ...changes,
      operationId: `delete${ids.one}`,
      summary: `Take a ${what} away`,
      description: `Refused while something needs it: \`errors\` lists where. ${DRY}`,
      problems: ['still-used', ...problems],
    }),
  }
}

const ENTRIES: Place = {
  url: '/traffic/:section/:id',
  list: (written, { section }) => entriesIn(written, [section]),
  found: (written, { section, id }) => foundIn(written, section, id).value,
  edits: (written, { section, id }, value) => [{ path: sectionEntry(written, section, id).path, value }],
  nameOf: ({ id }) => id,
  schemas: schemasFor({ list: 'Entries', one: 'Entry' }, 'check, region, policy, latency table, zone or safety rule', {
    list: SECTION_KEY,
    one: ENTRY_KEY,
  }),
}

const RECORDS: Place = {
  url: '/traffic/zones/:zone/records/:name',
  list: (written, { zone }) => entriesIn(written, [...foundIn(written, 'zones', zone).path, 'records']),
  found: (written, { zone, name }) => recordValue(foundRecords(written, foundIn(written, 'zones', zone), name)),
  edits(written, { zone, name }, value) {
    const entry = foundIn(written, 'zones', zone)
    return recordEditsFor(entry, name, recordEntries(written, entry, name), value)
  },
  nameOf: ({ name }) => name,
  schemas: schemasFor({ list: 'WrittenRecords', one: 'Records' }, 'name with its records', {
    list: ZONE_ONLY,
    one: NAME_KEY,
  }),
}
