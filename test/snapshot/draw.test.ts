import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CHOICE, CHOICE_WORDS, MEMBER_WORDS, REGION_WORDS, SHARING, WHOLE } from '../../src/snapshot/choices.js'
import { Draw, mix, shareWord } from '../../src/snapshot/draw.js'
import type { Snapshot } from '../../src/snapshot/snapshot.js'

interface Given {
  readonly weight: number
  /** Of 65,536. */
  readonly leave?: number
  readonly group?: number
}

/** A snapshot of one choice with these members; the first one is region 0. */
function choiceOf(given: readonly Given[], words: Partial<Record<keyof typeof CHOICE, number>> = {}): Snapshot {
  const members = given.flatMap(({ weight, leave = 0, group = 0 }, i) => [i, weight, leave, group])
  const regions = given.flatMap((_, i) => [i, Math.imul(i + 1, 0x9e3779b1), 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  expect([members.length / MEMBER_WORDS, regions.length / REGION_WORDS]).toEqual([given.length, given.length])
  const choice = { ttl: 60, memberCount: given.length, take: 1, sharing: SHARING.network, ...words }
  return {
    choices: Int32Array.from(Object.keys(CHOICE), name => choice[name as keyof typeof choice] ?? 0), // its own keys
    members: Int32Array.from(members),
    regions: Int32Array.from(regions),
  } as unknown as Snapshot // the only parts that drawing reads
}

const sharing = (weights: readonly number[]): Snapshot => choiceOf(weights.map(weight => ({ weight })))

const drawer = new Draw()
function drawn(snapshot: Snapshot, address: Uint8Array, bits = 24): number[] {
  drawer.run(snapshot, 0, address, bits)
  return [...drawer.regions.subarray(0, drawer.count)]
}
const draw = (snapshot: Snapshot, _: number, address: Uint8Array, bits: number): number =>
  drawn(snapshot, address, bits)[0]!

const network = (i: number): Uint8Array => Uint8Array.of((i >>> 16) & 255, (i >>> 8) & 255, i & 255, 0)
const shares = (weights: readonly number[], from: number, count: number): number[] => {
  const snapshot = sharing(weights)
  const got = weights.map(() => 0)
  for (let i = from; i < from + count; i++) got[draw(snapshot, 0, network(i), 24)]!++
  return got.map(n => n / count)
}

test.each([[[1, 1]], [[1, 3]], [[100, 100, 100]], [[1, 2, 3, 4]], [[99, 1]]])(
  'over 100,000 networks weights %j are met within 1 %',
  weights => {
    const sum = weights.reduce((a, b) => a + b)
    for (const [i, share] of shares(weights, 1 << 20, 100_000).entries()) {
      expect(Math.abs(share - weights[i]! / sum)).toBeLessThan(0.01)
    }
  },
)

test('losing a region moves its own clients and nobody else', () => {
  const three = sharing([1, 1, 1])
  const two = { ...three, choices: three.choices.map((word, at) => (at === CHOICE.memberCount ? 2 : word)) }
  let moved = 0
  for (let i = 0; i < 30_000; i++) {
    const before = draw(three, 0, network(i), 24)
    const after = draw(two, 0, network(i), 24)
    if (before === 2) moved++
    else expect(after).toBe(before)
  }
  expect(moved / 30_000).toBeCloseTo(1 / 3, 1)
})

test('all addresses of a network get the same region', () => {
  const snapshot = sharing([1, 2, 3])
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.integer({ min: 0, max: 128 }), (address, bits) => {
      const other = address.map(
        (byte, i) => byte ^ ((bits - i * 8 >= 8 ? 0 : bits - i * 8 <= 0 ? 0xff : 0xff >> (bits - i * 8)) & 0xa5),
      )
      expect(draw(snapshot, 0, other, bits)).toBe(draw(snapshot, 0, address, bits))
    }),
  )
})

/** How many of 100,000 networks get each list of regions. */
function counts(snapshot: Snapshot): ReadonlyMap<string, number> {
  const got = new Map<string, number>()
  for (let i = 0; i < 100_000; i++) {
    const key = drawn(snapshot, network(i)).join()
    got.set(key, (got.get(key) ?? 0) + 1 / 100_000)
  }
  return got
}
const share = (snapshot: Snapshot, regions: string): number => counts(snapshot).get(regions) ?? 0

test('the words of a choice are as many as it has names', () => {
  expect(choiceOf([{ weight: 1 }]).choices).toHaveLength(CHOICE_WORDS)
})

describe('a member that gives a share of its clients away', () => {
  test.each([1, 10, 50, 99])('loses %d %% of the networks to the next group', percent => {
    const snapshot = choiceOf([
      { weight: 1, leave: shareWord(percent / 100) },
      { weight: 1, group: 1 },
    ])
    expect(Math.abs(share(snapshot, '1') - percent / 100)).toBeLessThan(0.01)
  })

  test('loses them to its equals first, and those who stay do not move as the share grows', () => {
    const at = (leave: number) => choiceOf([{ weight: 1, leave }, { weight: 1 }, { weight: 1, group: 1 }])
    for (let i = 0; i < 20_000; i++) {
      const [none, some, more] = [0, 0.2, 0.6].map(leave => drawn(at(shareWord(leave)), network(i))[0])
      expect(none).not.toBe(2)
      if (none === 1) expect([some, more]).toEqual([1, 1])
      if (some === 1) expect(more).toBe(1)
    }
  })

  test('keeps them where nobody else is there', () => {
    expect(share(choiceOf([{ weight: 1, leave: shareWord(0.4) }]), '0')).toBeCloseTo(1)
    expect(share(choiceOf([{ weight: 1, leave: WHOLE }]), '0')).toBeCloseTo(1)
  })
})

