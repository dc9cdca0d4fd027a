// Proves that all is secure before, in each stage of, and after each kind of rollover, as libunbound, unbound, delv, BIND, Knot Resolver,
// ldns-verify-zone and dnsviz find it, where `npm test` has each kind judged by some of them.
import { longForm } from './long-form.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that all is secure in each stage of each kind of rollover.', 'rollovers.mjs', {})

/** Nine kinds: each is judged before, in each of its stages, and after. */
const STAGES = 40
/** The tenth leaves DNSSEC and comes back: four questions in each of eight moments. */
const LEAVING = 32

const isLeaving = name => name.endsWith(', leaving')

/** Whether so many of them have as many judgements at the least. */
function judged(figures, which, validators, least) {
  const counts = Object.entries(figures).filter(([name]) => which(name))
  return counts.length === validators && counts.every(([, count]) => count >= least)
}

try {
  const tests = ['data-plane/rollover-validators', 'validated/rollovers', 'data-plane/left-zone']
  const files = tests.map(name => `test/${name}.test.ts`)
  const { passed, figures: all } = await longForm('MERIDIAN_ROLLOVERS', files, words.json)
  const figures = Object.assign({}, ...all)
  conclude(
    'Rollovers, stage by stage: answers that are secure, and zones that are',
    figures,
    [
      ['all of it is secure, and insecure only while the parent has no DS', passed],
      ['each validator judged every stage of every kind', judged(figures, name => !isLeaving(name), 8, STAGES)],
      [
        'four validators judged each moment in which a zone leaves DNSSEC and comes back, one of them bogus on purpose',
        judged(figures, isLeaving, 4, LEAVING),
      ],
    ],
    words.json,
  )
} catch (error) {
  console.error(`It came to no figures: ${error.message}`)
  process.exitCode = 1
}
