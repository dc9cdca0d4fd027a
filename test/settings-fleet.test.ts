import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { formatProblem } from '../src/control-plane/traffic/problem.js'
import { readSettings } from '../src/settings.js'

const read = (text: string) => {
  const outcome = readSettings(text, '/etc/meridian/server.yaml')
  return 'problems' in outcome ? outcome.problems.map(formatProblem) : outcome.settings.fleet
}

test('a node is alone unless told otherwise', () => {
  expect(read('')).toBeUndefined()
})

test('all but the members of etcd has a default', () => {
  expect(read('fleet: { etcd: { endpoints: ["http://127.0.0.1:2379"] } }')).toEqual({
    node: hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 63),
    group: hostname()
      .replace(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, 63),
    silenceMs: 10_000,
    etcd: { endpoints: ['http://127.0.0.1:2379'], prefix: '/meridian/', timeoutMs: 5000, tls: {} },
  })
})

test('paths start from the folder of the file', () => {
  const text = `fleet:
  node: ns1
  group: fra
  silence: 5s
  etcd:
    endpoints: [https://a:1, https://b:2]
    prefix: /dns/
    timeout: 500ms
    tls: { authority: ca.pem, certificate: one.pem, key: /keys/one.pem }
    user: meridian
    password-file: word
`
  expect(read(text)).toEqual({
    node: 'ns1',
    group: 'fra',
    silenceMs: 5000,
    etcd: {
      endpoints: ['https://a:1', 'https://b:2'],
      prefix: '/dns/',
      timeoutMs: 500,
      tls: { authority: '/etc/meridian/ca.pem', certificate: '/etc/meridian/one.pem', key: '/keys/one.pem' },
      credentials: { user: 'meridian', passwordFile: '/etc/meridian/word' },
    },
  })
})

test.each([
  ['no etcd', '{ node: ns1 }', 'fleet'],
  ['no members', '{ etcd: { endpoints: [] } }', 'fleet.etcd.endpoints'],
  ['a member without a scheme', '{ etcd: { endpoints: ["127.0.0.1:2379"] } }', 'fleet.etcd.endpoints[0]'],
  ['a member with a path', '{ etcd: { endpoints: ["http://a:1/v3"] } }', 'fleet.etcd.endpoints[0]'],
  ['a prefix without its slashes', '{ etcd: { endpoints: ["http://a:1"], prefix: dns } }', 'fleet.etcd.prefix'],
  ['a name with a slash', '{ node: a/b, etcd: { endpoints: ["http://a:1"] } }', 'fleet.node'],
  ['too short a silence', '{ silence: 1s, etcd: { endpoints: ["http://a:1"] } }', 'fleet.silence: 3s is the least'],
  [
    'a longer wait than timers go',
    '{ etcd: { endpoints: ["http://a:1"], timeout: 25d } }',
    'fleet.etcd.timeout: 24d is the most',
  ],
  [
    'a user without a password',
    '{ etcd: { endpoints: ["http://a:1"], user: a } }',
    'user and password-file belong together',
  ],
  [
    'a key without a certificate',
    '{ etcd: { endpoints: ["http://a:1"], tls: { key: k } } }',
    'certificate and key belong together',
  ],
])('%s is told of with its place', (_, text, problem) => {
  expect(read(`fleet: ${text}\n`)).toEqual([expect.stringContaining(problem)])
})
