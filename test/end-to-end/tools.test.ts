import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXAMPLE } from './example.js'
import { run } from './program.js'
import { Server } from './server.js'

const LONG = Array.from({ length: 12 }, (_, i) => `        - { type: TXT, data: '"${i} ${'x'.repeat(180)}"' }`)
const TRAFFIC = `${EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')
  .replace('addresses: [127.0.1.4]', 'addresses: [127.0.1.4, "2001:db8::4"]')
  .replace('addresses: [127.0.1.1]', 'addresses: [127.0.1.1, "2001:db8::1"]')}
      _sip._tcp: { type: SRV, data: "1 2 5060 mail.example.com." }
      svc: { type: TYPE65, data: '\\# 10 00010000010003026832' }
      odd: { type: TYPE65280, data: '\\# 3 010203' }
      old: { type: DNAME, data: new.example.com. }
      a.new: { type: CNAME, data: mail.example.com. }
      long:
${LONG.join('\n')}
`

let server: Server
beforeAll(async () => {
  server = await Server.start({ traffic: TRAFFIC, settings: () => 'identity: { server: node-1 }' })
})
afterAll(() => server?.close())

/** How each tool is told whom to ask. `-i`: delv is to validate nothing, since nothing is signed. */
const AT = {
  dig: port => ['@127.0.0.1', '-p', port],
  kdig: port => ['@127.0.0.1', '-p', port],
  drill: port => ['@127.0.0.1', '-p', port],
  delv: port => ['-i', '@127.0.0.1', '-p', port],
  host: port => ['-p', port],
  nslookup: port => [`-port=${port}`],
} satisfies Record<string, (port: string) => readonly string[]>

type Tool = keyof typeof AT
const SHOW_RECORDS = ['dig', 'kdig', 'drill', 'delv'] as const satisfies readonly Tool[]
/** These name the server last. */
const LAST: ReadonlySet<Tool> = new Set(['host', 'nslookup'])

interface Said {
  readonly code: number | null
  /** Lines of both streams, with one space for what stands between columns. */
  readonly lines: readonly string[]
}

async function ask(tool: Tool, question: string): Promise<Said> {
  const words = [...AT[tool](String(server.port)), ...question.split(' '), ...(LAST.has(tool) ? ['127.0.0.1'] : [])]
  const { code, stdout, stderr } = await run(tool, words)
  const lines = `${stdout}\n${stderr}`.split('\n').map(line => line.replaceAll(/\s+/g, ' ').trim())
  return { code, lines }
}

describe.each(SHOW_RECORDS)('%s', tool => {
  test.each([
    ['api.example.com A', 'api.example.com. 60 IN A 127.0.1.1'],
    ['api.example.com AAAA', 'api.example.com. 60 IN AAAA 2001:db8::1'],
    ['www.example.com A', 'www.example.com. 3600 IN CNAME api.example.com.'],
    ['a.old.example.com A', 'mail.example.com. 3600 IN A 192.0.2.25'],
    ['example.com MX', 'example.com. 3600 IN MX 10 mail.example.com.'],
    ['example.com NS', 'example.com. 3600 IN NS ns1.example.com.'],
    ['example.com TXT', 'example.com. 3600 IN TXT "v=spf1 mx -all"'],
    ['example.com CAA', 'example.com. 3600 IN CAA 0 issue "letsencrypt.org"'],
    ['_sip._tcp.example.com SRV', '_sip._tcp.example.com. 3600 IN SRV 1 2 5060 mail.example.com.'],
    ['odd.example.com TYPE65280', 'odd.example.com. 3600 IN TYPE65280 \\# 3 010203'],
  ])('%s shows %s', async (question, record) => {
    const { code, lines } = await ask(tool, question)
    expect(lines).toContain(record)
    expect(code).toBe(0)
  })

  test('a record that needs TCP is shown whole', async () => {
    // drill asks again by TCP only where it is told to fall back.
    const { code, lines } = await ask(tool, `${tool === 'drill' ? '-a ' : ''}long.example.com TXT`)
    expect(lines.filter(line => /^long\.example\.com\. 3600 IN TXT /.test(line))).toHaveLength(LONG.length)
    expect(code).toBe(0)
  })
})

