// Where a zone ends (RFC 1034 §4.2.1, RFC 2181 §6, RFC 4035 §3.1.4.1): cuts, glue, zones of ours below zones of ours.
import { beforeAll, describe, expect, test } from 'vitest'
import type { World } from '../world.js'
import { ask, short, zonesOf } from './zones.js'

const DIGEST = '00'.repeat(32)
const DS = `DS 1 13 2 ${DIGEST}`

describe('delegations to others', () => {
  let world: World
  beforeAll(async () => {
    world = await zonesOf({
      'example.com': `
sub NS ns.sub
sub NS ns.sister
sub NS ns.example.org.
sub NS in-zone
sub ${DS}
sub TXT hidden
ns.sub A 192.0.2.1
ns.sub AAAA 2001:db8::1
hidden.sub TXT hidden
deeper.sub NS ns.deeper.sub
ns.deeper.sub A 192.0.2.2
sister NS ns.sister
ns.sister A 192.0.2.3
itself NS itself
itself A 192.0.2.4
in-zone A 192.0.2.5
under.nothing NS ns.example.org.
to-cut CNAME sub
below-cut CNAME www.sub
to-glue CNAME ns.sub
mail MX 10 ns.sub
`,
    })
  })

  const REFERRAL = ['sub@ NS ns.sub@', 'sub@ NS ns.sister@', 'sub@ NS ns.example.org.', 'sub@ NS in-zone@']
  const GLUE = ['ns.sub@ A 192.0.2.1', 'ns.sub@ AAAA 2001:db8::1', 'ns.sister@ A 192.0.2.3', 'in-zone@ A 192.0.2.5']

  test.each([
    ['sub', 'NS'],
    ['sub', 'A'],
    ['sub', 'TXT'],
    ['sub', 'SOA'],
    ['sub', 'ANY'],
    ['SUB', 'A'],
    ['www.sub', 'A'],
    ['ns.sub', 'A'],
    ['hidden.sub', 'TXT'],
    ['deeper.sub', 'NS'],
    ['ns.deeper.sub', 'A'],
    ['www.sub', 'DS'],
    ['deeper.sub', 'DS'],
  ])('%s %s is a referral with glue, that of a sister’s server too', (name, type) => {
    const told = ask(world, `${name}.example.com`, type)
    expect(told).toMatchObject({ rcode: 'NOERROR', aa: false, answer: [] })
    expect(short(told.authority, 'example.com').map(line => line.toLowerCase())).toEqual(
      REFERRAL.map(line => line.toLowerCase()),
    )
    expect(short(told.additional, 'example.com').map(line => line.replace('SUB', 'sub'))).toEqual(GLUE)
  })

  test('a server that is the delegated name itself has its glue', () => {
    const told = ask(world, 'www.itself.example.com', 'A')
    expect(told.additional).toEqual(['itself.example.com. 60 IN A 192.0.2.4'])
  })

  test('DS is answered by the parent, or denied', () => {
    expect(ask(world, 'sub.example.com', 'DS')).toMatchObject({
      aa: true,
      answer: [expect.stringMatching(/^sub\.example\.com\. 60 IN DS 1 13 2 /)],
      authority: [],
    })
    const denied = ask(world, 'sister.example.com', 'DS')
    expect(denied).toMatchObject({ rcode: 'NOERROR', aa: true, answer: [] })
    expect(denied.authority[0]).toMatch(/^example\.com\. 60 IN SOA /)
  })

  test('a name above a delegation exists', () => {
    expect(ask(world, 'nothing.example.com', 'A')).toMatchObject({ rcode: 'NOERROR', aa: true, answer: [] })
  })

  test.each([
    ['to-cut', 'A', ['to-cut@ CNAME sub@'], 4],
    ['below-cut', 'A', ['below-cut@ CNAME www.sub@'], 4],
    ['to-glue', 'A', ['to-glue@ CNAME ns.sub@'], 4],
    ['to-cut', 'DS', ['to-cut@ CNAME sub@', `sub@ DS 1 13 2 ${DIGEST}`], 0],
  ])('the alias %s, asked for %s, leads there', (name, type, answer, servers) => {
    const told = ask(world, `${name}.example.com`, type)
    expect(told).toMatchObject({ rcode: 'NOERROR', aa: true })
    expect(short(told.answer, 'example.com')).toEqual(answer)
    expect(told.authority).toHaveLength(servers)
  })
})

