import { expect, test } from 'vitest'
import { prove } from './proof.js'

test('of edits that fifty clients make at once through a real server none is lost, and each has a revision of its own', async () => {
  const edits = ['--edits', '200', '--clients', '50', '--counted', '20']
  const load = ['--rate', '20', '--seconds', '1']
  const { figures, claims } = await prove('edits', ...edits, ...load, '--statics', '100', '--steered', '20')
  // How fast they are, and whether the system has room for all queries meanwhile, is for the long form to say.
  const timed = /^no DNS query was lost|^99 of 100/
  const failed = Object.entries(claims).flatMap(([sentence, holds]) =>
    holds || timed.test(sentence) ? [] : [sentence],
  )
  expect({ failed, figures }).toMatchObject({
    failed: [],
    figures: { 'edits at once': 200, 'revisions in history': 221 },
  })
})
