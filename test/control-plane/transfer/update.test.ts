import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { equalNames, parseName } from '../../../src/dns/name.js'
import { RCODE, rcodeName, typeName } from '../../../src/dns/numbers.js'
import { formatRdata } from '../../../src/dns/rdata.js'
import { OfficeWorld, rr, updateMessage, XFER } from './world.js'

let world: OfficeWorld
beforeEach(async () => {
  world = await OfficeWorld.make()
})
afterEach(() => world.close())

/** The lines of the document that mention the words. */
const linesWith = async (...words: readonly string[]): Promise<string[]> =>
  (await world.text()).split('\n').filter(line => words.some(word => line.includes(word)))

describe('an ACME challenge', () => {
  test('is written into the document, beside its comments, and taken out again', async () => {
    const before = await world.text()
    const value = '"0123_token"'
    expect(await world.update({ changes: [rr('_acme-challenge', 'IN', 'TXT', value, 60)] })).toBe(RCODE.NOERROR)
    expect(await linesWith('_acme')).toContain(`      _acme-challenge: { type: TXT, data: '"0123_token"', ttl: 60 }`)
    expect(await linesWith('# the web server')).toHaveLength(1)
    expect(await world.update({ changes: [rr('_acme-challenge', 'NONE', 'TXT', value)] })).toBe(RCODE.NOERROR)
    expect(await world.text()).toBe(before)
  })

  test('of a wildcard certificate has two values at one name', async () => {
    const at = '_acme-challenge.www'
    await world.update({ changes: [rr(at, 'IN', 'TXT', '"a"', 60)] })
    await world.update({ changes: [rr(at, 'IN', 'TXT', '"b"', 60)] })
    const { records } = world.store.current().document.zones.get('example.com.')!
    const owner = parseName(`${at}.example.com.`)
    expect(records.filter(record => Buffer.compare(record.owner, owner) === 0)).toHaveLength(2)
    expect(await world.update({ changes: [rr(at, 'ANY', 'TXT')] })).toBe(RCODE.NOERROR)
    expect(await linesWith(at)).toEqual([])
  })

  test('raises the serial, and makes a difference for IXFR', async () => {
    const before = world.serial()
    await world.update({ changes: [rr('_acme-challenge', 'IN', 'TXT', '"a"', 60)] })
    expect(world.serial()).toBe(before + 1)
    expect(world.archive.get(parseName('example.com.'))?.journal).toMatchObject([
      { fromSerial: before, toSerial: before + 1, deleted: [], added: [{ ttl: 60 }] },
    ])
  })

  test('that is there already changes nothing, and no serial', async () => {
    const changes = [rr('_acme-challenge', 'IN', 'TXT', '"a"', 60)]
    await world.update({ changes })
    const serial = world.serial()
    expect(await world.update({ changes })).toBe(RCODE.NOERROR)
    expect(world.serial()).toBe(serial)
  })
})

describe('the audit log', () => {
  test('has an update that was made, with its key and what it changed', async () => {
    await world.update({ changes: [rr('_acme-challenge', 'IN', 'TXT', '"a"', 60)] })
    expect(world.audited).toEqual([
      {
        actor: expect.stringMatching(/^key .*\.$/),
        what: 'dynamic update',
        address: expect.any(String),
        rcode: 'NOERROR',
        changes: expect.arrayContaining([expect.stringContaining('_acme-challenge')]),
      },
    ])
  })

  test('has one that was refused, and why', async () => {
    await world.update({ changes: [rr('www', 'IN', 'TXT', '"a"', 60)] })
    expect(world.audited).toMatchObject([
      { what: 'dynamic update', rcode: 'REFUSED', refused: expect.stringContaining('refused: ') },
    ])
  })

  test('has none of an update that changed nothing', async () => {
    const changes = [rr('_acme-challenge', 'IN', 'TXT', '"a"', 60)]
    await world.update({ changes })
    await world.update({ changes })
    expect(world.audited).toHaveLength(1)
  })
})

/** What the document has at a name, as type, data and TTL. */
const recordsAt = (owner: Uint8Array): string[] =>
  world.store
    .current()
    .document.zones.get('example.com.')!
    .records.filter(record => equalNames(record.owner, owner))
    .map(({ type, ttl, rdata }) => `${typeName(type)} ${formatRdata(type, rdata)} ${ttl}`)

const MX = 'MX 10 host.example.com. 3600'
const MIXED = ['TXT "one" 300', 'TXT "two" 300', MX]

