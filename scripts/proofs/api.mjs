// Proves that the API answers whatever is made of its own OpenAPI document, and what nearly fits it, with what the document tells
// of: no failure, every error a problem, and an audit log that is whole. `npm test` asks a few hundred.
import { longForm } from './long-form.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that the API keeps to its own document, whatever it is asked.', 'api.mjs', {
  each: [200, 'requests of each operation'],
  seed: [1, 'what they are drawn from: the same number, the same requests'],
})

process.env['MERIDIAN_API_FUZZ_EACH'] = String(words.each)
process.env['MERIDIAN_API_FUZZ_SEED'] = String(words.seed)
try {
  const { passed, figures } = await longForm('MERIDIAN_API_FUZZ', ['test/end-to-end/api-fuzz.test.ts'], words.json)
  const [{ operations, requests, faults, audit, ...statuses }] = figures
  conclude(
    'The API and its document',
    {
      'operations, requests': `${operations}, ${requests.toLocaleString('en')}`,
      'replies by status': Object.entries(statuses)
        .map(([status, count]) => `${status} ${count.toLocaleString('en')}`)
        .join(', '),
      'kinds of replies that should not be': faults,
      'the audit log afterwards': audit.trim().split('\n')[0],
    },
    [
      [
        'no request failed, each reply is one that the document tells of, errors are problems, and the audit log is whole',
        passed,
      ],
    ],
    words.json,
  )
} catch (error) {
  console.error(`It came to no figures: ${error.message}`)
  process.exitCode = 1
}
