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

test('types are stable: each may be added to this list, and none taken away', () => {
  expect(Object.entries(PROBLEMS).map(([type, { status }]) => `${status} ${type}`)).toEqual(
    expect.arrayContaining([
      '401 unauthorized',
      '404 route-not-found',
      '405 method-not-allowed',
      '400 request-invalid',
      '413 body-too-large',
      '414 uri-too-long',
      '415 media-type-unsupported',
      '404 region-not-found',
      '404 zone-not-found',
      '404 record-not-found',
      '400 question-invalid',
      '412 revision-conflict',
      '422 edit-refused',
      '422 document-broken',
      '403 forbidden',
      '429 too-many-requests',
      '429 too-many-guesses',
      '404 token-not-found',
      '409 token-name-taken',
      '404 revision-not-found',
      '404 override-not-found',
      '422 override-refused',
      '503 not-writable',
      '503 not-ready',
      '500 internal',
    ]),
  )
})
