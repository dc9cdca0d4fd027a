// A resolver that asks for no more of a name than it needs (RFC 9156) asks for an alias before it asks for what is below it: what the alias leads
// to, in another zone, is no part of the answer.
import { afterAll, expect, test } from 'vitest'
import { parseName } from '../../src/dns/name.js'
import { RCODE, TYPE, typeNumber } from '../../src/dns/numbers.js'
import { serveWorld } from '../data-plane/served-world.js'
import { askSigned, makeKeys, NOW } from '../data-plane/signed-world.js'
import { validate } from '../data-plane/validator.js'
import { readDocument, World } from '../world.js'
import { anchorsOf } from './anchors.js'
import { openResolver } from './libunbound.js'

const keys = makeKeys()
afterAll(() => keys.remove())

const document = (denial: string) =>
  readDocument(`
regions: { nowhere: { target: nowhere.a.example } }
zones:
  example:
    dnssec: true
    nameservers: [ns.test]
    records:
      steered: { steer: nearest }
      nothing: { type: CNAME, data: nowhere.other. }
      deep: { type: CNAME, data: nowhere.b.b.a.example. }
      typeless: { type: CNAME, data: text.a.example. }
      cut: { type: CNAME, data: x.cut.a.example. }
      wild: { type: CNAME, data: x.wild.a.example. }
      led: { type: CNAME, data: x.led.a.example. }
      own: { type: CNAME, data: nowhere.example. }
      there: { type: CNAME, data: host.a.example. }
  a.example:
    dnssec: { denial: ${denial} }
    nameservers: [ns.test]
    records:
      text: { type: TXT, data: '"x"' }
      host: { type: A, data: 192.0.2.1 }
      cut: { type: NS, data: ns.outside. }
      "*.wild": { type: A, data: 192.0.2.2 }
      "*.led": { type: CNAME, data: nowhere.a.example. }
      a.b.b: { type: A, data: 192.0.2.1 }
  other: { dnssec: { denial: ${denial} }, nameservers: [ns.test] }
`)
const ALIASES = ['steered', 'nothing', 'deep', 'typeless', 'cut', 'wild', 'led', 'own', 'there']

test.each(['nsec', 'nsec3', 'compact'])(
  'whatever an alias leads to, it and what is below it is secure: %s',
  async denial => {
    const world = await World.of(document(denial), [], new Map(), keys.signing)
    const served = await serveWorld(world)
    const setup = {
      ...{ port: served.port, source: '127.0.0.1', anchors: anchorsOf(world.document, keys.store), now: NOW },
      ...{ forwards: false, minimises: true, zones: ['example.', 'a.example.', 'other.'] },
    }
    try {
      for (const alias of ALIASES)
        for (const question of [`${alias}.example. CNAME`, `b.${alias}.example. A`, `c.b.${alias}.example. DS`]) {
          const resolver = openResolver(setup)
          const [name, type] = question.split(' ') as [string, string]
          const { isSecure, bogus } = await resolver.ask(name, typeNumber(type)!)
          resolver.close()
          expect({ isSecure, bogus }, question).toEqual({ isSecure: true, bogus: undefined })
        }
    } finally {
      served.close()
    }
  },
)

test('a chain ends before what another zone would have to prove, for who asks for proofs', async () => {
  const world = await World.of(document('nsec'), [], new Map(), keys.signing)
  const ends = (alias: string, dnssecOk = true) => {
    const name = `${alias}.example`
    const message = askSigned(world, name, 'A', { dnssecOk })
    if (dnssecOk) validate(message, { name: parseName(name), type: TYPE.A }, keys.anchors(world.document), NOW)
    return [message.rcode, message.answers.map(({ type }) => type), message.authorities.length > 0]
  }
  for (const alias of ['steered', 'nothing', 'deep', 'typeless', 'cut', 'wild', 'led'])
    expect(ends(alias), alias).toEqual([RCODE.NOERROR, [TYPE.CNAME, TYPE.RRSIG], false])
  expect(ends('own')).toEqual([RCODE.NXDOMAIN, [TYPE.CNAME, TYPE.RRSIG], true])
  expect(ends('there')).toEqual([RCODE.NOERROR, [TYPE.CNAME, TYPE.RRSIG, TYPE.A, TYPE.RRSIG], false])
  expect(ends('nothing', false)).toEqual([RCODE.NXDOMAIN, [TYPE.CNAME], true])
  expect(ends('typeless', false)).toEqual([RCODE.NOERROR, [TYPE.CNAME], true])
})
