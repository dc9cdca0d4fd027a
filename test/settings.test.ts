import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatProblem } from '../src/control-plane/traffic/problem.js'
import { isLoopback, parsePrefix } from '../src/dns/address.js'
import { parseName } from '../src/dns/name.js'
import { readSettings } from '../src/settings.js'

const FILE = '/etc/meridian/server.yaml'

const DEFAULTS = {
  traffic: '/etc/meridian/traffic.yaml',
  stateDirectory: '/etc/meridian/state',
  listen: [{ host: '127.0.0.1', port: 5300 }],
  workers: 1,
  udp: 'auto',
  rateLimit: {
    perSecond: 1000,
    burst: 2000,
    slip: 1,
    dryRun: false,
    exempt: ['127.0.0.0/8', '::1/128'].map(text => parsePrefix(text)),
  },
  cookies: { badCookie: 'when-limited' },
  dnssec: {},
  identity: {},
  proxies: [],
  rotate: false,
  explainTo: [],
  keys: [],
  geo: { databases: [], mostMoved: 0.2, maxAgeDays: 60 },
  health: { selfChecks: [], suspectShare: 0.7, exec: false, source: [], limits: { inAll: 4096, perAddress: 16 } },
  externalDns: [],
  webhooks: [],
  admin: { listen: { host: '127.0.0.1', port: 8053 }, allowInsecure: false, changesPerMinute: 100 },
  history: { revisions: 1000, bytes: 64e6 },
  overrides: { longestMs: 72 * 3600_000 },
  samples: 1000,
  logLevel: 'info',
}

test.each([[''], ['# nothing\n'], ['{}\n'], ['geo: {}\nadmin: {}\n']])('everything has a default: %j', text => {
  expect(readSettings(text, FILE)).toEqual({ settings: DEFAULTS })
})

test('what is written is what counts, and relative paths start from the file', () => {
  const text = `
traffic: ../traffic/main.yaml
state-directory: /var/lib/meridian
listen: [192.0.2.1:53, "[2001:DB8:0::1]:53", 127.0.0.1:0]
workers: 4
udp: dgram
rate-limit: { per-second: 50, burst: 60, slip: 2, dry-run: true, exempt: [192.0.2.0/24] }
cookies: { secret-file: secrets, bad-cookie: always }
identity: { server: fra-1, version: "Meridian (and more)" }
rotate: true
explain: { to: [192.0.2.7] }
proxy-protocol: { from: [192.0.2.7, "2001:db8::/64"] }
tls: { listen: ["[::1]:853"], certificate: dns.crt, key: /run/dns.key }
keys: { ns2: { secret-file: ns2.key }, acme.: { algorithm: hmac-sha512, secret: c2VjcmV0 } }
geo: { databases: [a.mmdb, /data/b.mmdb], max-age-days: 14 }
health: { self-checks: ["192.0.2.1:53"], suspect-share: 50%, exec: true, source: [192.0.2.7], probes: 9, probes-per-address: 3 }
webhooks: [{ url: "https://hooks.test/a", secret-file: hook.key }, { url: "http://127.0.0.1/" }]
dnssec: { resolver: "192.0.2.53:5353" }
admin: { listen: "0.0.0.0:443", token-file: token, tls: { certificate: tls.crt, key: tls.key }, changes-per-minute: 7 }
history: { revisions: 5, megabytes: 0.5 }
overrides: { longest: 1h }
samples: 1 in 7
query-log: { file: log/queries.jsonl, megabytes: 2, keep: 1 }
dnstap: { socket: /run/tap.sock, identity: fra-1 }
log-level: debug
`
  expect(readSettings(text, FILE)).toEqual({
    settings: {
      traffic: '/etc/traffic/main.yaml',
      stateDirectory: '/var/lib/meridian',
      listen: [
        { host: '192.0.2.1', port: 53 },
        { host: '2001:db8::1', port: 53 },
        { host: '127.0.0.1', port: 0 },
      ],
      workers: 4,
      udp: 'dgram',
      rateLimit: { perSecond: 50, burst: 60, slip: 2, dryRun: true, exempt: [parsePrefix('192.0.2.0/24')] },
      health: {
        selfChecks: [{ host: '192.0.2.1', port: 53 }],
        suspectShare: 0.5,
        exec: true,
        source: ['192.0.2.7'],
        limits: { inAll: 9, perAddress: 3 },
      },
      externalDns: [],
      webhooks: [{ url: 'https://hooks.test/a', secretFile: '/etc/meridian/hook.key' }, { url: 'http://127.0.0.1/' }],
      cookies: { secretFile: '/etc/meridian/secrets', badCookie: 'always' },
      identity: { server: 'fra-1', version: 'Meridian (and more)' },
      dnssec: { resolver: { host: '192.0.2.53', port: 5353 } },
      rotate: true,
      explainTo: [parsePrefix('192.0.2.7')],
      proxies: [parsePrefix('192.0.2.7'), parsePrefix('2001:db8::/64')],
      tls: { listen: [{ host: '::1', port: 853 }], certificate: '/etc/meridian/dns.crt', key: '/run/dns.key' },
      keys: [
        { name: parseName('ns2.'), algorithm: 'hmac-sha256', secret: '/etc/meridian/ns2.key' },
        { name: parseName('acme.'), algorithm: 'hmac-sha512', secret: Uint8Array.from(Buffer.from('secret')) },
      ],
      geo: { databases: ['/etc/meridian/a.mmdb', '/data/b.mmdb'], mostMoved: 0.2, maxAgeDays: 14 },
      admin: {
        listen: { host: '0.0.0.0', port: 443 },
        tokenFile: '/etc/meridian/token',
        tls: { certificate: '/etc/meridian/tls.crt', key: '/etc/meridian/tls.key' },
        allowInsecure: false,
        changesPerMinute: 7,
      },
      history: { revisions: 5, bytes: 5e5 },
      overrides: { longestMs: 3600_000 },
      samples: 7,
      queryLog: { file: '/etc/meridian/log/queries.jsonl', bytes: 2e6, keep: 1 },
      dnstap: { socket: '/run/tap.sock', identity: 'fra-1' },
      logLevel: 'debug',
    },
  })
})

