// Groups within groups, through the real compile and the real line: who is held back, counted for each family apart.
import { beforeEach, describe, expect, test } from 'vitest'
import type { AddressHealth } from '../../../src/control-plane/health/health.js'
import { type Decoded, World } from '../../world.js'

const DOCUMENT = `
regions:
  east: { location: [38, -77], addresses: [192.0.2.1, "2001:db8::1"] }
  west: { location: [37, -122], addresses: [192.0.2.2, "2001:db8::2"] }
  canada: { location: [43, -79], addresses: [192.0.2.3, "2001:db8::3"] }
  eu: { location: [50, 8], addresses: [192.0.2.4, "2001:db8::4"] }
policies:
  nested:
    - distance
    - groups:
        - regions: [east, west, canada]
          min-healthy: 2
          steps: [ { groups: [ { regions: [east, west], min-healthy: 2 }, { regions: canada } ] } ]
        - { regions: eu }
zones:
  example.com:
    nameservers: [ns.example.net]
    records: { api: { steer: nested } }
`
/** In Virginia. */
const CLIENT = '36.1.2.0/24'
const PLACES = [{ prefix: '36.0.0.0/8', latitude: 38, longitude: -77 }]

let world: World
beforeEach(async () => {
  world = await World.make(DOCUMENT, PLACES)
})

function without(...down: readonly string[]): void {
  const address = (text: string): AddressHealth => ({
    ...{ address: text, up: !down.includes(text), since: 0, changeInMs: Infinity, checks: [] },
  })
  world.publisher.setHealth(
    new Map([...world.document.regions].map(([id, { addresses }]) => [id, addresses.map(({ text }) => address(text))])),
  )
}
const answer = (type: 'A' | 'AAAA'): string =>
  world
    .ask('api.example.com', type, { subnet: CLIENT })
    .answers.map(({ data }: Decoded) => data)
    .join()

describe('the nearest region answers, and', () => {
  test.each<[string, readonly string[], string, string]>([
    ['all is well', [], '192.0.2.1', '2001:db8::1'],
    [
      'a group within that is below its minimum is passed over, and then the outer one is too',
      ['192.0.2.2'],
      '192.0.2.4',
      '2001:db8::1',
    ],
    ['a family that has lost nothing stays', ['2001:db8::2'], '192.0.2.1', '2001:db8::4'],
    ['what is in the other group within does not hold this one back', ['192.0.2.3'], '192.0.2.1', '2001:db8::1'],
    ['where nothing else is up, what was held back serves', ['192.0.2.2', '192.0.2.4'], '192.0.2.1', '2001:db8::1'],
  ])('%s', (_, down, v4, v6) => {
    without(...down)
    expect([answer('A'), answer('AAAA')]).toEqual([v4, v6])
  })
})
