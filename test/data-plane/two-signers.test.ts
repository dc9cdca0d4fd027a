// Two nodes that have the same keys sign each for itself: their answers are the same where the algorithm has one signature for one text, and
// else the same in everything but the signature, which is as good from either.
import { afterAll, expect, test } from 'vitest'
import type { Message, ResourceRecord } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE, typeNumber } from '../../src/dns/numbers.js'
import { readDocument, World } from '../world.js'
import { askSigned, makeKeys, NOW } from './signed-world.js'
import { validate } from './validator.js'

const keys = makeKeys()
afterAll(() => keys.remove())

const document = (algorithm: string, denial: string) =>
  readDocument(`
regions: { one: { addresses: [192.0.2.1, "2001:db8::1"] }, two: { addresses: [192.0.2.2] } }
zones:
  ${algorithm}.example:
    dnssec: { algorithm: ${algorithm}, denial: ${denial} }
    nameservers: [ns.example.net]
    records:
      www: { steer: all }
      "*.wild": { type: TXT, data: '"wild"' }
      open: { type: NS, data: ns.example.net. }
`)
const QUESTIONS = ['www A', 'www AAAA', 'www TXT', 'nowhere A', 'x.wild TXT', 'x.wild A', 'open DS']

/** Bytes before the name of the signer: the signature itself is what comes after it (RFC 4034 §3.1). */
const SIGNER_AT = 18

function withoutSignature(record: ResourceRecord): ResourceRecord {
  if (record.type !== TYPE.RRSIG) return record
  let end = SIGNER_AT
  while (record.rdata[end] !== 0) end += record.rdata[end]! + 1
  return { ...record, rdata: record.rdata.subarray(0, end + 1) }
}

const said = ({ rcode, answers, authorities }: Message, part = (record: ResourceRecord) => record): unknown => ({
  ...{ rcode, answers: answers.map(part), authorities: authorities.map(part) },
})

test.each([
  ['ed25519', 'nsec', true],
  ['ed25519', 'compact', true],
  ['rsasha256', 'nsec3', true],
  ['ecdsap256sha256', 'nsec', false],
  ['ecdsap256sha256', 'nsec3', false],
])(
  'two nodes that sign by %s, and deny by %s, give the same to the last byte: %s',
  async (algorithm, denial, isSame) => {
    const [one, other] = [
      await World.of(document(algorithm, denial), [], new Map(), keys.signing),
      await World.of(document(algorithm, denial), [], new Map(), keys.signing),
    ]
    const anchors = keys.anchors(one.document)
    for (const question of QUESTIONS) {
      const [label, type] = question.split(' ') as [string, string]
      const name = `${label}.${algorithm}.example`
      const [a, b] = [askSigned(one, name, type), askSigned(other, name, type)]
      for (const reply of [a, b]) validate(reply, { name: parseName(name), type: typeNumber(type)! }, anchors, NOW)
      expect(said(a, withoutSignature), question).toEqual(said(b, withoutSignature))
      if (isSame) expect(said(a), question).toEqual(said(b))
      else expect(said(a), question).not.toEqual(said(b))
    }
  },
)