test('the example settings are sound', async () => {
  const file = new URL('../config/server.yaml', import.meta.url).pathname
  expect(readSettings(await readFile(file, 'utf8'), file)).toMatchObject({ settings: { workers: 1, logLevel: 'info' } })
})

test.each([
  ['keys: { a: {} }', 'keys.a: a key has either secret-file or secret'],
  ['keys: { a: { secret: c2VjcmV0, secret-file: x } }', 'keys.a: a key has either secret-file or secret'],
  ['keys: { a: { secret: "not base64" } }', 'keys.a.secret: the secret is not base64 of at least one byte'],
  [
    'acme-dns: { listen: "0.0.0.0:8054", zone: a.example }',
    'acme-dns.listen: 0.0.0.0:8054 can be reached from other machines',
  ],
  ['acme-dns: { listen: "127.0.0.1:8054", zone: a..example }', 'acme-dns.zone: '],
  ['acme-dns: { listen: "127.0.0.1:8054", zone: a, register: [all] }', 'acme-dns.register[0]: "all" is not a network'],
  ['external-dns: [{ listen: "0.0.0.0:8888", owner: a }]', 'external-dns[0].listen: 0.0.0.0:8888 can be reached'],
  [
    'external-dns: [{ listen: "127.0.0.1:1", owner: a }, { listen: "127.0.0.1:2", owner: a }]',
    'external-dns[1].owner: there is a listener of a already',
  ],
  ['samples: 1 in 0', 'samples: "1 in 0" is not "none", or a share such as 1 in 100'],
  ['samples: 5', 'is not "none"'],
  ['samples: none\nquery-log: { file: x }', 'query-log: there is nothing to write where samples: none'],
  ['samples: none\ndnstap: { file: x }', 'dnstap: there is nothing to write where samples: none'],
  ['dnstap: {}', 'dnstap: dnstap has either a file or a socket'],
  ['dnstap: { file: a, socket: b }', 'dnstap: dnstap has either a file or a socket'],
  ['dnstap: { socket: b, keep: 2 }', 'dnstap.keep: a socket has no keep'],
  ['keys: { a..b: { secret: c2VjcmV0 } }', 'has an empty label'],
  ['keys: { a: { algorithm: hmac-md5, secret: c2VjcmV0 } }', 'hmac-sha256'],
])('%s is refused', (text, complaint) => {
  const outcome = readSettings(text, FILE)
  expect('problems' in outcome && outcome.problems.map(formatProblem).join()).toContain(complaint)
})

test('a limit of 0 is none', () => {
  expect(readSettings('rate-limit: { per-second: 0 }', FILE)).not.toHaveProperty('settings.rateLimit')
})

test('a file for dnstap is put aside at a size, as that of the query log is', () => {
  expect(readSettings('dnstap: { file: tap }', FILE)).toMatchObject({
    settings: { dnstap: { file: '/etc/meridian/tap', bytes: 1e8, keep: 5 } },
  })
})

test('no samples are none', () => {
  expect(readSettings('samples: none', FILE)).toMatchObject({ settings: { samples: 0 } })
})

test('cookies that are not enabled are none', () => {
  expect(readSettings('cookies: { enabled: false }', FILE)).not.toHaveProperty('settings.cookies')
})

test('beyond this machine the API listens without TLS only when it is told that it may', () => {
  expect(readSettings('admin: { listen: "192.0.2.1:80", allow-insecure: true }', FILE)).toMatchObject({
    settings: { admin: { listen: { host: '192.0.2.1', port: 80 }, allowInsecure: true } },
  })
})

const ENDPOINT = 'is not an address and a port, such as 127.0.0.1:5300 or [::1]:5300'

