import { expect, test } from 'vitest'
import { regionEdits } from '../../../src/control-plane/admin/region-edits.js'
import { regionView } from '../../../src/control-plane/admin/region-view.js'
import { readDocument } from '../../world.js'

const { regions } = readDocument('zones: {}\nregions: { lb: { target: LB.example.net } }\n')
const lb = regions.get('lb')!

test('a region with a target shows it, and the health of it as of an address', () => {
  const health = [
    {
      address: 'lb.example.net.',
      up: false,
      since: 0,
      changeInMs: 20_000,
      cause: 'web: connection refused',
      checks: [],
    },
  ]
  expect(regionView(lb, health)).toMatchObject({
    addresses: [],
    target: 'lb.example.net.',
    state: 'down',
    cause: 'web: connection refused',
    health: [{ address: 'lb.example.net.', up: false }],
  })
})

test('a target is changed, and taken away for addresses, by a patch', () => {
  const written = { zones: {}, regions: { lb: { target: 'LB.example.net' } } }
  expect(regionEdits(lb, written, { target: 'lb.example.net.' })).toEqual([])
  expect(regionEdits(lb, written, { target: 'other.example.net.' })).toEqual([
    { path: ['regions', 'lb', 'target'], value: 'other.example.net.' },
  ])
  expect(regionEdits(lb, written, { target: null, addresses: ['192.0.2.1'] })).toEqual([
    { path: ['regions', 'lb', 'target'], value: undefined },
    { path: ['regions', 'lb', 'addresses'], value: ['192.0.2.1'] },
  ])
})
