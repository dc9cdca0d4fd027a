import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StaticView } from '../../../src/control-plane/publish/static-view.js'
import { type Journal, record, since } from '../../../src/control-plane/transfer/journal.js'
import { ixfr } from '../../../src/control-plane/transfer/xfr.js'
import { parseName } from '../../../src/dns/name.js'
import { TYPE } from '../../../src/dns/numbers.js'
import { encodeRdata } from '../../../src/dns/rdata.js'
import type { TableRecord } from '../../../src/dns/record-table.js'

const ORIGIN = parseName('example.com.')

function viewOf(serial: number, hosts: readonly number[]): StaticView {
  const soa = {
    owner: ORIGIN,
    type: TYPE.SOA,
    ttl: 60,
    rdata: encodeRdata(TYPE.SOA, `. . ${serial} 1 1 1 1`, ORIGIN),
  }
  const head = hosts.map(host => ({
    owner: parseName(`n${host % 4}`, ORIGIN),
    type: TYPE.A,
    ttl: 60,
    rdata: Uint8Array.of(192, 0, host >> 8, host),
  }))
  return { origin: ORIGIN, serial, soa, head, file: undefined }
}

const text = ({ owner, type, ttl, rdata }: TableRecord): string => JSON.stringify([[...owner], type, ttl, [...rdata]])
const serialOf = ({ rdata }: TableRecord): number => new DataView(rdata.slice(-20).buffer).getUint32(0)

/** What a secondary makes of the answer (RFC 1995 §4): from the records that it has to those that it gets. */
function apply(has: ReadonlySet<string>, answer: readonly TableRecord[]): ReadonlySet<string> {
  if (answer[1]?.type !== TYPE.SOA) return new Set(answer.slice(1, -1).map(text))
  const records = new Set(has)
  let deleting = false
  for (const each of answer.slice(1, -1)) {
    if (each.type === TYPE.SOA) deleting = !deleting
    else if (deleting) expect(records.delete(text(each))).toBe(true)
    else records.add(text(each))
  }
  return records
}

const hosts = fc.uniqueArray(fc.nat(20), { maxLength: 12 })

test('who applies the steps since any serial has the zone as it is', () => {
  fc.assert(
    fc.property(fc.array(hosts, { minLength: 1, maxLength: 8 }), fc.nat(2 ** 32 - 1), (states, start) => {
      const views = states.map((state, i) => viewOf((start + i) >>> 0, state))
      const journal = views.reduce<Journal>((past, view, i) => (i === 0 ? past : record(past, views[i - 1]!, view)), [])
      const now = views.at(-1)!
      for (const view of views.slice(0, -1)) {
        const answer = ixfr(now, journal, view.serial)
        expect(answer.kind).toBe('steps')
        const records = [...answer.records]
        expect([serialOf(records[0]!), serialOf(records.at(-1)!)]).toEqual([now.serial, now.serial])
        expect(apply(new Set(view.head.map(text)), records)).toEqual(new Set(now.head.map(text)))
      }
    }),
  )
})

test('the past is bounded to a hundred steps', () => {
  let journal: Journal = []
  for (let serial = 1; serial <= 150; serial++)
    journal = record(journal, viewOf(serial, [serial % 7]), viewOf(serial + 1, [(serial + 1) % 7]))
  expect(journal).toHaveLength(100)
  expect(since(journal, 51)).toHaveLength(100)
  expect(since(journal, 50)).toBeUndefined()
})

test('a step of more records than are worth it makes the past begin anew', () => {
  const hosts = Array.from({ length: 20_001 }, (_, i) => i)
  expect(record(record([], viewOf(1, [1]), viewOf(2, [2])), viewOf(2, []), viewOf(3, hosts))).toEqual([])
})

test('a serial that goes back, or stays, is no step', () => {
  const journal = record([], viewOf(1, [1]), viewOf(2, [2]))
  expect(record(journal, viewOf(2, [2]), viewOf(2, [2]))).toBe(journal)
  expect(record(journal, viewOf(2, [2]), viewOf(1, [2]))).toEqual([])
})
