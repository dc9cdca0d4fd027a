import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHILD, Delegation, delegationPort, MOVING, PARENT, TEXTS } from './delegation.js'
import { CLIENTS } from './example.js'
import { RESOLVERS, type ResolverName, RunningResolver } from './resolvers.js'
import { until } from './server.js'

const NAMES = Object.keys(RESOLVERS) as readonly ResolverName[] // its own keys
const UNBOUND: ResolverName = 'unbound, with client subnets and mixed case'
const KNOT: ResolverName = 'Knot Resolver, with a buffer of 512 bytes and mixed case'
const BY_TCP: ResolverName = 'BIND, by TCP only'

/** The region next to where each of them is, in the geo database of the tests. */
const HOME: Readonly<Record<ResolverName, number>> = {
  [UNBOUND]: 5,
  'BIND, with a buffer of 4096 bytes': 3,
  'BIND, without EDNS': 3,
  [BY_TCP]: 3,
  [KNOT]: 4,
}

/** Whom the records of `medium`, which need about 900 bytes, reach by UDP. */
const MEDIUM_BY_UDP: ReadonlySet<ResolverName> = new Set([UNBOUND, 'BIND, with a buffer of 4096 bytes'])

const COMPLAINTS =
  /\b(errors?|lame|formerr|broken|scrub\w*|servfail|unexpected|timed out|mismatch\w*|disabling|fail\w*|bogus)\b/i

let world: Delegation
const running = new Map<ResolverName, RunningResolver>()
const resolver = (name: ResolverName): RunningResolver => running.get(name)! // all of them were started

beforeAll(async () => {
  world = await Delegation.start(await delegationPort())
  for (const name of NAMES) running.set(name, await RunningResolver.start(name, world.port))
})

afterAll(async () => {
  for (const one of running.values()) await one.stop()
  await world?.close()
})

describe.each(NAMES)('%s', name => {
  const short = (...args: readonly string[]): Promise<string[]> => resolver(name).short(...args)

  test('it resolves a steered name to the region next to itself', async () => {
    expect(await short('api.example.com')).toEqual([`127.0.1.${HOME[name]}`])
  })

  test.each([
    ['a CNAME to a steered name', ['www.example.com'], ['api.example.com.', `127.0.1.${HOME[name]}`]],
    ['a static address', ['mail.example.com'], ['192.0.2.25']],
    ['a name in mixed case', ['MaIl.ExAmPlE.cOm'], ['192.0.2.25']],
    ['a name that a wildcard stands for', ['any.thing.wild.example.com'], ['192.0.2.77']],
    ['MX', ['example.com', 'MX'], ['10 mail.example.com.']],
    ['CAA', ['example.com', 'CAA'], ['0 issue "letsencrypt.org"']],
    ['SRV', ['_sip._tcp.example.com', 'SRV'], ['1 2 5060 mail.example.com.']],
    ['a type that nobody knows', ['odd.example.com', 'TYPE65280'], ['\\# 3 010203']],
    ['the addresses of the nameservers', ['ns1.example.com'], [CHILD]],
    ['a name below names that have nothing', ['deep.below.nothing.example.com', 'TXT'], ['"found"']],
  ])('it resolves %s', async (_, args, expected) => {
    expect(await short(...args)).toEqual(expected)
  })

  test('it resolves a CNAME to a zone of other servers', async () => {
    const answer = await short('away.example.com')
    // Told to ask a server at a port of ours, Knot Resolver takes what it says for the whole of the answer.
    expect(answer).toEqual(name === KNOT && world.port !== 53 ? ['ns.com.'] : ['ns.com.', PARENT])
  })

  test('it resolves a name below a DNAME along the chain to the steered name', async () => {
    const { stdout } = await resolver(name).dig('a.b.old.example.com', '+noall', '+answer')
    const chain = stdout
      .trim()
      .split('\n')
      .map(line => line.replace(/\s+\d+\s+IN\s+/, ' ').replaceAll(/\s+/g, ' '))
      // Where the resolver mixed the case of the labels that a DNAME leaves as they are, it passes that on.
      .map(line => line.replace(/^\S+|\S+$/g, owner => owner.toLowerCase()))
    expect(chain).toEqual([
      'old.example.com. DNAME new.example.com.',
      'a.b.old.example.com. CNAME a.b.new.example.com.',
      'a.b.new.example.com. CNAME www.example.com.',
      'www.example.com. CNAME api.example.com.',
      `api.example.com. A 127.0.1.${HOME[name]}`,
    ])
  })

  test('it gets over TCP what does not fit into what it takes by UDP, and by UDP what does', async () => {
    const before = await world.asked('tcp')
    expect(await short('medium.example.com', 'TXT')).toHaveLength(TEXTS.medium)
    const between = await world.asked('tcp')
    expect(between > before).toBe(!MEDIUM_BY_UDP.has(name))
    expect(await short('long.example.com', 'TXT')).toHaveLength(TEXTS.long)
    expect(await world.asked('tcp')).toBeGreaterThan(between)
  })

  test.each([
    ['a name that does not exist', 'nobody.example.com', 'A', 'NXDOMAIN'],
    ['a name that has nothing but names below it', 'nothing.example.com', 'A', 'NOERROR'],
    ['a type that is not there', 'mail.example.com', 'MX', 'NOERROR'],
    ['a type that is not there at a steered name', 'api.example.com', 'TXT', 'NOERROR'],
    ['a type that no wildcard has', 'thing.wild.example.com', 'TXT', 'NOERROR'],
  ])('%s is answered with %s %s %s, and remembered for as long as the SOA says', async (_, owner, type, rcode) => {
    const first = (await resolver(name).dig(owner, type)).stdout
    expect(first).toContain(`status: ${rcode}`)
    expect(first).toContain('ANSWER: 0')
    expect(Number(/example\.com\.\s+(\d+)\s+IN\s+SOA/.exec(first)?.[1])).toBeLessThanOrEqual(60)
    const before = await world.asked()
    expect((await resolver(name).dig(owner, type)).stdout).toContain(`status: ${rcode}`)
    expect(await world.asked()).toBe(before)
  })

  // RFC 8020. BIND in its strict mode does not keep what it hears of the shortened name, and asks that once more.
  test('it learns from one query that nothing is below a name that does not exist', async () => {
    const status = async (owner: string): Promise<string | undefined> =>
      /status: (\w+)/.exec((await resolver(name).dig(owner)).stdout)?.[1]
    expect(await status('a.b.c.nowhere.example.com')).toBe('NXDOMAIN')
    const before = await world.asked()
    expect(await status('a.b.c.nowhere.example.com')).toBe('NXDOMAIN')
    expect((await world.asked()) - before).toBeLessThanOrEqual(1)
  })
})

