// Every problem that the API can answer with (RFC 9457), once. A type lives for ever: it may be added, never reused.
import type { BrokenRule, Fault, ProblemDocument } from './api-problem.js'

interface Kind {
  /** The HTTP status. */
  readonly status: number
  /** Says the kind, never the occurrence (RFC 9457 §3.1.3). */
  readonly title: string
}

export const PROBLEMS = {
  csrf: { status: 403, title: 'The change does not come from the page of its session' },
  unauthorized: { status: 401, title: 'This needs a token' },
  'issuer-away': { status: 503, title: 'The keys of the issuer of this token cannot be had' },
  forbidden: { status: 403, title: 'The token is not good for this' },
  'too-many-requests': { status: 429, title: 'This caller calls too often' },
  'too-many-guesses': { status: 429, title: 'Too many wrong tokens came from there' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key stands for another request' },
  'idempotency-key-in-use': { status: 409, title: 'The request with this idempotency key is still being made' },
  'idempotency-key-lost': { status: 409, title: 'What came of the request with this idempotency key is not known' },
  'route-not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This cannot be done here' },
  'request-invalid': { status: 400, title: 'The request makes no sense' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'The address is too long' },
  'media-type-unsupported': { status: 415, title: 'The body is of a type that is not read here' },
  'region-not-found': { status: 404, title: 'There is no such region' },
  'zone-not-found': { status: 404, title: 'There is no such zone' },
  'record-not-found': { status: 404, title: 'There is no such steered record' },
  'check-not-found': { status: 404, title: 'There is no such check' },
  'entry-not-found': { status: 404, title: 'The document has no such thing' },
  'still-used': { status: 409, title: 'Something else in the document refers to it' },
  'check-not-told': { status: 409, title: 'This cannot be told to the check' },
  'signal-not-heard': { status: 409, title: 'Nobody listens to this' },
  'revision-not-found': { status: 404, title: 'There is no such revision, or it is not kept any more' },
  'incident-not-found': { status: 404, title: 'There is no such incident, or it is not kept any more' },
  'override-not-found': { status: 404, title: 'There is no such override' },
  'override-refused': { status: 422, title: 'There can be no such override' },
  'safety-refused': { status: 409, title: 'This would break safety rules' },
  'fact-not-found': { status: 404, title: 'No safety rule asks for such a fact' },
  'drill-not-found': { status: 404, title: 'There is no such drill' },
  'drill-invalid': { status: 422, title: 'There can be no such drill' },
  'drill-refused': { status: 409, title: 'The drill cannot begin as things are' },
  'drill-elsewhere': { status: 409, title: 'The drill is not where this can be done with it' },
  'rollover-refused': { status: 409, title: 'The keys cannot be exchanged like this as things are' },
  'token-not-found': { status: 404, title: 'There is no such token' },
  'token-name-taken': { status: 409, title: 'Somebody else has this name' },
  'geo-refused': { status: 409, title: 'The geo data are not taken' },
  'latency-table-not-found': { status: 404, title: 'There is no such latency table' },
  'latency-table-unfit': { status: 409, title: 'The latency table is of another kind' },
  'latency-table-refused': { status: 409, title: 'The latency table would change more than it may unless forced' },
  'question-invalid': { status: 400, title: 'The question makes no sense' },
  'revision-conflict': { status: 412, title: 'The document has changed' },
  'edit-refused': { status: 422, title: 'The document would not be sound after this' },
  'document-broken': {
    status: 422,
    title: 'The document is broken where it is kept, and has to be repaired there first',
  },
  'not-writable': { status: 503, title: 'The disk takes no changes' },
  'not-sampled': { status: 409, title: 'This node samples no queries' },
  'store-away': { status: 503, title: 'What the fleet shares cannot be reached; nothing can be changed now' },
  'store-refused': { status: 503, title: 'The store of the fleet does not take this' },
  'not-ready': { status: 503, title: 'Queries are not answered yet' },
  internal: { status: 500, title: 'Something went wrong in the server; its log says what' },
} satisfies Record<string, Kind>

export type ProblemType = keyof typeof PROBLEMS

interface Extras {
  readonly errors?: readonly Fault[]
  readonly revision?: string
  readonly changes?: readonly string[]
  readonly rules?: readonly BrokenRule[]
}

/** A problem on its way to the caller. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly type: ProblemType
  readonly extras: Extras
  /** `detail` tells this occurrence, in words. */
  constructor(type: ProblemType, detail: string, extras: Extras = {}) {
    super(detail)
    this.type = type
    this.extras = extras
  }

  get status(): number {
    return PROBLEMS[this.type].status
  }
}

/** The path under which a type is known; the documentation explains it there. */
export const problemUri = (type: ProblemType): string => `/problems/${type}`

export function problemDocument({ type, message, extras }: ApiProblem): ProblemDocument {
  const { status, title } = PROBLEMS[type]
  return { type: problemUri(type), title, status, ...(message === '' ? {} : { detail: message }), ...extras }
}
