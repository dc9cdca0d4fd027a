import { expect, test } from 'vitest'
import { problemOf } from '../../../src/control-plane/admin/problem-of.js'
import { ApiProblem, PROBLEMS, problemDocument } from '../../../src/control-plane/admin/problems.js'
import { ExplainError } from '../../../src/control-plane/operate/explain.js'
import { EditConflict, EditRefused } from '../../../src/control-plane/traffic/store.js'

test('a problem document has its kind, its occurrence, and what is wrong', () => {
  const errors = [{ path: 'a', message: 'is wrong' }]
  expect(problemDocument(new ApiProblem('edit-refused', 'no', { errors }))).toEqual({
    type: '/problems/edit-refused',
    title: PROBLEMS['edit-refused'].title,
    status: 422,
    detail: 'no',
    errors,
  })
})

const coded = (statusCode: number) => Object.assign(new Error('told'), { statusCode })

test.each([
  [new EditConflict('abc'), { type: 'revision-conflict', extras: { revision: 'abc' } }],
  [
    new EditRefused([{ path: 'a', message: 'b' }]),
    { type: 'edit-refused', extras: { errors: [{ path: 'a', message: 'b' }] } },
  ],
  [new ExplainError('no name'), { type: 'question-invalid', message: 'no name' }],
  [coded(413), { type: 'body-too-large', message: 'told' }],
  [coded(418), { type: 'internal', message: '' }],
  [coded(500), { type: 'internal', message: '' }],
  [new Error('secret'), { type: 'internal', message: '' }],
  ['secret', { type: 'internal', message: '' }],
  [undefined, { type: 'internal', message: '' }],
])('what was thrown becomes a problem: %s', (error, problem) => {
  expect(problemOf(error)).toMatchObject(problem)
})

test('types are stable: each that is added is added to this list, and none is taken away', () => {
  expect(new Set(Object.entries(PROBLEMS).map(([type, { status }]) => `${status} ${type}`))).toEqual(
    new Set([
      '403 csrf',
      '401 unauthorized',
      '503 issuer-away',
      '403 forbidden',
      '429 too-many-requests',
      '429 too-many-guesses',
      '422 idempotency-key-reused',
      '409 idempotency-key-in-use',
      '409 idempotency-key-lost',
      '404 route-not-found',
      '405 method-not-allowed',
      '400 request-invalid',
      '413 body-too-large',
      '414 uri-too-long',
      '415 media-type-unsupported',
      '404 region-not-found',
      '404 zone-not-found',
      '404 record-not-found',
      '404 check-not-found',
      '404 entry-not-found',
      '409 still-used',
      '409 check-not-told',
      '409 signal-not-heard',
      '404 revision-not-found',
      '404 incident-not-found',
      '404 override-not-found',
      '422 override-refused',
      '409 safety-refused',
      '404 fact-not-found',
      '404 drill-not-found',
      '422 drill-invalid',
      '409 drill-refused',
      '409 drill-elsewhere',
      '409 rollover-refused',
      '404 token-not-found',
      '409 token-name-taken',
      '409 geo-refused',
      '404 latency-table-not-found',
      '409 latency-table-unfit',
      '409 latency-table-refused',
      '400 question-invalid',
      '412 revision-conflict',
      '422 edit-refused',
      '422 document-broken',
      '503 not-writable',
      '409 not-sampled',
      '503 store-away',
      '503 store-refused',
      '503 not-ready',
      '500 internal',
    ]),
  )
})