describe('client subnets, through unbound', () => {
  const short = (...args: readonly string[]): Promise<string[]> => resolver(UNBOUND).short(...args)

  test.each(CLIENTS)('for a client with the subnet %s (%s) it is region %d', async (subnet, _, region) => {
    expect(await short('api.example.com', `+subnet=${subnet}`)).toEqual([`127.0.1.${region}`])
  })

  test('what it learned for one client it tells others within the scope, and asks anew for those outside', async () => {
    await short('api.example.com', '+subnet=133.11.0.0/24')
    const before = await world.asked()
    expect(before).toBeGreaterThan(0)
    expect(await short('api.example.com', '+subnet=133.11.0.0/24')).toEqual(['127.0.1.4'])
    expect(await short('api.example.com', '+subnet=133.11.77.0/24')).toEqual(['127.0.1.4'])
    expect(await world.asked()).toBe(before)
    expect(await short('api.example.com', '+subnet=137.132.99.0/24')).toEqual(['127.0.1.5'])
  })

  test('AAAA of a name that only one region has them for is the same for everybody', async () => {
    expect(await short('api.example.com', 'AAAA', '+subnet=133.11.0.0/24')).toEqual(['2001:db8::4'])
    expect(await short('api.example.com', 'AAAA', '+subnet=130.149.7.0/24')).toEqual(['2001:db8::4'])
  })
})

test('all of them leave a region that fails, none is told to keep its address for more than 5 s, and all return', async () => {
  const lookAt = async (name: ResolverName): Promise<readonly [ttl: number, address: string]> => {
    const { stdout } = await resolver(name).dig('moving.example.com', '+subnet=133.11.0.0/24', '+noall', '+answer')
    const [, ttl = '', address = ''] = /^moving\.example\.com\.\s+(\d+)\s+IN\s+A\s+(\S+)$/m.exec(stdout) ?? []
    expect(Number(ttl)).toBeLessThanOrEqual(5)
    return [Number(ttl), address]
  }
  const movedTo = async (address: string): Promise<void> => {
    for (const name of NAMES)
      await until(`${name} says ${address}`, 25_000, async () =>
        (await lookAt(name))[1] === address ? true : undefined,
      )
  }

  await movedTo(MOVING.near)
  await world.setNear(false)
  await movedTo(MOVING.far)
  await world.setNear(true)
  await movedTo(MOVING.near)
})

test.each(NAMES)('%s had nothing to complain about', name => {
  const complaints = resolver(name)
    .log.split('\n')
    .filter(line => COMPLAINTS.test(line))
  expect(complaints).toEqual([])
})

test('what was told to go by TCP came by UDP never', async () => {
  const before = await world.asked('udp')
  expect(await resolver(BY_TCP).short('by-tcp.wild.example.com')).toEqual(['192.0.2.77'])
  expect(await world.asked('udp')).toBe(before)
})
