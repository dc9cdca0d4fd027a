// RFC 4592: what a wildcard stands for. The first table is that of §2.2.1, zone and answers.
import { beforeAll, describe, expect, test } from 'vitest'
import type { World } from '../world.js'
import { ask, short, zonesOf } from './zones.js'

describe('the examples of RFC 4592 §2.2.1', () => {
  let world: World
  beforeAll(async () => {
    world = await zonesOf({
      example: `
* TXT "this is a wildcard"
* MX 10 host1
sub.* TXT "this is not a wildcard"
host1 A 192.0.2.1
_ssh._tcp.host1 SRV 1 2 3 host1
_ssh._tcp.host2 SRV 1 2 3 host1
subdel NS ns.example.com.
subdel NS ns.example.net.
`,
    })
  })

  test.each([
    // The responses that are synthesized,
    ['host3', 'MX', 'NOERROR', ['host3@ MX 10 host1@']],
    ['host3', 'A', 'NOERROR', []],
    ['foo.bar', 'TXT', 'NOERROR', ['foo.bar@ TXT "this is a wildcard"']],
    // and those that are not, since the name exists, or its closest encloser has no wildcard below it.
    ['host1', 'MX', 'NOERROR', []],
    ['sub.*', 'MX', 'NOERROR', []],
    ['_telnet._tcp.host1', 'SRV', 'NXDOMAIN', []],
    ['ghost.*', 'MX', 'NXDOMAIN', []],
    // A wildcard that is asked for itself, and a label that only looks like one.
    ['*', 'MX', 'NOERROR', ['*@ MX 10 host1@']],
    ['sub.*', 'TXT', 'NOERROR', ['sub.*@ TXT "this is not a wildcard"']],
    ['**', 'TXT', 'NOERROR', ['**@ TXT "this is a wildcard"']],
    ['x*', 'TXT', 'NOERROR', ['x*@ TXT "this is a wildcard"']],
    // Names between others exist.
    ['_tcp.host1', 'TXT', 'NOERROR', []],
    ['host2', 'TXT', 'NOERROR', []],
    ['_tcp.host2', 'SRV', 'NOERROR', []],
    ['x.host2', 'TXT', 'NXDOMAIN', []],
    ['x.host1', 'TXT', 'NXDOMAIN', []],
  ])('%s %s is %s', (name, type, rcode, expected) => {
    const told = ask(world, `${name}.example`, type)
    expect(told).toMatchObject({ rcode, aa: true })
    expect(short(told.answer, 'example')).toEqual(expected)
    expect(told.authority).toHaveLength(expected.length === 0 ? 1 : 0)
  })

  test('host.subdel A is a referral', () => {
    const told = ask(world, 'host.subdel.example', 'A')
    expect(told).toMatchObject({ rcode: 'NOERROR', aa: false, answer: [] })
    expect(short(told.authority, 'example')).toEqual(['subdel@ NS ns.example.com.', 'subdel@ NS ns.example.net.'])
  })
})

describe('wildcards among other things', () => {
  let world: World
  beforeAll(async () => {
    world = await zonesOf({
      'example.com': `
*.w CNAME a
a A 192.0.2.1
*.loop CNAME x.loop
*.lost CNAME nowhere
*.deep CNAME y.x.wild
*.wild TXT wild
*.x.wild TXT deeper
a.*.inner TXT inner
*.cut TXT wild
sub.cut NS ns.other.test.
*.outer CNAME b.outer.example.org.
*.*.twice TXT twice
*.mail MX 10 a
`,
    })
  })

  test.each([
    ['q.w', 'A', 'NOERROR', ['q.w@ CNAME a@', 'a@ A 192.0.2.1']],
    ['r.q.w', 'TXT', 'NOERROR', ['r.q.w@ CNAME a@']],
    ['q.w', 'CNAME', 'NOERROR', ['q.w@ CNAME a@']],
    ['w', 'A', 'NOERROR', []],
    ['*.w', 'A', 'NOERROR', ['*.w@ CNAME a@', 'a@ A 192.0.2.1']],
    // The second name is a wildcard's too, and there the circle closes.
    ['q.loop', 'A', 'NOERROR', ['q.loop@ CNAME x.loop@', 'x.loop@ CNAME x.loop@']],
    ['q.lost', 'A', 'NXDOMAIN', ['q.lost@ CNAME nowhere@']],
    ['q.deep', 'TXT', 'NOERROR', ['q.deep@ CNAME y.x.wild@', 'y.x.wild@ TXT "deeper"']],
    // `x.wild` lies between others and has no records: it exists, and the wildcard does not stand for it.
    ['x.wild', 'TXT', 'NOERROR', []],
    ['z.x.wild', 'TXT', 'NOERROR', ['z.x.wild@ TXT "deeper"']],
    ['z.y.wild', 'TXT', 'NOERROR', ['z.y.wild@ TXT "wild"']],
    // A wildcard without records of its own stands for names without records.
    ['q.inner', 'TXT', 'NOERROR', []],
    ['q.inner', 'A', 'NOERROR', []],
    ['a.*.inner', 'TXT', 'NOERROR', ['a.*.inner@ TXT "inner"']],
    ['b.*.inner', 'TXT', 'NXDOMAIN', []],
    ['a.q.inner', 'TXT', 'NOERROR', []],
    ['q.cut', 'TXT', 'NOERROR', ['q.cut@ TXT "wild"']],
    ['q.outer', 'A', 'NOERROR', ['q.outer@ CNAME b.outer.example.org.']],
    ['a.b.twice', 'TXT', 'NOERROR', []],
    ['a.*.twice', 'TXT', 'NOERROR', ['a.*.twice@ TXT "twice"']],
    ['b.a.*.twice', 'TXT', 'NOERROR', ['b.a.*.twice@ TXT "twice"']],
  ])('%s %s is %s', (name, type, rcode, expected) => {
    const told = ask(world, `${name}.example.com`, type)
    expect(told).toMatchObject({ rcode, aa: true })
    expect(short(told.answer, 'example.com')).toEqual(expected)
  })

  test('a wildcard does not reach over a delegation', () => {
    const told = ask(world, 'q.sub.cut.example.com', 'TXT')
    expect(told).toMatchObject({ rcode: 'NOERROR', aa: false, answer: [] })
    expect(short(told.authority, 'example.com')).toEqual(['sub.cut@ NS ns.other.test.'])
  })

  test('names in the data of a wildcard are whole whatever was asked for', () => {
    const told = ask(world, `${'long-label.'.repeat(12)}mail.example.com`, 'MX')
    expect(told.answer[0]).toMatch(/ MX 10 a\.example\.com\.$/)
    expect(told.additional).toEqual(['a.example.com. 60 IN A 192.0.2.1'])
  })
})
