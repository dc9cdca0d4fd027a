// Proves that all is secure before, in each stage of, and after each kind of rollover, as libunbound, unbound, delv, BIND, Knot Resolver,
// ldns-verify-zone and dnsviz find it, where `npm test` has each kind judged by some of them.
import { longForm } from './long-form.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that all is secure in each stage of each kind of rollover.', 'rollovers.mjs', {})

/** Nine kinds: each is judged before, in each of its stages, and after. */
const STAGES = 40

try {
  const tests = ['test/data-plane/rollover-validators.test.ts', 'test/validated/rollovers.test.ts']
  const { passed, figures: all } = await longForm('MERIDIAN_ROLLOVERS', tests, words.json)
  const figures = Object.assign({}, ...all)
  conclude(
    'Rollovers, stage by stage: answers that are secure, and zones that are',
    figures,
    [
      ['all of it is secure', passed],
      [
        'each validator judged every stage of every kind',
        Object.keys(figures).length === 8 && Object.values(figures).every(count => count >= STAGES),
      ],
    ],
    words.json,
  )
} catch (error) {
  console.error(`It came to no figures: ${error.message}`)
  process.exitCode = 1
}
