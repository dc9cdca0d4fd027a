import { expect, test } from 'vitest'
import { methodsAt } from '../../../src/control-plane/admin/methods.js'

const ROUTES = [
  { url: '/things', methods: ['GET'] },
  { url: '/things/:id', methods: ['GET'] },
  { url: '/things/:id', methods: ['PATCH'] },
  { url: '/things/:id/on', methods: ['POST'] },
]

test.each([
  ['/things', ['GET']],
  ['/things/a', ['GET', 'PATCH']],
  ['/things/a%2Fb', ['GET', 'PATCH']],
  ['/things/a/on', ['POST']],
  ['/things/a/off', []],
  ['/things/', []],
  ['/thing', []],
  ['', []],
])('%s takes %j', (path, methods) => {
  expect(methodsAt(ROUTES, path)).toEqual(methods)
})
