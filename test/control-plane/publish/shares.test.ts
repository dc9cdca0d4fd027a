import { expect, test } from 'vitest'
import { type Choice, type Member, PLAIN } from '../../../src/control-plane/publish/settle.js'
import { sharesOf } from '../../../src/control-plane/publish/shares.js'

const member = (id: string, weight: number, leave = 0, group = 0): Member => ({ id, weight, leave, group })
const choice = (members: readonly Member[], more: Partial<Choice> = {}): Choice => ({
  rung: 'healthy',
  members,
  trickle: { share: 0, members: [] },
  take: 1,
  sharing: 'network',
  bits: PLAIN.bits,
  ttl: 60,
  ...more,
})

test.each<[string, Choice, Record<string, number>]>([
  ['equals share by weight', choice([member('a', 1), member('b', 3)]), { a: 0.25, b: 0.75 }],
  ['what one gives away goes to its equal', choice([member('a', 1, 0.5), member('b', 1)]), { a: 0.25, b: 0.75 }],
  ['and on to the next group', choice([member('a', 1, 0.2), member('b', 1, 0, 1)]), { a: 0.8, b: 0.2 }],
  [
    'two that give away are there by themselves',
    choice([member('a', 1, 0.5), member('b', 1, 0.5), member('c', 1, 0, 1)]),
    { a: 0.375, b: 0.375, c: 0.25 },
  ],
  ['with nobody else they keep all', choice([member('a', 1, 0.5), member('b', 1, 0.5)]), { a: 0.5, b: 0.5 }],
  [
    'a trickle comes first',
    choice([member('a', 1)], { trickle: { share: 0.1, members: [member('b', 1)] } }),
    { a: 0.9, b: 0.1 },
  ],
  ['several in an answer are shared evenly', choice([member('a', 9), member('b', 1)], { take: 2 }), { a: 0.5, b: 0.5 }],
  ['an answer without regions has no shares', choice([], { take: 0 }), {}],
])('%s', (_, given, shares) => {
  const found = sharesOf(given)
  expect([...found.keys()].sort()).toEqual(Object.keys(shares).sort())
  for (const [id, share] of Object.entries(shares)) expect(found.get(id)).toBeCloseTo(share)
})
