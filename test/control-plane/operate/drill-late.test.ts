import { describe, expect, test } from 'vitest'
import {
  type FollowedClient,
  follow,
  MOST_FOLLOWED,
  promptnessOf,
} from '../../../src/control-plane/operate/drill-late.js'
import { sampled } from './sampled.js'

const AT = Date.UTC(2026, 2, 1, 9, 30)
const NEVER_ENDS = Number.POSITIVE_INFINITY
const eu = (client: string, s: number, weight = 1) => sampled({ client, at: AT + s * 1000, region: 'eu', weight })
const us = (client: string, s: number) => sampled({ client, at: AT + s * 1000, region: 'us' })
const followed = (samples: ReturnType<typeof eu>[], until = NEVER_ENDS): readonly FollowedClient[] =>
  follow([], samples, ['eu'], until)

describe('a client is followed', () => {
  test('from its last answer with a target to its first without', () => {
    const samples = [eu('192.0.2.0/24', 1), eu('192.0.2.0/24', 5), us('192.0.2.0/24', 9), us('192.0.2.0/24', 12)]
    expect(followed(samples)).toEqual([
      { client: '192.0.2.0/24', name: 'api.example.com.', type: 'A', heldAt: AT + 5000, againAt: AT + 9000, weight: 1 },
    ])
  })

  test('in whatever order samples come, and however often', () => {
    const samples = [us('192.0.2.0/24', 9), eu('192.0.2.0/24', 5), us('192.0.2.0/24', 12), eu('192.0.2.0/24', 1)]
    const once = followed(samples)
    expect(once[0]).toMatchObject({ heldAt: AT + 5000, againAt: AT + 9000 })
    expect(follow(once, samples, ['eu'], NEVER_ENDS)).toEqual(once)
  })

  test('anew where it is sent to a target once more', () => {
    const samples = [eu('192.0.2.0/24', 1), us('192.0.2.0/24', 5), eu('192.0.2.0/24', 9)]
    expect(followed(samples)[0]).toMatchObject({ heldAt: AT + 9000 })
    expect(followed(samples)[0]).not.toHaveProperty('againAt')
  })

  test('for each name and type, and only if it had a target at all', () => {
    const other = { ...eu('192.0.2.0/24', 2), type: 'AAAA' }
    const none = { ...eu('198.51.100.0/24', 2), region: undefined }
    expect(followed([eu('192.0.2.0/24', 1), other, us('203.0.113.0/24', 3), none]).map(({ type }) => type)).toEqual([
      'A',
      'AAAA',
    ])
  })

  test('up to a moment', () => {
    const one = followed([eu('192.0.2.0/24', 1), us('192.0.2.0/24', 20)], AT + 10_000)
    expect(one[0]).not.toHaveProperty('againAt')
  })

  test('if not too many are', () => {
    const many = Array.from({ length: MOST_FOLLOWED + 10 }, (_, i) => eu(`10.${i >> 8}.${i & 255}.0/24`, 1))
    const kept = followed(many)
    expect(kept).toHaveLength(MOST_FOLLOWED)
    expect(follow(kept, [us('10.0.3.0/24', 4), us('10.7.217.0/24', 4)], ['eu'], NEVER_ENDS)).toHaveLength(MOST_FOLLOWED)
  })
})

test('late is who comes when no answer of before counts any more, and the latest come first', () => {
  const samples = [
    ...['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '10.1.1.0/24'].map(client => eu(client, 0, 4)),
    us('192.0.2.0/24', 10),
    us('198.51.100.0/24', 11),
    us('203.0.113.0/24', 40),
  ]
  expect(promptnessOf(followed(samples), AT + 10_000)).toMatchObject({
    followed: 4,
    inTime: 1,
    late: 2,
    notAgain: 1,
    oneIn: 4,
    latest: [
      { client: '203.0.113.0/24', lateMs: 30_000 },
      { client: '198.51.100.0/24', lateMs: 1000 },
    ],
  })
})

test('where nobody had a target there is nobody to be late', () => {
  expect(promptnessOf([], AT)).toEqual({ followed: 0, inTime: 0, late: 0, notAgain: 0, oneIn: 1, latest: [] })
})

test('of many who are late the latest twenty are told', () => {
  const clients = Array.from({ length: 30 }, (_, i) => `10.0.${i}.0/24`)
  const samples = clients.flatMap((client, i) => [eu(client, 0), us(client, 20 + i)])
  const { late, latest } = promptnessOf(followed(samples), AT + 10_000)
  expect([late, latest.length, latest[0]!.client]).toEqual([30, 20, '10.0.29.0/24'])
})
