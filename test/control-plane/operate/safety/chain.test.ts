import { expect, test } from 'vitest'
import type { ParentSeen } from '../../../../src/control-plane/keys/parent-seen.js'
import { mayBeHeld } from '../../../../src/control-plane/keys/parent-seen.js'
import type { Rollover } from '../../../../src/control-plane/keys/rollover.js'
import { chain } from '../../../../src/control-plane/operate/safety/chain.js'
import { formatName } from '../../../../src/dns/name.js'
import { readDocument } from '../../../world.js'

const zones = (...written: readonly string[]) =>
  readDocument(`regions: { east: { addresses: [192.0.2.1] } }
zones:
${written.map(zone => `  ${zone}\n`).join('')}`)
const zone = (name: string, signed: boolean) =>
  `${name}: { nameservers: [ns1.example.net]${signed ? ', dnssec: true' : ''} }`
/** Of these the parent has a DS. */
const chained = (...names: readonly string[]) => ({
  isChained: ({ origin }: { readonly origin: Parameters<typeof formatName>[0] }) => names.includes(formatName(origin)),
})

const SIGNED = zones(zone('one.example', true), zone('two.example', true))

test.each([
  ['stays signed', zones(zone('one.example', true), zone('two.example', true)), ['one.example.'], undefined],
  ['leaves, and its parent has no DS', zones(zone('one.example', false), zone('two.example', true)), [], undefined],
  ['is taken out of the document', zones(zone('two.example', true)), ['one.example.'], undefined],
  ['leaves', zones(zone('one.example', false), zone('two.example', true)), ['one.example.'], /^one\.example\. would/],
  [
    'leaves, and another one too',
    zones(zone('one.example', false), zone('two.example', false)),
    ['one.example.', 'two.example.'],
    /^one\.example\., two\.example\. would/,
  ],
])('a zone that %s', (_, after, names, refused) => {
  const words = chain(SIGNED, after, chained(...names))?.words
  if (refused === undefined) expect(words).toBeUndefined()
  else expect(words).toMatch(refused)
})

test('the remedy is the command that has the parent take its DS away', () => {
  const found = chain(SIGNED, zones(zone('one.example', false), zone('two.example', true)), chained('one.example.'))
  expect(found?.remedy).toContain('meridian dnssec roll one.example. unsign')
})

test('a zone that was never signed has no chain to break, whatever its parent has', () => {
  const before = zones(zone('one.example', false))
  expect(chain(before, zones(zone('one.example', false)), chained('one.example.'))).toBeUndefined()
  expect(chain(before, zones(zone('one.example', true)), chained('one.example.'))).toBeUndefined()
})

const DS = Uint8Array.of(0, 1, 13, 2, 0)
const seen = (...somewhere: readonly Uint8Array[]): ParentSeen => ({ at: 1, ttl: 60, everywhere: [], somewhere })
const unsign = (stage: number): Rollover => ({
  ...{ kind: 'unsign', emergency: false, old: [], new: [], stage, since: 1, zoneTtl: 60, dsTtl: 60 },
  ...{ actor: 'alice', reason: 'moving' },
})

test.each([
  ['a parent that was never asked', undefined, undefined, false],
  ['a parent without a DS', seen(), undefined, false],
  ['a parent of which one server has a DS', seen(DS), undefined, true],
  ['a parent without a DS, which resolvers may remember', seen(), unsign(0), true],
  ['a parent without a DS, which all have forgotten', seen(), unsign(1), false],
  ['a parent that has a DS again', seen(DS), unsign(1), true],
])('of %s resolvers may hold a DS or not', (_, parent, rollover, held) => {
  expect(mayBeHeld(parent, rollover)).toBe(held)
})
