// The documents of config/examples, each with a scenario in data: who asks, what is down, and what is answered.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ForcedRegions } from '../src/control-plane/publish/forced.js'
import { WatchedTexts } from '../src/control-plane/traffic/watched-texts.js'
import { parsePrefix } from '../src/dns/address.js'
import { type Decoded, healthOf, World } from './world.js'

interface Scenario {
  readonly clients: Readonly<Record<string, Client>>
  /** The name that is asked for. */
  readonly name: string
  readonly cases: readonly Case[]
}

interface Client {
  /** An IPv4 network of /16 or more. */
  readonly network: string
  readonly location: readonly [number, number]
  readonly country?: string
}

interface Case {
  readonly fact: string
  readonly client: string
  readonly down?: readonly string[]
  /** Regions that went down later than the others. */
  readonly lately?: readonly string[]
  /** By region, what it carries of its capacity; 1 is all of it. */
  readonly load?: Readonly<Record<string, number>>
  /** By region, the percent of its clients that an operator sends elsewhere. */
  readonly drained?: Readonly<Record<string, number>>
  /** Addresses in the answer, in any order; or the response code. */
  readonly answer?: readonly string[] | string
  /** By address the share of the networks that get it, in percent; within 1. */
  readonly shares?: Readonly<Record<string, number>>
  /** An address that the very same networks get as when all is well. */
  readonly same?: string
}

const EXAMPLES = new URL('../config/examples/', import.meta.url)
const SCENARIOS = new URL('scenarios/', import.meta.url)
const names = (folder: URL): string[] =>
  readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .sort()

test('every example has a scenario', () => {
  expect(names(SCENARIOS)).toEqual(names(EXAMPLES))
})

describe.each(names(EXAMPLES))('config/examples/%s', file => {
  const scenario = parse(readFileSync(new URL(file, SCENARIOS), 'utf8')) as Scenario // test data of our own

  test.each(scenario.cases.map(one => [one.fact, one] as const))('%s', async (_, { client, ...wanted }) => {
    const world = await makeWorld(file, scenario)
    const { network } = scenario.clients[client]!
    const ask = (subnet: string): Decoded => world.ask(scenario.name, 'A', { subnet })
    const well = wanted.same === undefined ? undefined : answersOf(network, ask)
    world.publisher.setHealth(health(world, wanted))
    world.publisher.setLoads(new Map(Object.entries(wanted.load ?? {})))
    world.publisher.setForced(drained(wanted.drained))
    for (const when of ['at once', 'widened']) {
      if (when === 'widened') await world.widened()
      if (wanted.answer !== undefined) expect(told(ask(`${network.split('/')[0]}/24`)), when).toEqual(wanted.answer)
      if (wanted.shares === undefined) continue
      const answers = answersOf(network, ask)
      expectShares(wanted.shares, answers)
      if (well !== undefined) expect(whoGets(wanted.same, answers)).toEqual(whoGets(wanted.same, well))
    }
  })
})

async function makeWorld(file: string, { clients }: Scenario): Promise<World> {
  const path = new URL(file, EXAMPLES)
  const networks = Object.values(clients).map(({ network, country, location: [latitude, longitude] }) => ({
    prefix: network,
    latitude,
    longitude,
    ...(country === undefined ? {} : { country }),
  }))
  return World.make(readFileSync(path, 'utf8'), networks, new Map(), new WatchedTexts(path.pathname).read)
}

function health({ document }: World, { down = [], lately = [] }: Pick<Case, 'down' | 'lately'>) {
  return new Map(
    [...healthOf(document, down, 60_000)].map(([id, addresses]) => [
      id,
      addresses.map(address => ({ ...address, since: lately.includes(id) ? 2000 : 1000 })),
    ]),
  )
}

const told = ({ answers, rcode }: Decoded): readonly string[] | string =>
  answers.length === 0 ? rcode : answers.map(({ data }: Decoded) => data).sort()

const drained = (regions: Case['drained'] = {}): ForcedRegions =>
  new Map(
    Object.entries(regions).map(([id, drain]) => [
      id,
      { id, state: 'drain', drain, until: Infinity, actor: 'test', reason: 'to see' },
    ]),
  )

/** What each of the /24 networks of the client's gets, 5,000 at most. */
function answersOf(network: string, ask: (subnet: string) => Decoded): readonly string[] {
  const { bytes, length } = parsePrefix(network)!
  const first = (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!
  return Array.from({ length: Math.min(5000, 2 ** (24 - length)) }, (_, i) => {
    const at = first + i
    const { answers } = ask(`${at >>> 16}.${(at >> 8) & 255}.${at & 255}.0/24`)
    return answers.map(({ data }: Decoded) => data).join()
  })
}

const whoGets = (address: string | undefined, answers: readonly string[]): readonly number[] =>
  answers.flatMap((answer, i) => (answer === address ? [i] : []))

function expectShares(shares: Readonly<Record<string, number>>, answers: readonly string[]): void {
  expect([...new Set(answers)].sort()).toEqual(Object.keys(shares).sort())
  for (const [address, percent] of Object.entries(shares))
    expect(Math.abs((100 * whoGets(address, answers).length) / answers.length - percent)).toBeLessThan(1)
}
