import { expect, test } from 'vitest'
import { steeredPath } from '../../../src/control-plane/traffic/steered-path.js'
import { parseName } from '../../../src/dns/name.js'

const WRITTEN = {
  zones: {
    'Example.com.': {
      records: {
        lone: { steer: 'nearest' },
        listed: [{ type: 'TXT', data: 'x' }, { steer: 'nearest' }],
        'FULL.example.com.': { steer: 'nearest' },
        static: { type: 'A', data: '192.0.2.1' },
        '@': [{ steer: 'nearest' }],
      },
    },
    'example.org': {},
  },
}

test.each([
  ['example.com', 'lone.example.com', ['zones', 'Example.com.', 'records', 'lone']],
  ['example.com', 'LISTED.example.com', ['zones', 'Example.com.', 'records', 'listed', 1]],
  ['example.com', 'full.example.com', ['zones', 'Example.com.', 'records', 'FULL.example.com.']],
  ['example.com', 'example.com', ['zones', 'Example.com.', 'records', '@', 0]],
  ['example.com', 'static.example.com', undefined],
  ['example.com', 'none.example.com', undefined],
  ['example.org', 'lone.example.org', undefined],
])('in %s, %s is steered at %j', (zone, owner, path) => {
  expect(steeredPath(WRITTEN, parseName(zone), parseName(owner))).toEqual(path)
})
