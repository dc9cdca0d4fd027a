// /v1/latency: report what was measured, look at the tables, and put another one in the place of one.
import { type Static, Type } from 'typebox'
import { readClientKey } from '../../geo/client-key.js'
import { bucketOf } from '../../geo/learned-latency.js'
import type { Proposal } from '../../operate/latency-desk.js'
import type { Passage } from '../../traffic/store.js'
import {
  ABOUT,
  ABOUT_QUERY,
  EXCHANGE_QUERY,
  REPORT,
  REPORTED,
  TABLE,
  TABLE_CHANGE,
  TABLE_KEY,
  TABLES,
} from '../api-latency.js'
import { isoTime } from '../api-values.js'
import { callerOf } from '../caller.js'
import { CSV } from '../json-body.js'
import { licenceOf } from '../licence-of.js'
import { ApiProblem } from '../problems.js'
import { reasonOf } from '../reason-of.js'
import { described, REASON_HEADER, type Routes } from '../route.js'

/** Bytes: 10,000 samples with long names. */
const BATCH_LIMIT = 4 * 1024 * 1024
/** Bytes: a million rows. */
const TABLE_LIMIT = 64 * 1024 * 1024

type Key = Static<typeof TABLE_KEY>

export const latency: Routes = (app, { latency: desk, safety }) => {
  app.post<{ Body: Static<typeof REPORT> }>(
    '/latency',
    { schema: TELL, bodyLimit: BATCH_LIMIT },
    async ({ body: { table, samples } }) =>
      desk.report(
        table,
        samples.map(({ client, region, rttMs, samples = 1 }) => ({ client, region, rttMs, samples })),
      ),
  )

  app.get('/latency', { schema: LIST }, async () => ({ tables: desk.list() }))

  app.get<{ Params: Key }>('/latency/:table', { schema: ONE }, async ({ params: { table } }) => desk.facts(table))

  app.get<{ Params: Key; Querystring: Static<typeof ABOUT_QUERY> }>(
    '/latency/:table/rows',
    { schema: ROWS },
    async ({ params: { table }, query: { client } }) => {
      const read = readClientKey(client)
      const key = bucketOf(client) ?? ('key' in read ? read.key : undefined)
      if (key === undefined) throw new ApiProblem('question-invalid', 'fault' in read ? read.fault : client)
      const { row, known } = desk.about(table, key)
      const times = known.map(({ at, ...rest }) => ({ ...rest, at: isoTime(at) }))
      return { client, row: Object.fromEntries(row), known: times }
    },
  )

  app.get<{ Params: Key }>('/latency/:table/file', { schema: FILE }, async ({ params: { table } }, reply) => {
    reply.type(`${CSV}; charset=utf-8`).serializer((text: string) => text)
    return desk.text(table)
  })

  app.put<{ Params: Key; Querystring: Static<typeof EXCHANGE_QUERY>; Body: string }>(
    '/latency/:table',
    { schema: EXCHANGE, bodyLimit: TABLE_LIMIT },
    async request => {
      const { table } = request.params
      const { dryRun = 'false', force = 'false' } = request.query
      const licence = licenceOf(request)
      let overrode: readonly string[] = []
      const decide = (proposal: Proposal): Passage => {
        const { objections, table: proposed } = proposal
        if (objections.length > 0 && force !== 'true')
          throw new ApiProblem('latency-table-refused', objections.join('; '), {
            rules: safety.judgeTable(table, proposed),
          })
        const passage = safety.passTable(table, proposed, licence)
        overrode = passage.overrode
        return passage
      }
      const proposal =
        dryRun === 'true' ? await desk.propose(table, request.body) : await desk.exchange(table, request.body, decide)
      if ('problems' in proposal)
        throw new ApiProblem('request-invalid', 'the table is not sound', { errors: proposal.problems })
      const { table: proposed, ...change } = proposal
      if (dryRun === 'true') return { ...change, rules: safety.judgeTable(table, proposed), applied: false }
      request.log.info(
        {
          actor: callerOf(request).name,
          reason: reasonOf(request),
          rows: change.rows,
          forced: change.objections,
          overrode,
        },
        `latency table ${table} has ${change.rows.after} rows now`,
      )
      return { ...change, applied: true }
    },
  )
}

const TAG = 'latency'

const TELL = described({
  operationId: 'reportLatency',
  scope: 'report',
  summary: 'Report round-trip times',
  description:
    'They go into moving averages by client network (/24, /48) and region of a learned table, and come into force with its next refresh, as far as they change something clearly. Samples that make no sense are told of and left out; the others are taken.',
  tag: TAG,
  reply: REPORTED,
  body: REPORT,
  problems: [
    'latency-table-not-found',
    'latency-table-unfit',
    'request-invalid',
    'body-too-large',
    'media-type-unsupported',
  ],
})

const LIST = described({ operationId: 'listLatency', summary: 'All latency tables', tag: TAG, reply: TABLES })

const ONE = described({
  operationId: 'getLatency',
  summary: 'One latency table, and the model that was fitted to it',
  tag: TAG,
  reply: TABLE,
  params: TABLE_KEY,
  problems: ['latency-table-not-found'],
})

const ROWS = described({
  operationId: 'getLatencyRows',
  summary: 'What a latency table has for some clients',
  tag: TAG,
  reply: ABOUT,
  params: TABLE_KEY,
  querystring: ABOUT_QUERY,
  problems: ['latency-table-not-found', 'question-invalid', 'request-invalid'],
})

const CSV_TEXT = Type.String({
  title: 'the text of a table',
  description: 'CSV with the columns client, region and ms.',
})

const FILE = described({
  operationId: 'getLatencyFile',
  summary: 'The file of a latency table',
  description: 'As it was written. Kept, and put back, it is the way back from another one.',
  tag: TAG,
  reply: CSV_TEXT,
  replyType: CSV,
  params: TABLE_KEY,
  problems: ['latency-table-not-found', 'latency-table-unfit', 'document-broken'],
})

const EXCHANGE = described({
  operationId: 'putLatency',
  scope: 'edit',
  summary: 'Put another file in the place of the one of a latency table',
  description:
    'It is refused where it drops more rows, or moves more clients, than the table permits (refuse in the document), unless forced. When the reply comes, queries are answered by it. With dryRun, nothing is changed.',
  tag: TAG,
  reply: TABLE_CHANGE,
  params: TABLE_KEY,
  querystring: EXCHANGE_QUERY,
  headers: REASON_HEADER,
  body: CSV_TEXT,
  consumes: [CSV],
  problems: [
    'latency-table-not-found',
    'latency-table-unfit',
    'latency-table-refused',
    'safety-refused',
    'document-broken',
    'not-ready',
    'request-invalid',
    'body-too-large',
    'media-type-unsupported',
    'not-writable',
  ],
})