test('a trickle sends its share aside, and what is not there for it stays', () => {
  const words = { memberCount: 1, trickleCount: 1, trickleShare: shareWord(0.05) }
  expect(Math.abs(share(choiceOf([{ weight: 1 }, { weight: 1 }], words), '1') - 0.05)).toBeLessThan(0.005)
  const gone = choiceOf([{ weight: 1 }, { weight: 1, leave: WHOLE }], words)
  expect(share(gone, '0')).toBeCloseTo(1)
})

test('several are taken group by group, none twice, the heavier more often', () => {
  const members = [{ weight: 3 }, { weight: 1 }, { weight: 1 }, { weight: 1, group: 1 }]
  const got = counts(choiceOf(members, { take: 2 }))
  for (const key of got.keys()) {
    const regions = key.split(',')
    expect(new Set(regions).size).toBe(2)
    expect(regions).not.toContain('3')
  }
  const first = [...got].reduce((sum, [key, part]) => sum + (key.startsWith('0') ? part : 0), 0)
  expect(Math.abs(first - 3 / 5)).toBeLessThan(0.01)
  for (const key of counts(choiceOf(members, { take: 4 })).keys()) expect(key.endsWith(',3')).toBe(true)
})

/** By the definition: every member's score, and the greatest first. */
function byScores(given: readonly Given[], snapshot: Snapshot, take: number): readonly number[] {
  // A v4 network of no bits is this one number.
  const seed = mix(0)
  const scores = given.map(({ weight }, i) => {
    const part = ((mix(seed ^ snapshot.regions[i * REGION_WORDS + 1]!) >>> 0) + 0.5) / 2 ** 32
    return { i, score: -weight / Math.log(part) }
  })
  return scores
    .sort((a, b) => b.score - a.score)
    .slice(0, take)
    .map(({ i }) => i)
}

test('what cannot win is passed over, and the greatest scores win all the same', () => {
  const members = fc.array(
    fc.record({
      weight: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 2 ** 30 })),
      salt: fc.integer(),
    }),
    { minLength: 1, maxLength: 30 },
  )
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: 5 }), (given, take) => {
      const snapshot = choiceOf(given, { take })
      for (const [i, { salt }] of given.entries()) snapshot.regions[i * REGION_WORDS + 1] = salt
      fc.pre(new Set(given.map(({ salt }) => salt)).size === given.length)
      expect(drawn(snapshot, network(0), 0)).toEqual(byScores(given, snapshot, take))
    }),
    { numRuns: Number(process.env['RUNS'] ?? 300) },
  )
})

describe('a query that is drawn anew', () => {
  const query = { sharing: SHARING.query }

  test('gets several regions of which none comes twice, the next by what is left of the weights', () => {
    const got = counts(choiceOf([{ weight: 3 }, { weight: 2 }, { weight: 1 }], { ...query, take: 2 }))
    const sum = 6
    const wanted = [
      ['0,1', (3 / sum) * (2 / 3)],
      ['0,2', (3 / sum) * (1 / 3)],
      ['1,0', (2 / sum) * (3 / 4)],
      ['1,2', (2 / sum) * (1 / 4)],
      ['2,0', (1 / sum) * (3 / 5)],
      ['2,1', (1 / sum) * (2 / 5)],
    ] as const
    for (const [key, part] of wanted) expect(Math.abs((got.get(key) ?? 0) - part)).toBeLessThan(0.01)
    expect(got.size).toBe(6)
  })

  test('draws of one group say nothing of those of the next', () => {
    const members = [0, 0, 1, 1].map(group => ({ weight: 1, group }))
    const some = counts(choiceOf([...members.slice(0, 1), ...members.slice(2)], { ...query, take: 2 }))
    for (const key of ['0,1', '0,2']) expect(Math.abs((some.get(key) ?? 0) - 1 / 2)).toBeLessThan(0.01)
    const all = counts(choiceOf(members, { ...query, take: 3 }))
    for (const key of ['0,1,2', '0,1,3', '1,0,2', '1,0,3'])
      expect(Math.abs((all.get(key) ?? 0) - 1 / 4)).toBeLessThan(0.01)
  })

  test('loses to its equals, and then to the next group, what a member gives away', () => {
    const leave = shareWord(0.4)
    const equals = counts(choiceOf([{ weight: 1, leave }, { weight: 1 }], query))
    expect(Math.abs((equals.get('0') ?? 0) - 0.3)).toBeLessThan(0.01)
    const next = counts(
      choiceOf(
        [
          { weight: 1, leave },
          { weight: 1, group: 1 },
        ],
        query,
      ),
    )
    expect(Math.abs((next.get('1') ?? 0) - 0.4)).toBeLessThan(0.01)
    expect(share(choiceOf([{ weight: 1, leave: WHOLE }], query), '0')).toBeCloseTo(1)
  })
})

test('a query that is drawn anew is drawn by weight, whoever asks', () => {
  const snapshot = choiceOf([{ weight: 1 }, { weight: 3 }], { sharing: SHARING.query })
  const got = [0, 0]
  for (let i = 0; i < 100_000; i++) got[drawn(snapshot, network(0))[0]!]!++
  expect(Math.abs(got[1]! / 100_000 - 0.75)).toBeLessThan(0.01)
})

test('without sharing all members are given in their order', () => {
  expect(drawn(choiceOf([{ weight: 0 }, { weight: 5 }], { take: 2, sharing: SHARING.none }), network(1))).toEqual([
    0, 1,
  ])
})
