import { expect, test } from 'vitest'
import type { Forced } from '../../../src/control-plane/publish/forced.js'
import { regionStates } from '../../../src/control-plane/publish/region-states.js'
import { healthOf, readDocument } from '../../world.js'

const document = readDocument('regions: { eu: { addresses: [192.0.2.1] } }\nzones: {}')
const NOW = 1_000_000

const state = (word: Partial<Forced> | undefined, up = true, changeInMs = 30_000) => {
  const forced = { id: '1', state: 'down', drain: 0, until: NOW + 20_000, actor: 'a', reason: 'b', ...word } as const
  const words = new Map(word === undefined ? [] : [['eu', forced]])
  const {
    up: isUp,
    changeIn,
    drain,
    forced: said,
  } = regionStates(document, healthOf(document, up ? [] : ['eu'], changeInMs), 4, words, NOW).get('eu')!
  return [isUp, changeIn, drain, said]
}

test.each<[string, Partial<Forced> | undefined, boolean, number, readonly unknown[]]>([
  ['nothing is as its checks find it', undefined, true, 30_000, [true, 30, 0, undefined]],
  ['down is down until the word ends', { state: 'down' }, true, 5000, [false, 20, 0, 'down']],
  ['up is up until the word ends', { state: 'up' }, false, 5000, [true, 20, 0, 'up']],
  ['a drain leaves health as it is', { state: 'drain', drain: 40 }, true, 5000, [true, 5, 40, undefined]],
  ['a drain may end before health can change', { state: 'drain', drain: 40 }, true, 60_000, [true, 20, 40, undefined]],
  ['a word without an end never changes', { state: 'down', until: Infinity }, true, 5000, [false, Infinity, 0, 'down']],
  ['a word that has just ended changes now', { state: 'down', until: NOW - 5 }, true, 5000, [false, 0, 0, 'down']],
])('a region of which is said that %s', (_, word, up, changeInMs, expected) => {
  expect(state(word, up, changeInMs)).toEqual(expected)
})

test.each([
  // ms until the move, seconds in which the region may change
  [60_000, 30],
  [12_000, 12],
  [-1, 0],
])('with a move planned in %d ms, a region that its checks could turn in 30 s may change in %d s', (inMs, changeIn) => {
  const planned = new Map([['eu', { at: NOW + inMs, by: 'drill 7' }]])
  const states = regionStates(document, healthOf(document, [], 30_000), 4, new Map(), NOW, planned)
  expect(states.get('eu')).toMatchObject({ up: true, drain: 0, changeIn })
})
