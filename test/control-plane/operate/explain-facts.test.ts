import { expect, test } from 'vitest'
import { explain } from '../../../src/control-plane/operate/explain.js'
import { explainSentences } from '../../../src/control-plane/operate/explain-sentences.js'
import { DOCUMENT, makeWorld, parse } from './world.js'

test('a network that rules of the document name is told, the smallest first', async () => {
  const rules = '[ { geo: { rules: { 130.0.0.0/8: us-east, 130.149.0.0/16: us-east } } }, distance ]'
  const world = await makeWorld(
    parse(`${DOCUMENT.replace('steer: nearest', 'steer: ruled')}\npolicies:\n  ruled: ${rules}\n`),
  )
  const ask = (client: string) => explain(world.sources(), { name: 'api.example.com', client }).location.notes
  expect(ask('130.149.7.0/24')).toEqual(['the document speaks of 130.149.0.0/16 and 130.0.0.0/8, wherever that is'])
  expect(ask('133.11.0.0/24')).toEqual([])
})

test('what a region carries is told where it reports it', async () => {
  const world = await makeWorld(parse(DOCUMENT))
  world.publisher.setLoads(new Map([['eu-central', 0.925]]))
  const told = explain(world.sources(), { name: 'api.example.com', client: '130.149.7.0/24' })
  expect(told.regions.map(({ region, load }) => [region, load]).slice(0, 2)).toEqual([
    ['eu-central', 0.925],
    ['us-east', null],
  ])
  expect(explainSentences(told).find(text => text.startsWith('1 eu-central'))).toMatch(/, load 93 %$/)
})
