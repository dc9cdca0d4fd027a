// What hostile packets meet: beside the zone of the benchmark, zones that are signed in each of the three ways, with something of
// everything, and an office that may be asked for transfers, updates and reasons.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { trafficDocument } from '../../bench/servers/meridian.mjs'
import { HOSTILE_KEY } from './queries.mjs'

/** How each of the zones proves that something does not exist. */
const SIGNED = { 'nsec.example': 'nsec', 'nsec3.example': 'nsec3', 'compact.example': 'compact' }
const UNSIGNED = 'plain.example'

const text = length => `"${'x'.repeat(length)}"`
const repeated = (count, make) => Array.from({ length: count }, (_, i) => make(i)).join(', ')

/** Records of all shapes; `steered` is what a name has that is, and hints that follow it are for zones that are not signed. */
const records = (apex, steered, hints) => `
      "@": [ { type: MX, data: 10 mail.${apex}. }, { type: TXT, data: v=spf1 -all }, { type: ALIAS, data: api } ]
      ns1: [ { type: A, data: 192.0.2.53 }, { type: AAAA, data: "2001:db8::53" } ]
      mail: [ { type: A, data: 192.0.2.25 }, { type: AAAA, data: "2001:db8::25" } ]
      api: [ ${steered}, { type: HTTPS, data: 1 . alpn=h2${hints} } ]
      alias: { type: HTTPS, data: 0 api }
      "*.wild": [ { type: A, data: 192.0.2.4 }, { type: TXT, data: w } ]
      "*.steered": ${steered}
      a.b.c: { type: TXT, data: deep }
      www: { type: CNAME, data: api.${apex}. }
      loop: { type: CNAME, data: loop.${apex}. }
      out: { type: CNAME, data: mail.${UNSIGNED}. }
      "*.to": { type: CNAME, data: x.wild.${apex}. }
      tree: { type: DNAME, data: wild.${apex}. }
      child: [ { type: NS, data: ns.child.${apex}. }, { type: DS, data: "1 13 2 ${'ab'.repeat(32)}" } ]
      ns.child: { type: A, data: 192.0.2.5 }
      insecure: { type: NS, data: ns.example.net. }
      long: { type: TXT, data: '${repeated(5, () => text(220)).replaceAll(', ', ' ')}' }
      many: [ ${repeated(60, i => `{ type: AAAA, data: "2001:db8::${i + 1}" }`)} ]
      svc: [ ${repeated(12, i => `{ type: SRV, data: 0 0 443 ${i < 6 ? 'mail' : 'many'}${i}.wild.${apex}. }`)} ]
`

const zone = (apex, steered, keys, hints = '') => `  ${apex}:
    nameservers: [ns1.${apex}, ns.example.net]
    update: [ { key: ${HOSTILE_KEY}, names: [_acme-challenge, _acme-challenge.*] } ]${keys}
    records:${records(apex, steered, hints)}`

const PREFIXES = [
  ...[
    '',
    '',
    'nowhere',
    'ns1',
    'mail',
    'api',
    'alias',
    'x.wild',
    'wild',
    'y.steered',
    'a.b.c',
    'b.c',
    'www',
    'loop',
    'out',
  ],
  ...['q.to', 'tree', 'x.tree', 'child', 'x.child', 'insecure', 'x.insecure', 'long', 'many', 'svc', '_acme-challenge'],
  ...['_explain', '_explain.api', '_explain.x.wild', '_explain.nowhere'],
]

/** Names in and around the zones, without the final dot. */
export const HOSTILE_NAMES = ['example', 'version.bind', 'id.server', HOSTILE_KEY].concat(
  [...Object.keys(SIGNED), UNSIGNED].flatMap(apex =>
    PREFIXES.map(prefix => (prefix === '' ? apex : `${prefix}.${apex}`)),
  ),
)

/** The traffic document, with as many names in the benchmark's zone as `counts` says; where none is steered, nothing is. */
export function hostileDocument(counts) {
  const steered = counts.steered > 0 ? '{ steer: nearest }' : '{ type: A, data: 192.0.2.1 }'
  const signed = Object.entries(SIGNED).map(([apex, denial]) =>
    zone(apex, steered, `\n    dnssec: { denial: ${denial} }`),
  )
  const transfer = `\n    transfer: { allow: [${HOSTILE_KEY}, 127.0.0.0/8] }`
  const plain = zone(UNSIGNED, steered, transfer, counts.steered > 0 ? ', hints: steer' : '')
  return [trafficDocument(counts).trimEnd(), ...signed, plain].join('\n')
}

/** The server with all that it can be asked for turned on. */
export const generous = server => ({
  ...server,
  configure(folder, options) {
    const configured = server.configure(folder, options)
    const file = join(folder, 'server.yaml')
    const settings = JSON.parse(readFileSync(file, 'utf8'))
    const keys = { [HOSTILE_KEY]: { secret: Buffer.alloc(32, 7).toString('base64') } }
    const identity = { server: 'hostile', version: 'none' }
    writeFileSync(file, JSON.stringify({ ...settings, keys, identity, explain: { to: ['127.0.0.0/8'] }, rotate: true }))
    return configured
  },
})
