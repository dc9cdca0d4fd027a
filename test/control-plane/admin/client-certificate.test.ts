import { describe, expect, test } from 'vitest'
import { type ClientNaming, certificateCaller } from '../../../src/control-plane/admin/client-certificate.js'

const naming = (more: Partial<ClientNaming> = {}): ClientNaming => ({
  name: 'cn',
  by: 'cn',
  within: { ops: { zones: ['a.example'], regions: [] }, eu: { zones: [], regions: ['eu-*'] } },
  grants: { alice: ['operate'], sre: ['operate', 'edit'], web: ['read'], 'spiffe://a/b, c': ['edit'] },
  ...more,
})
const shown = (subject: object, subjectaltname?: string) =>
  ({ subject, subjectaltname }) as Parameters<typeof certificateCaller>[0] // as TLS tells it
const NAMES = 'DNS:web, DNS:web.example, email:a@example.com, URI:"spiffe://a/b, c"'

describe('a holder is called by', () => {
  test.each<[Partial<ClientNaming>, object, string | undefined, string | undefined, readonly string[]]>([
    // name and by, subject, other names, called, scopes
    [{}, { CN: 'alice' }, undefined, 'certificate:alice', ['operate']],
    [{}, { CN: 'Alice Smith' }, undefined, 'certificate:Alice Smith', []],
    [{ by: 'ou' }, { CN: 'bob', OU: ['sre', 'web'] }, undefined, 'certificate:bob', ['operate', 'edit', 'read']],
    [{ by: 'o' }, { CN: 'bob', O: 'sre' }, undefined, 'certificate:bob', ['operate', 'edit']],
    [{ name: 'email', by: 'dns' }, {}, NAMES, 'certificate:a@example.com', ['read']],
    [{ name: 'uri', by: 'uri' }, {}, NAMES, 'certificate:spiffe://a/b, c', ['edit']],
    [{}, { CN: 'constructor' }, undefined, 'certificate:constructor', []],
  ])('%j of %j %s: %s, and is good for %j', (more, subject, names, called, scopes) => {
    expect(certificateCaller(shown(subject, names), naming(more))).toEqual({ id: called, name: called, scopes })
  })
})

test.each<[string, Partial<ClientNaming>, object, string | undefined]>([
  ['it has no such part', {}, { O: 'sre' }, undefined],
  ['it has several', {}, { CN: ['alice', 'bob'] }, undefined],
  ['it has several of another kind', { name: 'dns' }, {}, NAMES],
  ['it is not ASCII', {}, { CN: 'alíce' }, undefined],
  ['it could break a line of a log', {}, { CN: 'a\nadmin' }, undefined],
  ['it is empty', {}, { CN: '' }, undefined],
  ['what stands there cannot be read', { name: 'uri' }, {}, 'URI:"spiffe://a, email:b@example.com'],
])('nobody is called by a part where %s', (_, more, subject, names) => {
  expect(certificateCaller(shown(subject, names), naming(more))).toBeUndefined()
})

test('a holder is kept within the bounds of all parts that have some', () => {
  const by = (...OU: string[]) => certificateCaller(shown({ CN: 'bob', OU }), naming({ by: 'ou' }))
  expect(by('sre')).not.toHaveProperty('within')
  expect(by('sre', 'eu', 'ops')).toMatchObject({
    scopes: ['operate', 'edit'],
    within: { zones: ['a.example'], regions: ['eu-*'] },
  })
  expect(by('constructor', 'sre')).not.toHaveProperty('within')
})