test.each([
  ['- a\n', ['server.yaml:1:1 a list of 1 is not a map']],
  ['lissten: []\n', ['server.yaml:1:1 lissten: unknown key "lissten" (did you mean "listen"?)']],
  ['listen: []\n', ['server.yaml:1:9 listen: needs at least one entry']],
  ['listen: 127.0.0.1:53\n', ['server.yaml:1:9 listen: "127.0.0.1:53" is not a list of addresses with ports']],
  ['listen: [127.0.0.1]\n', [`server.yaml:1:10 listen[0]: "127.0.0.1" ${ENDPOINT}`]],
  ['listen: ["::1:53"]\n', [`server.yaml:1:10 listen[0]: "::1:53" ${ENDPOINT}`]],
  ['listen: ["[127.0.0.1]:53"]\n', [`server.yaml:1:10 listen[0]: "[127.0.0.1]:53" ${ENDPOINT}`]],
  ['listen: [localhost:53]\n', [`server.yaml:1:10 listen[0]: "localhost:53" ${ENDPOINT}`]],
  ['listen: [127.0.0.1:65536]\n', [`server.yaml:1:10 listen[0]: "127.0.0.1:65536" ${ENDPOINT}`]],
  ['listen: [127.0.0.1:53, 127.0.0.1:053]\n', ['server.yaml:1:24 listen[1]: "127.0.0.1:053" is already in this list']],
  ['workers: 0\n', ['server.yaml:1:10 workers: 0 is too small; 1 is the least']],
  ['workers: many\n', ['server.yaml:1:10 workers: "many" is not a number of threads from 1 to 256, or auto']],
  [
    'rate-limit: { per-second: -1, exempt: [here] }\n',
    [
      'server.yaml:1:27 rate-limit.per-second: -1 is too small; 0 is the least',
      'server.yaml:1:40 rate-limit.exempt[0]: "here" is not a network',
    ],
  ],
  [
    'cookies: { bad-cookie: never }\n',
    ['server.yaml:1:24 cookies.bad-cookie: "never" is not one of off, when-limited, always'],
  ],
  [
    'identity: { server: "", version: "é" }\n',
    [
      'server.yaml:1:21 identity.server: "" is not a text of 1 to 128 printable ASCII characters',
      'server.yaml:1:34 identity.version: "é" is not a text of 1 to 128 printable ASCII characters',
    ],
  ],
  [
    'tls: { listen: ["127.0.0.1:853", "127.0.0.1:53"], certificate: c, key: k }\n',
    ['server.yaml:1:34 tls.listen[1]: port 53 is for DNS in clear; DNS over TLS has 853'],
  ],
  [
    'tls: { listen: [here], key: k }\n',
    [`server.yaml:1:6 tls: needs the key "certificate"`, `server.yaml:1:17 tls.listen[0]: "here" ${ENDPOINT}`],
  ],
  ['explain: { to: [me] }\n', ['server.yaml:1:17 explain.to[0]: "me" is not a network']],
  ['proxy-protocol: { from: [dnsdist] }\n', ['server.yaml:1:26 proxy-protocol.from[0]: "dnsdist" is not a network']],
  ['udp: datagram\n', ['server.yaml:1:6 udp: "datagram" is not one of auto, batch, dgram']],
  ['geo: { databases: x.mmdb }\n', ['server.yaml:1:19 geo.databases: "x.mmdb" is not a list of paths']],
  ['geo: { max-age-days: 0 }\n', ['server.yaml:1:22 geo.max-age-days: 0 is too small; it must be more than 0']],
  ['traffic: ""\n', ['server.yaml:1:10 traffic: "" is not a path']],
  ['admin: { tls: { key: k } }\n', ['server.yaml:1:15 admin.tls: needs the key "certificate"']],
  [
    'admin: { listen: "0.0.0.0:8053" }\n',
    [
      'server.yaml:1:18 admin.listen: 0.0.0.0:8053 can be reached from other machines: set admin.tls, or allow-insecure: true',
    ],
  ],
  [
    'log-level: inform\n',
    [
      'server.yaml:1:12 log-level: "inform" is not one of fatal, error, warn, info, debug, trace (did you mean "info"?)',
    ],
  ],
  ['udp: x\nudp: y\n', ['server.yaml:2:1 the key "udp" is already there']],
])('%j is refused', (text, lines) => {
  const read = readSettings(text, 'server.yaml')
  expect('problems' in read ? read.problems.map(formatProblem) : []).toEqual(lines)
})

test('no text makes the reader throw', () => {
  const value = fc.jsonValue({ maxDepth: 2 })
  const keys = fc.constantFrom(
    'traffic',
    'listen',
    'geo',
    'admin',
    'workers',
    'udp',
    'log-level',
    'cookies',
    'identity',
  )
  fc.assert(
    fc.property(fc.dictionary(keys, value), settings => {
      expect(() => readSettings(JSON.stringify(settings), FILE)).not.toThrow()
    }),
  )
})

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.0.2.1', false],
  ['localhost', false],
])('that %s is this machine only: %s', (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback)
})