describe('zones of ours within zones of ours', () => {
  let world: World
  beforeAll(async () => {
    world = await zonesOf({
      'example.com': `
a.b.sub NS ns.a.b.sub
a.b.sub ${DS}
ns.a.b.sub A 192.0.2.9
x.a.b.sub TXT hidden
other NS ns.other.test.
www CNAME www.a.b.sub
*.wild TXT wild
`,
      'a.b.sub.example.com': 'www A 192.0.2.1\nback CNAME www.example.com.\n@ TXT child\n',
      'silent.example.com': '@ TXT "without a delegation"\n',
      'kept.other.example.com': '@ TXT "below a delegation to others"\n',
      'q.wild.example.com': '@ TXT "below a wildcard"\n',
    })
  })

  test.each([
    // The child is answered from the child,
    ['a.b.sub', 'NS', ['a.b.sub@ NS ns.other.test.'], undefined],
    ['a.b.sub', 'TXT', ['a.b.sub@ TXT "child"'], undefined],
    ['x.a.b.sub', 'TXT', [], 'a.b.sub.example.com.'],
    ['ns.a.b.sub', 'A', [], 'a.b.sub.example.com.'],
    // but for its DS, which is the parent's.
    ['a.b.sub', 'DS', [`a.b.sub@ DS 1 13 2 ${DIGEST}`], undefined],
    ['silent', 'DS', [], 'example.com.'],
    ['q.wild', 'DS', [], 'example.com.'],
    ['kept.other', 'DS', [], 'kept.other.example.com.'],
    // What lies between parent and child exists.
    ['b.sub', 'A', [], 'example.com.'],
    ['sub', 'A', [], 'example.com.'],
    ['z.b.sub', 'A', [], 'example.com.'],
    ['wild', 'TXT', [], 'example.com.'],
    ['q.wild', 'TXT', ['q.wild@ TXT "below a wildcard"'], undefined],
    ['r.wild', 'TXT', ['r.wild@ TXT "wild"'], undefined],
    ['r.q.wild', 'TXT', [], 'q.wild.example.com.'],
    ['silent', 'TXT', ['silent@ TXT "without a delegation"'], undefined],
    ['kept.other', 'TXT', ['kept.other@ TXT "below a delegation to others"'], undefined],
    ['www', 'A', ['www@ CNAME www.a.b.sub@', 'www.a.b.sub@ A 192.0.2.1'], undefined],
    [
      'back.a.b.sub',
      'A',
      ['back.a.b.sub@ CNAME www@', 'www@ CNAME www.a.b.sub@', 'www.a.b.sub@ A 192.0.2.1'],
      undefined,
    ],
  ])('%s %s', (name, type, answer, denier) => {
    const told = ask(world, `${name}.example.com`, type)
    expect(told.aa).toBe(true)
    expect(short(told.answer, 'example.com')).toEqual(answer)
    expect(told.authority.map(line => line.split(' ')[0])).toEqual(denier === undefined ? [] : [denier])
  })

  test.each([
    ['b.sub', 'NOERROR'],
    ['z.b.sub', 'NXDOMAIN'],
    ['x.a.b.sub', 'NXDOMAIN'],
    ['silent', 'NOERROR'],
    ['nothing', 'NXDOMAIN'],
  ])('%s is %s', (name, rcode) => {
    expect(ask(world, `${name}.example.com`, 'A').rcode).toBe(rcode)
  })
})

describe('the root, and a top-level domain', () => {
  let world: World
  beforeAll(async () => {
    world = await zonesOf({
      '.': `
com NS a.gtld.net.
com ${DS}
a.gtld.net A 192.0.2.1
ns.other.test A 192.0.2.53
* TXT "any top-level domain"
alias CNAME www.org.
renamed DNAME org.
`,
      org: 'www A 192.0.2.2\nexample NS ns.example\nns.example A 192.0.2.3\n',
    })
  })

  test.each([
    ['.', 'SOA', 'NOERROR', ['. SOA ns.other.test. hostmaster.other.test. 1 7200 900 1209600 60']],
    ['.', 'NS', 'NOERROR', ['. NS ns.other.test.']],
    ['.', 'A', 'NOERROR', []],
    ['nothing', 'TXT', 'NOERROR', ['nothing. TXT "any top-level domain"']],
    ['a.b.c', 'TXT', 'NOERROR', ['a.b.c. TXT "any top-level domain"']],
    ['net', 'A', 'NOERROR', []],
    ['x.net', 'A', 'NXDOMAIN', []],
    ['com', 'DS', 'NOERROR', [`com. DS 1 13 2 ${DIGEST}`]],
    ['org', 'DS', 'NOERROR', []],
    ['www.org', 'A', 'NOERROR', ['www.org. A 192.0.2.2']],
    ['alias', 'A', 'NOERROR', ['alias. CNAME www.org.', 'www.org. A 192.0.2.2']],
    ['www.renamed', 'A', 'NOERROR', ['renamed. DNAME org.', 'www.renamed. CNAME www.org.', 'www.org. A 192.0.2.2']],
  ])('%s %s is %s', (name, type, rcode, answer) => {
    const told = ask(world, name, type)
    expect(told).toMatchObject({ rcode, aa: true })
    expect(told.answer.map(line => line.replace(/ \d+ IN /, ' '))).toEqual(answer)
    if (answer.length === 0) expect(told.authority[0]).toMatch(/^\. \d+ IN SOA/)
  })

  test.each([
    ['www.example.com', 'com. 60 IN NS a.gtld.net.', 'a.gtld.net. 60 IN A 192.0.2.1'],
    ['www.example.org', 'example.org. 60 IN NS ns.example.org.', 'ns.example.org. 60 IN A 192.0.2.3'],
  ])('%s is referred', (name, server, glue) => {
    expect(ask(world, name, 'A')).toMatchObject({ aa: false, answer: [], authority: [server], additional: [glue] })
  })
})