test.each<[tool: Tool, question: string, code: number, line: string]>([
  ['dig', 'svc.example.com HTTPS', 0, 'svc.example.com. 3600 IN HTTPS 1 . alpn="h2"'],
  ['kdig', 'svc.example.com HTTPS', 0, 'svc.example.com. 3600 IN HTTPS 1 . alpn=h2'],
  ['host', 'api.example.com', 0, 'api.example.com has address 127.0.1.1'],
  ['host', 'api.example.com', 0, 'api.example.com has IPv6 address 2001:db8::1'],
  ['host', '-t MX example.com', 0, 'example.com mail is handled by 10 mail.example.com.'],
  ['host', '-t SRV _sip._tcp.example.com', 0, '_sip._tcp.example.com has SRV record 1 2 5060 mail.example.com.'],
  ['host', '-t TXT mail.example.com', 0, 'mail.example.com has no TXT record'],
  ['host', '-T www.example.com', 0, 'www.example.com is an alias for api.example.com.'],
  ['nslookup', 'api.example.com', 0, 'Address: 127.0.1.1'],
  ['nslookup', '-type=MX example.com', 0, 'example.com mail exchanger = 10 mail.example.com.'],
  ['nslookup', '-type=CAA example.com', 0, 'example.com rdata_257 = 0 issue "letsencrypt.org"'],
  ['nslookup', '-type=TXT mail.example.com', 0, "*** Can't find mail.example.com: No answer"],
])('%s %s ends with %d and says: %s', async (tool, question, code, line) => {
  const said = await ask(tool, question)
  expect(said.lines).toContain(line)
  expect(said.code).toBe(code)
})

