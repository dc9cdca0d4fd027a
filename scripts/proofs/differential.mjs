// Proves that answers are those of BIND, Knot DNS and NSD, but for what docs/differences.md explains: every question of
// test/differential in every way, where `npm test` asks some of them in one way each.
import { longForm } from './long-form.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that answers are those of BIND, Knot DNS and NSD.', 'differential.mjs', {})

try {
  const { passed, figures: all } = await longForm('MERIDIAN_DIFFERENTIAL', ['test/differential'], words.json)
  const [figures] = all
  conclude(
    'The same zones and questions for Meridian, BIND, Knot DNS and NSD',
    figures,
    [
      [
        'at least 60 zones and 3,000 questions were asked of every server',
        figures.zones >= 60 && figures.questions >= 3000,
      ],
      ['no difference is left unexplained', figures.unexplained === 0],
      ['the tests of the rules pass', passed],
    ],
    words.json,
  )
} catch (error) {
  console.error(`It came to no figures: ${error.message}`)
  process.exitCode = 1
}