test.each([
  // what, changes, records of that name afterwards
  [
    'a record more goes to its name',
    [rr('host', 'IN', 'A', '192.0.2.81', 3600)],
    ['A 192.0.2.80 3600', 'A 192.0.2.81 3600'],
  ],
  ['a type more goes to its name', [rr('mixed', 'IN', 'A', '192.0.2.81', 9)], [...MIXED, 'A 192.0.2.81 9']],
  ['another TTL is that of the whole set', [rr('mixed', 'IN', 'TXT', '"two"', 9)], ['TXT "one" 9', 'TXT "two" 9', MX]],
  ['a set goes, and others at the name stay', [rr('mixed', 'ANY', 'TXT')], [MX]],
  ['a name goes with all that it has', [rr('mixed', 'ANY', 'ANY')], []],
  ['one of two records goes', [rr('mixed', 'NONE', 'TXT', '"one"')], ['TXT "two" 300', MX]],
  ['what is not there is not missed', [rr('mixed', 'NONE', 'TXT', '"three"')], MIXED],
  ['a name that is not there is not missed', [rr('none.dyn', 'ANY', 'ANY')], []],
  [
    'a CNAME beside other records is not made, and nobody is told',
    [rr('host', 'IN', 'CNAME', 'x', 1)],
    ['A 192.0.2.80 3600'],
  ],
  [
    'a CNAME takes the place of another',
    [rr('alias', 'IN', 'CNAME', 'one.net.', 60), rr('alias', 'IN', 'CNAME', 'two.net.', 60)],
    ['CNAME two.net. 60'],
  ],
  [
    'beside a CNAME nothing is made',
    [rr('alias', 'IN', 'CNAME', 'one.net.', 60), rr('alias', 'IN', 'A', '192.0.2.99', 60)],
    ['CNAME one.net. 60'],
  ],
  ['the apex loses all but its SOA and NS', [rr('@', 'ANY', 'ANY')], []],
  ['a name is the same in any letter case', [rr('HOST', 'NONE', 'A', '192.0.2.80')], []],
  [
    'changes are made one after the other',
    [rr('host', 'ANY', 'A'), rr('host', 'IN', 'A', '192.0.2.1', 7)],
    ['A 192.0.2.1 7'],
  ],
])('%s', async (_, changes, expected) => {
  expect(rcodeName(await world.update({ changes }))).toBe('NOERROR')
  expect(recordsAt(changes[0]!.owner)).toEqual(expected)
  expect(await linesWith('nameservers: [ns.example.net]')).toHaveLength(2)
})

test.each([
  // rcode, prerequisite
  ['NOERROR', rr('host', 'ANY', 'ANY')],
  ['NXDOMAIN', rr('none', 'ANY', 'ANY')],
  ['NOERROR', rr('none', 'NONE', 'ANY')],
  ['YXDOMAIN', rr('host', 'NONE', 'ANY')],
  ['YXDOMAIN', rr('api', 'NONE', 'ANY')],
  ['NOERROR', rr('api', 'ANY', 'A')],
  ['NOERROR', rr('host', 'ANY', 'A')],
  ['NXRRSET', rr('host', 'ANY', 'TXT')],
  ['NOERROR', rr('host', 'NONE', 'TXT')],
  ['YXRRSET', rr('host', 'NONE', 'A')],
  ['NOERROR', rr('host', 'IN', 'A', '192.0.2.80')],
  ['NXRRSET', rr('host', 'IN', 'A', '192.0.2.81')],
  ['NXRRSET', rr('mixed', 'IN', 'TXT', '"one"')],
  ['NOERROR', rr('@', 'IN', 'MX', '10 MAIL.example.net.')],
  ['FORMERR', rr('host', 'ANY', 'A', '192.0.2.80')],
  ['FORMERR', rr('host', 'IN', 'A', '192.0.2.80', 5)],
  ['FORMERR', rr('host', 'CH', 'A')],
  ['NOTZONE', rr('host.example.net.', 'ANY', 'ANY')],
])('%s is what prerequisite %# comes to', async (rcode, prerequisite) => {
  expect(rcodeName(await world.update({ prerequisites: [prerequisite] }))).toBe(rcode)
})

test('prerequisites come before changes: where one does not hold, nobody looks at what is wrong with those (RFC 2136 §3)', async () => {
  const changes = [rr('host', 'CH', 'A', '192.0.2.1', 5)]
  expect(rcodeName(await world.update({ prerequisites: [rr('none', 'ANY', 'ANY')], changes }))).toBe('NXDOMAIN')
  expect(rcodeName(await world.update({ prerequisites: [rr('host', 'ANY', 'ANY')], changes }))).toBe('FORMERR')
})

test('a set that is named whole is that set', async () => {
  const prerequisites = [rr('mixed', 'IN', 'TXT', '"two"'), rr('mixed', 'IN', 'TXT', '"one"')]
  expect(await world.update({ prerequisites })).toBe(RCODE.NOERROR)
})

