// Proves that nothing signed is ever bogus: a thousand random documents under random health, asked at random, as libunbound validates
// them, where `npm test` asks of a few.
import { longForm } from './long-form.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that nothing signed is ever bogus.', 'dnssec.mjs', {})

/** How often each kind of zone and of answer has to come. */
const LEAST = 100

try {
  const { passed, figures: all } = await longForm('MERIDIAN_DNSSEC', ['test/validated'], words.json)
  const [{ kinds, ...figures }] = all
  const seldom = Object.keys(kinds).filter(kind => kinds[kind] < LEAST)
  conclude(
    'Signed answers, validated by libunbound',
    { ...figures, ...kinds },
    [
      ['at least 1,000 documents and 30,000 questions', figures.documents >= 1000 && figures.questions >= 30_000],
      ['nothing is bogus', figures.bogus === 0],
      ['whatever has to be secure is, and nothing else', passed],
      [`each of 17 kinds at least ${LEAST} times`, Object.keys(kinds).length === 17 && seldom.length === 0],
      [
        'a sixth of the questions by who asks for no more of a name than it needs',
        figures.minimised >= figures.questions / 6,
      ],
      ['hardly a chain had to be judged link by link', figures.singly <= figures.questions / 100],
    ],
    words.json,
  )
} catch (error) {
  console.error(`It came to no figures: ${error.message}`)
  process.exitCode = 1
}
