import { describe, expect, test } from 'vitest'
import { type ExplainSources, explain } from '../../../src/control-plane/operate/explain.js'
import { DOCUMENT, makeWorld, parse, widened } from './world.js'

const QUESTION = { name: 'api.example.com', client: '130.149.7.0/24' }

async function checksOf(lie: (sources: ExplainSources) => Partial<ExplainSources>, question = QUESTION) {
  const world = await makeWorld(parse(DOCUMENT))
  await widened(world)
  const sources = world.sources()
  return explain({ ...sources, ...lie(sources) }, question).checks
}

/** A response that was tampered with. */
const tampered =
  (change: (response: Uint8Array) => void) =>
  ({ answer }: ExplainSources): Partial<ExplainSources> => ({
    answer: (query, source) => {
      const response = answer(query, source)
      change(response)
      return response
    },
  })

/** Bytes of header, question and the fixed part of the first record up to its TTL, and up to its data. */
const TTL_AT = 12 + 17 + 4 + 6
const DATA_AT = TTL_AT + 6

describe('told reasons are held against the real answer', () => {
  test('and agree', async () => {
    expect(await checksOf(() => ({}))).toEqual([])
  })

  test.each<[string, (response: Uint8Array) => void, readonly string[]]>([
    ['code', m => void (m[3] = 2), ['the response code: expected NOERROR, found SERVFAIL']],
    ['authority', m => void (m[2]! &= ~4), ['being authoritative: expected true, found false']],
    ['TTL', m => void (m[TTL_AT + 3] = 7), ['the TTL: expected 60, found 7']],
    [
      'address',
      m => void (m[DATA_AT + 3] = 77),
      ['the addresses: expected 192.0.2.3 192.0.2.33, found 192.0.2.77 192.0.2.33'],
    ],
    ['scope', m => void (m[m.length - 4] = 9), ['the scope: expected 16, found 9']],
    ['client subnet', m => void (m[m.length - 1] = 8), ['the response does not repeat the client subnet of the query']],
  ])('in its %s', async (_, change, checks) => {
    expect(await checksOf(tampered(change))).toEqual(checks)
  })

  test('and an answer of no region at all is seen, where the draw is known as well', async () => {
    const question = { name: 'api.example.com', client: '133.11.0.0/24' }
    expect(
      await checksOf(
        tampered(m => void (m[DATA_AT + 3] = 77)),
        question,
      ),
    ).toEqual(['the addresses: expected 192.0.2.5, found 192.0.2.77'])
  })

  test('and a database that the map was not made of is seen', async () => {
    const elsewhere = { location: { latitude: 38, longitude: -77 } }
    expect(await checksOf(() => ({ locate: () => ({ place: elsewhere, prefix: 8, database: 'other.mmdb' }) }))).toEqual(
      [
        'the order of the regions in the map: expected us-east, eu-central, ap-northeast = ap-twin, found eu-central, us-east, ap-northeast = ap-twin',
      ],
    )
  })

  test('and a snapshot that was settled otherwise is seen', async () => {
    const checks = await checksOf(({ published }) => {
      const health = new Map([['eu-central', []]])
      const settled = new Map(
        [...published.world.document.regions].map(([id, r]) => [id, { ...r, enabled: id !== 'eu-central' }]),
      )
      const document = { ...published.world.document, regions: settled }
      return { published: { ...published, health, world: { ...published.world, document } } }
    })
    expect(checks[0]).toBe(
      'the choice: expected healthy, TTL 60, 1 of us-east:100, found healthy, TTL 60, 1 of eu-central:100',
    )
  })

  test('and an empty answer is seen where records are', async () => {
    const question = { name: 'ns1.example.com', client: '130.149.7.0/24' }
    const checks = await checksOf(
      () => ({ answer: query => Uint8Array.from(query, (byte, i) => (i === 2 ? 0x84 : byte)) }),
      question,
    )
    expect(checks).toEqual(['the answer is empty, and records were expected'])
  })
})
