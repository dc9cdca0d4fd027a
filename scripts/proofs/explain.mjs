// Proves that what explain says is what the line does: worlds of every kind of policy, database, health and last rung, and
// questions of every kind about them, where `npm test` asks a few thousand.
import { longForm } from './long-form.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that what explain says is what the line does.', 'explain.mjs', {})

try {
  const { passed, figures } = await longForm(
    'MERIDIAN_EXPLAIN',
    ['test/control-plane/operate/explain-property.test.ts', 'test/control-plane/operate/explain-policies.test.ts'],
    words.json,
  )
  const sum = key => figures.reduce((total, one) => total + one[key], 0)
  conclude(
    'Explain and the line',
    { worlds: sum('worlds'), questions: sum('questions'), 'answers that held an address': sum('answered') },
    [
      ['at least 100,000 questions were asked', sum('questions') >= 100_000],
      ['every explanation fits its answer, as another decoder reads it', passed],
    ],
    words.json,
  )
} catch (error) {
  console.error(`It came to no figures: ${error.message}`)
  process.exitCode = 1
}
