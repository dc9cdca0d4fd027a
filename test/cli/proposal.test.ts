import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { PROPOSAL, readProposal } from '../../src/cli/proposal.js'
import { EXIT, readCall, UsageError, type Verb } from '../../src/cli/verb.js'

const VERB: Verb = { usage: 'x', summary: 'x', help: 'x', options: PROPOSAL, run: async () => EXIT.done }
const read = (...words: readonly string[]) => readProposal(readCall(VERB, words))

test.each([
  [[], undefined],
  [['--down', 'us', '--down', 'eu', '--up', 'ap'], { down: ['us', 'eu'], up: ['ap'] }],
  [['--end', '7'], { end: ['7'] }],
  [['--drain', 'us=20', '--drain', 'eu=100%'], { drain: { us: 20, eu: 100 } }],
  [['--database', 'https://x.example/c.mmdb.gz'], { database: { from: 'https://x.example/c.mmdb.gz' } }],
  [
    ['--database', 'city.mmdb', '--replaces', 'old.mmdb'],
    { database: { from: resolve('city.mmdb'), database: 'old.mmdb' } },
  ],
])('%j proposes %j', (words, proposal) => {
  expect(read(...words)).toEqual(proposal)
})

test.each([[['--drain', 'us']], [['--drain', 'us=much']], [['--replaces', 'old.mmdb']]])('%j makes no sense', words => {
  expect(() => read(...words)).toThrow(UsageError)
})