/** A name that is not there, and one that is not ours. */
test.each<[tool: Tool, name: string, code: number, words: RegExp]>([
  ['dig', 'nothing.example.com', 0, /status: NXDOMAIN/],
  ['kdig', 'nothing.example.com', 0, /status: NXDOMAIN/],
  ['drill', 'nothing.example.com', 0, /rcode: NXDOMAIN/],
  ['delv', 'nothing.example.com', 0, /resolution failed: ncache nxdomain/],
  ['host', 'nothing.example.com', 1, /^Host nothing\.example\.com not found: 3\(NXDOMAIN\)$/],
  ['nslookup', 'nothing.example.com', 1, /server can't find nothing\.example\.com: NXDOMAIN/],
  ['dig', 'example.net', 0, /status: REFUSED/],
  ['kdig', 'example.net', 0, /status: REFUSED/],
  ['drill', 'example.net', 0, /rcode: REFUSED/],
  ['delv', 'example.net', 0, /REFUSED unexpected RCODE resolving/],
  ['host', 'example.net', 1, /^Host example\.net not found: 5\(REFUSED\)$/],
  ['nslookup', 'example.net', 1, /server can't find example\.net: REFUSED/],
])('%s %s ends with %d and says %s', async (tool, name, code, words) => {
  const said = await ask(tool, name)
  expect(said.lines).toContainEqual(expect.stringMatching(words))
  expect(said.code).toBe(code)
})

test.each<[tool: Tool, question: string, words: RegExp]>([
  ['dig', '+tcp api.example.com', /^;; SERVER: .*\(TCP\)$/],
  ['dig', '+bufsize=512 +ignore long.example.com TXT', /^;; flags: qr aa tc rd; QUERY: 1, ANSWER: 0/],
  ['dig', '+bufsize=512 long.example.com TXT', /^;; Truncated, retrying in TCP mode\.$/],
  ['dig', '+bufsize=4096 +ignore long.example.com TXT', /^;; flags: qr aa tc rd;/],
  ['dig', '+noedns api.example.com', /^;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0$/],
  ['dig', '+dnssec api.example.com', /^; EDNS: version: 0, flags: do; udp: 1232$/],
  ['dig', '+edns=1 +noednsneg api.example.com', /status: BADVERS/],
  ['dig', '+ednsopt=65001:abcd api.example.com', /^;; flags: qr aa rd; QUERY: 1, ANSWER: 1/],
  ['dig', '+ednsflags=0x4000 api.example.com', /^; EDNS: version: 0, flags:; udp: 1232$/],
  ['dig', '+opcode=status api.example.com', /status: NOTIMP/],
  ['dig', '+nocookie +header-only', /status: FORMERR/],
  ['dig', '+header-only', /^; COOKIE: [0-9a-f]{48} \(good\)$/],
  ['dig', 'api.example.com', /^; COOKIE: [0-9a-f]{48} \(good\)$/],
  ['dig', 'CH TXT version.bind', /status: REFUSED/],
  ['dig', 'CH TXT id.server', /^id\.server\. 0 CH TXT "node-1"$/],
  ['dig', '+nsid api.example.com', /^; NSID: 6e 6f 64 65 2d 31 \("node-1"\)$/],
  ['kdig', '+nsid api.example.com', /^;; NSID: .*"node-1"/],
  ['dig', '+ednsopt=19 api.example.com', /^; OPT=19: 02 00( [0-9a-f]{2}){4}/],
  ['dig', 'example.net', /^; EDE: 20 \(Not Authoritative\)/],
  ['dig', '+subnet=133.11.0.0/24 api.example.com', /^; CLIENT-SUBNET: 133\.11\.0\.0\/24\/\d+$/],
  ['dig', '+subnet=2001:200::/48 api.example.com', /^; CLIENT-SUBNET: 2001:200::\/48\/\d+$/],
  ['dig', '+subnet=0.0.0.0/0 api.example.com', /^; CLIENT-SUBNET: 0\.0\.0\.0\/0\/0$/],
  ['dig', 'ApI.eXaMpLe.CoM', /^ApI\.eXaMpLe\.CoM\. 60 IN A 127\.0\.1\.1$/],
  ['kdig', '+tcp +keepopen api.example.com', /^;; From 127\.0\.0\.1@\d+\(TCP\)/],
  ['kdig', '+padding=64 api.example.com', /status: NOERROR/],
  ['kdig', '+nocookie +edns=1 api.example.com', /ext-rcode: BADVERS/],
  ['drill', '-t api.example.com', /^api\.example\.com\. 60 IN A 127\.0\.1\.1$/],
  ['drill', '-D api.example.com', /^;; EDNS: version 0; flags: do ; udp: 1232$/],
  ['drill', 'a.old.example.com', /^old\.example\.com\. 3600 IN DNAME new\.example\.com\.$/],
  ['drill', '-b 4096 long.example.com TXT', /^;; flags: qr aa tc rd ;/],
  ['delv', '+tcp api.example.com', /^api\.example\.com\. 60 IN A 127\.0\.1\.1$/],
])('%s %s says %s', async (tool, question, words) => {
  const { code, lines } = await ask(tool, question)
  expect(lines).toContainEqual(expect.stringMatching(words))
  expect(code).toBe(0)
})

const WITHOUT_RECURSION = { dig: '+norecurse', kdig: '+norecurse', drill: '-o rd' } as const

test.each(['dig', 'kdig', 'drill'] as const)('%s warns of nothing in any answer', async tool => {
  for (const question of ['api.example.com A', 'a.old.example.com A', 'nothing.example.com A']) {
    const { lines } = await ask(tool, `${WITHOUT_RECURSION[tool]} ${question}`)
    expect(lines.filter(line => /\b(warning|malformed|mismatch|unexpected|error)\b/i.test(line))).toEqual([])
  }
})