test.each([
  // what, changes, rcode
  ['a type that is not granted', [rr('_acme-challenge', 'IN', 'A', '192.0.2.1', 1)], 'REFUSED'],
  ['a name that is not granted', [rr('www', 'IN', 'TXT', '"x"', 1)], 'REFUSED'],
  ['two labels where one may be', [rr('_acme-challenge.a.b', 'IN', 'TXT', '"x"', 1)], 'REFUSED'],
  ['a steered name', [rr('api', 'ANY', 'ANY')], 'REFUSED'],
  ['the NS records of the zone', [rr('@', 'IN', 'NS', 'ns.evil.', 1)], 'REFUSED'],
  ['data that are none', [{ ...rr('host', 'IN', 'A', '192.0.2.1', 1), rdata: new Uint8Array(3) }], 'REFUSED'],
  ['a name elsewhere', [rr('www.example.net.', 'IN', 'TXT', '"x"', 1)], 'NOTZONE'],
  ['a TTL where there must be none', [rr('host', 'ANY', 'A', '', 5)], 'FORMERR'],
  ['data where there must be none', [rr('host', 'ANY', 'A', '192.0.2.80')], 'FORMERR'],
  ['a type of questions', [rr('host', 'IN', 'AXFR', '\\# 0', 5)], 'FORMERR'],
  ['a class of elsewhere', [rr('host', 'CH', 'A', '192.0.2.1', 5)], 'FORMERR'],
])('%s makes the whole update fail', async (_, changes, rcode) => {
  const before = await world.text()
  const good = rr('_acme-challenge', 'IN', 'TXT', '"good"', 60)
  expect(rcodeName(await world.update({ changes: [good, ...changes] }))).toBe(rcode)
  expect(await world.text()).toBe(before)
})

test.each([
  ['without a signature', 'example.com.', undefined],
  ['with a key that may change nothing', 'example.com.', XFER],
  ['of a zone that takes none', 'other.example.', undefined],
])('an update %s is REFUSED', async (_, zone, key) => {
  const parts = { zone, changes: [rr('host', 'ANY', 'A')] }
  const before = await world.text()
  if (key !== undefined) expect(rcodeName(await world.update(parts, key))).toBe('REFUSED')
  else expect((await world.ask(updateMessage(parts)))[0]![3]! & 15).toBe(RCODE.REFUSED)
  expect(await world.text()).toBe(before)
})

test('an update of a zone that is not ours, or of a name within one, is NOTAUTH', async () => {
  for (const zone of ['example.net.', 'host.example.com.']) expect(await world.update({ zone })).toBe(RCODE.NOTAUTH)
})

test('updates that come at once are all made', async () => {
  const labels = Array.from({ length: 12 }, (_, i) => `n${i}`)
  const rcodes = await Promise.all(
    labels.map(label => world.update({ changes: [rr(`_acme-challenge.${label}`, 'IN', 'TXT', '"x"', 60)] })),
  )
  expect(rcodes.every(rcode => rcode === RCODE.NOERROR)).toBe(true)
  expect(await linesWith('_acme-challenge.n')).toHaveLength(12)
})

test('a prerequisite that only one of two can meet is met by one', async () => {
  const claim = (value: string) => ({
    prerequisites: [rr('one.dyn', 'NONE', 'ANY')],
    changes: [rr('one.dyn', 'IN', 'TXT', value, 60)],
  })
  const rcodes = await Promise.all(['"a"', '"b"', '"c"'].map(value => world.update(claim(value))))
  expect(rcodes.map(rcodeName).sort()).toEqual(['NOERROR', 'YXDOMAIN', 'YXDOMAIN'])
})

test('while the document is broken where it is kept, the answer is SERVFAIL', async () => {
  await world.rewrite(text => text.replace('regions:', 'regionss:'))
  expect(await world.update({ changes: [rr('host', 'ANY', 'A')] })).toBe(RCODE.SERVFAIL)
})

test('a serial that is written in the document is raised there', async () => {
  await world.rewrite(text => text.replace('    transfer:', '    soa: { serial: 4294967295 }\n    transfer:'))
  await world.update({ changes: [rr('host', 'ANY', 'A')] })
  expect(await linesWith('serial')).toEqual(['    soa: { serial: 0 }'])
})

test('what is changed, and by whom, is said', async () => {
  await world.update({ changes: [rr('_acme-challenge', 'IN', 'TXT', '"x"', 60)] })
  expect(world.told.join()).toContain(
    'dynamic update from 198.51.100.7 (key acme.): zones.example.com.records._acme-challenge',
  )
  expect(world.counted).toEqual(['update NOERROR'])
})
