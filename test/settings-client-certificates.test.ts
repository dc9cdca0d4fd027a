import { expect, test } from 'vitest'
import { PARTS } from '../src/control-plane/admin/client-certificate.js'
import { readSettings } from '../src/settings.js'
import { CLIENT_CERTIFICATES } from '../src/settings-schema-client-certificates.js'

const read = (more: string, tls = 'tls: { certificate: s.pem, key: s.key }') =>
  readSettings(
    `admin:\n  ${tls}\n  client-certificates: { authorities: ca.pem, grants: { sre: [operate] }${more} }\n`,
    '/etc/meridian/server.yaml',
  )
const pathsOf = (outcome: ReturnType<typeof read>) =>
  'problems' in outcome ? outcome.problems.map(({ path }) => path) : []

test('client certificates go by their common name unless told, need not be shown, and their files start from the settings', () => {
  expect(read(', revoked: gone.crl')).toMatchObject({
    settings: {
      admin: {
        clientCertificates: {
          authorities: '/etc/meridian/ca.pem',
          revoked: '/etc/meridian/gone.crl',
          required: false,
          name: 'cn',
          by: 'cn',
          grants: { sre: ['operate'] },
          within: {},
        },
      },
    },
  })
})

test.each([
  [', name: uri, by: ou, required: true', undefined, []],
  ['', 'changes-per-minute: 1', ['admin.client-certificates']],
  [', by: serial', undefined, ['admin.client-certificates.by']],
  [', authority: ca.pem', undefined, ['admin.client-certificates.authority']],
])('%s %s: problems at %j', (more, tls, paths) => {
  expect(pathsOf(read(more, tls))).toEqual(paths)
})

test('the parts that may be named are those that are read', () => {
  const { enum: words } = CLIENT_CERTIFICATES.properties.by as unknown as { enum: readonly string[] } // a word
  expect(words).toEqual(PARTS)
})
