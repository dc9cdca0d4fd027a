import { expect, test } from 'vitest'
import { SCOPES } from '../src/control-plane/admin/caller.js'
import { readSettings } from '../src/settings.js'
import { OIDC } from '../src/settings-schema-oidc.js'

const read = (keys: string, more = '') =>
  readSettings(
    `admin:
  oidc:
    issuer: https://login.example.com
    audience: meridian
    keys: ${keys}
    grants: { sre: [operate, edit] }
    within: { eu: { regions: ["eu-*"] } }
${more}`,
    '/etc/meridian/server.yaml',
  )

test('an issuer has a claim and a name unless told, and its file of keys starts from the settings', () => {
  expect(read('jwks.json')).toMatchObject({
    settings: {
      admin: {
        oidc: {
          issuer: 'https://login.example.com',
          audience: 'meridian',
          keys: '/etc/meridian/jwks.json',
          claim: 'groups',
          name: 'sub',
          grants: { sre: ['operate', 'edit'] },
          within: { eu: { zones: [], regions: ['eu-*'] } },
        },
      },
    },
  })
})

test.each([
  ['https://login.example.com/jwks.json', []],
  ['http://127.0.0.1:8080/jwks.json', []],
  ['http://[::1]:8080/jwks.json', []],
  ['http://login.example.com/jwks.json', ['admin.oidc.keys']],
  ['https://', ['admin.oidc.keys']],
])('keys at %s: problems at %j', (keys, paths) => {
  const outcome = read(keys)
  expect('problems' in outcome ? outcome.problems.map(({ path }) => path) : []).toEqual(paths)
})

test('what is missing or unknown is told', () => {
  const outcome = readSettings(
    'admin: { oidc: { issuer: login, claims: x, grants: { sre: [fly] }, within: { sre: { region: [] } } } }',
    'server.yaml',
  )
  const paths = 'problems' in outcome ? outcome.problems.map(({ path }) => path) : []
  for (const path of [
    'admin.oidc.issuer',
    'admin.oidc.claims',
    'admin.oidc.grants.sre[0]',
    'admin.oidc.within.sre.region',
  ])
    expect(paths).toContain(path)
})

test('its scopes are those of the API', () => {
  expect(JSON.stringify(OIDC)).toContain(JSON.stringify(SCOPES))
})
