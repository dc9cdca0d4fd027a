import { expect, test } from 'vitest'
import { Draft } from '../../../src/control-plane/migrate/draft.js'

const PLACE = { addresses: ['192.0.2.1'] }

/** What is told of the second record, where two records ask for one region with these checks. */
function told(first: readonly string[] | undefined, second: readonly string[] | undefined): readonly string[] {
  const draft = new Draft()
  draft.region('eu', { ...PLACE, ...(first === undefined ? {} : { checks: first }) }, 'a.example.com')
  draft.region('eu', { ...PLACE, ...(second === undefined ? {} : { checks: second }) }, 'b.example.com')
  expect(draft.finish().findings.every(({ where }) => where === 'b.example.com')).toBe(true)
  return draft.finish().findings.map(({ what }) => what)
}

test.each([
  [undefined, undefined],
  [['web'], ['web']],
  [[], undefined],
])('two records with the checks %j and %j share a region, and nothing is to be told', (first, second) => {
  expect(told(first, second)).toEqual([])
})

test.each([
  [undefined, ['web'], 'without checks: web can take it out of the names before as well now'],
  [['web'], undefined, 'with checks: web can take it out of this name as well'],
  [['web', 'mail'], ['web'], 'with checks: web, mail can take it out of this name as well'],
  [['web'], ['mail'], 'with other checks: both hold for it now'],
])('two records with the checks %j and %j share a region, and that is told', (first, second, words) => {
  expect(told(first, second)).toEqual([`eu has these addresses already, ${words}`])
})

test('a region that is given a place keeps everything else, and nothing is to be told', () => {
  const draft = new Draft()
  const id = draft.region('eu', { ...PLACE, checks: ['web'], 'minimum-up': '50%', enabled: false }, 'a')!
  draft.locate(id, [50, 8], 'map')
  const { document, findings } = draft.finish()
  expect(findings).toEqual([])
  expect(document['regions']).toEqual({
    eu: { addresses: ['192.0.2.1'], checks: ['web'], 'minimum-up': '50%', enabled: false, location: [50, 8] },
  })
})
