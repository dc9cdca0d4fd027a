// From whatever was thrown while a request was served to the problem that tells its caller.
import { EtcdRefused } from '../fleet/etcd.js'
import { DrillElsewhere, DrillRefused } from '../operate/drill-refused.js'
import { ExplainError } from '../operate/explain.js'
import { GeoRefused } from '../operate/geo-desk.js'
import { TableError } from '../operate/latency-desk.js'
import { OverrideRefused } from '../operate/overrides.js'
import { SafetyRefused } from '../operate/safety.js'
import { StoreAway } from '../state/store-away.js'
import { EditConflict, EditRefused } from '../traffic/store.js'
import { ApiProblem, type ProblemType } from './problems.js'

/** What fastify's own errors mean, by HTTP status. */
const BY_STATUS: Readonly<Record<number, ProblemType>> = {
  400: 'request-invalid',
  404: 'route-not-found',
  413: 'body-too-large',
  414: 'uri-too-long',
  415: 'media-type-unsupported',
}

const TABLE_PROBLEMS: Readonly<Record<TableError['kind'], ProblemType>> = {
  'not-found': 'latency-table-not-found',
  'not-learned': 'latency-table-unfit',
  'no-file': 'latency-table-unfit',
  'not-ready': 'not-ready',
  broken: 'document-broken',
}

/** Total: what is not known is `internal`, which tells nothing of what happened inside. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  if (error instanceof EditConflict)
    return new ApiProblem('revision-conflict', error.message, { revision: error.revision })
  if (error instanceof EditRefused) return new ApiProblem('edit-refused', '', { errors: error.problems })
  if (error instanceof OverrideRefused) return new ApiProblem('override-refused', '', { errors: error.problems })
  if (error instanceof GeoRefused)
    return new ApiProblem('geo-refused', error.message, error.rules.length === 0 ? {} : { rules: error.rules })
  if (error instanceof TableError) return new ApiProblem(TABLE_PROBLEMS[error.kind], error.message)
  if (error instanceof SafetyRefused) return new ApiProblem('safety-refused', error.message, { rules: error.refusals })
  if (error instanceof StoreAway) return new ApiProblem('store-away', error.message)
  if (error instanceof EtcdRefused) return new ApiProblem('store-refused', error.message)
  if (error instanceof DrillRefused)
    return new ApiProblem('drill-refused', '', { errors: error.objections.map(message => ({ path: '', message })) })
  if (error instanceof DrillElsewhere) return new ApiProblem('drill-elsewhere', error.message)
  if (error instanceof ExplainError) return new ApiProblem('question-invalid', error.message)
  return problemOfFramework(error) ?? new ApiProblem('internal', '')
}

function problemOfFramework(error: unknown): ApiProblem | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const type = BY_STATUS[Number(error.statusCode)]
  return type === undefined ? undefined : new ApiProblem(type, error.message)
}
