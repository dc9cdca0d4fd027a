import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AddressBytes, formatAddress, formatPrefix, type Prefix, truncate } from '../../src/dns/address.js'
import type { Message } from '../../src/dns/message.js'
import { readDocument } from '../world.js'
import { addressesOf, ask, scopeOf, UdpClient } from './dns-client.js'
import { EXAMPLE } from './example.js'
import { Oracle, seeded } from './oracle.js'
import { Server } from './server.js'

const ADDRESSES = 20_000
const SCOPES = 400
const AT_ONCE = 64

// Every region is up: this is about where clients are.
const TRAFFIC = EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')

let server: Server
let oracle: Oracle
let drawn: readonly AddressBytes[]
let answers: readonly (Message | undefined)[]

beforeAll(async () => {
  const document = readDocument(TRAFFIC)
  server = await Server.start({ traffic: TRAFFIC, bundled: true })
  oracle = new Oracle(document)
  const random = seeded(20_261_124)
  drawn = Array.from({ length: ADDRESSES }, (_, i) => oracle.draw(i % 2 === 0 ? 4 : 6, random))
  answers = await askForAll(drawn)
})

afterAll(() => server?.close())

/** A window of queries: what the kernel's buffers hold is not what is tested here. */
async function askForAll(clients: readonly AddressBytes[]): Promise<readonly (Message | undefined)[]> {
  const client = await UdpClient.open(server)
  const got: (Message | undefined)[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < clients.length) {
      const i = next++
      const address = clients[i]!
      got[i] = await client.ask(ask('api.example.com', 'A', `${formatAddress(address)}/${address.length * 8}`))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  client.close()
  return got
}

const regionAt = (id: string): string => readDocument(TRAFFIC).regions.get(id)!.addresses[0]!.text

test('20,000 clients get 20,000 answers', () => {
  expect(answers.filter(answer => answer !== undefined)).toHaveLength(ADDRESSES)
})

test('every answer is the one that brute force over the database finds', () => {
  const regions = new Map([...readDocument(TRAFFIC).regions.keys()].map(id => [id, regionAt(id)]))
  const wrong = drawn.flatMap((address, i) => {
    const expected = regions.get(oracle.answer(address))
    const got = addressesOf(answers[i]!).join()
    return got === expected ? [] : [`${formatAddress(address)}: ${got}, not ${expected}`]
  })
  expect(wrong).toEqual([])
})

test('the clients are spread over all five regions, in both families', () => {
  for (const bytes of [4, 16]) {
    const counts = new Map<string, number>()
    drawn.forEach((address, i) => {
      const got = addressesOf(answers[i]!).join()
      if (address.length === bytes) counts.set(got, (counts.get(got) ?? 0) + 1)
    })
    expect(counts.size).toBe(5)
    expect(Math.min(...counts.values())).toBeGreaterThan(ADDRESSES / 400)
  }
})

test('each scope is exact: within it all clients get the same, and one bit less would take in others', () => {
  const inexact = drawn.slice(0, SCOPES).flatMap((address, i) => {
    const scope = scopeOf(answers[i]!)!
    const at = (length: number): Prefix => ({ bytes: truncate(address, length), length })
    const inside = oracle.answersWithin(at(scope), 2)
    const around = scope === 0 ? 2 : oracle.answersWithin(at(scope - 1), 2).size
    return inside.size === 1 && around > 1 ? [] : [`${formatAddress(address)}: ${formatPrefix(at(scope))}`]
  })
  expect(inexact).toEqual([])
})
