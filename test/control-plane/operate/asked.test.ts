import { describe, expect, test } from 'vitest'
import { ExplainError, readAsked, tellAsked } from '../../../src/control-plane/operate/asked.js'

describe('a question', () => {
  test('without more than a name is about A records, asked from this machine', () => {
    expect(tellAsked(readAsked({ name: 'api.example.com' }))).toEqual({
      name: 'api.example.com.',
      type: 'A',
      client: null,
      resolver: '127.0.0.1',
    })
  })

  test.each([
    [{ name: 'a.', type: 'aaaa' }, { type: 'AAAA' }],
    [{ name: 'a.', type: 'TYPE28' }, { type: 'AAAA' }],
    [{ name: 'a.', type: 'type65280' }, { type: 'TYPE65280' }],
    [{ name: 'a.', client: '192.0.2.1' }, { client: '192.0.2.1/32' }],
    [{ name: 'a.', client: '2001:DB8::/32' }, { client: '2001:db8::/32' }],
    [{ name: 'a.', client: '::1' }, { client: '::1/128' }],
    [{ name: 'a.', resolver: '::ffff:192.0.2.1' }, { resolver: '192.0.2.1' }],
    [{ name: '.' }, { name: '.' }],
  ])('%j is understood', (question, told) => {
    expect(tellAsked(readAsked(question))).toMatchObject(told)
  })

  test.each([
    [{ name: '' }, 'a name must not be empty'],
    [{ name: 'a..b' }, 'empty label'],
    [{ name: '@' }, 'write it in full'],
    [{ name: 'bücher.example' }, 'punycode'],
    [{ name: 'a.', type: 'AAAAA' }, '"AAAAA" is no record type such as A, AAAA or MX'],
    [{ name: 'a.', type: '' }, '"" is no record type'],
    [{ name: 'a.', type: 'AXFR' }, 'AXFR is no type of record that a name can have'],
    [{ name: 'a.', type: 'TYPE41' }, 'OPT is no type of record'],
    [{ name: 'a.', client: '10.0.0.300' }, 'the client "10.0.0.300" is no address and no network such as 192.0.2.0/24'],
    [{ name: 'a.', client: '' }, 'is no address'],
    [{ name: 'a.', client: '192.0.2.0/33' }, 'is no address'],
    [{ name: 'a.', client: '192.0.2.0/24/24' }, 'is no address'],
    [{ name: 'a.', client: '192.0.2.7/24' }, 'bits beyond its length; the network is 192.0.2.0/24'],
    [{ name: 'a.', resolver: '192.0.2.0/24' }, 'the resolver "192.0.2.0/24" is no IP address'],
    [{ name: 'a.', resolver: 'fe80::1%eth0' }, 'is no IP address'],
  ])('%j is refused with a sentence', (question, message) => {
    expect(() => readAsked(question)).toThrow(ExplainError)
    expect(() => readAsked(question)).toThrow(message)
  })
})
