import { expect, test } from 'vitest'
import { formatOverrides } from '../../src/cli/override.js'
import { reasonHeader } from '../../src/cli/reason.js'
import { formatTokens } from '../../src/cli/token-verb.js'

const AT = '2026-03-01T09:30:05.123Z'

test('overrides are shown with the regions that they hold for, or with what they would mean', () => {
  const one = {
    targets: ['us-*'],
    regions: ['us-east'],
    reason: 'why',
    actor: 'alice',
    createdAt: AT,
    origin: 'operator',
  }
  const overrides = [
    { ...one, id: '1', state: 'drain', percent: 50, holdsFor: ['us-east'], expiresAt: AT },
    { ...one, id: 'file-1', state: 'down', holdsFor: [] },
  ] as const
  expect(formatOverrides({ overrides }).split('\n')).toEqual([
    '    ID  REGIONS  ARE              UNTIL                 WHO    WHY',
    '     1  us-east  drained by 50 %  2026-03-01 09:30:05Z  alice  why',
    'file-1  (us-*)   forced down      -                     alice  why',
  ])
  expect(formatOverrides({ overrides: [] })).toBe('no overrides are in force: every region is as its checks find it')
})

test('tokens are shown with what they are good for, and until when', () => {
  const one = { createdBy: 'admin', createdAt: AT }
  const tokens = [
    { ...one, id: '1', name: 'alice', scopes: ['read', 'edit'], ended: false },
    { ...one, id: '12', name: 'bob', scopes: ['admin'], ended: true, expiresAt: AT, usedAt: AT },
    { ...one, id: '13', name: 'eve', scopes: ['edit'], within: { zones: ['a.test'], regions: ['eu-*'] }, ended: false },
  ] as const
  expect(formatTokens({ tokens }).split('\n')).toEqual([
    'ID  NAME   SCOPES               GOOD                             LAST USED             MADE BY',
    ' 1  alice  read,edit            until revoked                    -                     admin',
    '12  bob    admin                over since 2026-03-01 09:30:05Z  2026-03-01 09:30:05Z  admin',
    '13  eve    edit in a.test eu-*  until revoked                    -                     admin',
  ])
  expect(formatTokens({ tokens: [] })).toBe('there is only the node’s own token')
})

test.each([
  [undefined, {}],
  ['drill 42', { 'X-Reason': 'drill 42' }],
  ['für 100 %', { 'X-Reason': "utf-8''f%C3%BCr%20100%20%25" }],
  ['two\nlines', { 'X-Reason': "utf-8''two%0Alines" }],
])('the reason %j is sent as %j', (reason, headers) => {
  expect(reasonHeader(reason)).toEqual(headers)
})
