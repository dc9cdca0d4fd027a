// Proves that the end-to-end tests pass with batched UDP and with dgram: runs them once with each.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, run } from '../setup.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that the end-to-end tests pass on both transports.', 'both-transports.mjs', {})

const figures = {}
const claims = []
const folder = mkdtempSync(join(tmpdir(), 'meridian-transports-'))
for (const transport of ['batch', 'dgram']) {
  const report = join(folder, `${transport}.json`)
  const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  const list = ['run', 'test/end-to-end', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
  const env = {
    ...process.env,
    PATH: `${process.env['PATH']}:/usr/local/sbin:/usr/sbin:/sbin`,
    MERIDIAN_TEST_UDP: transport,
  }
  const code = await run(process.execPath, [vitest, ...list], { env })
  const { numPassedTests: passed, numFailedTests: failed, testResults } = read(report)
  figures[`${transport}: test files`] = testResults.length
  figures[`${transport}: passed`] = passed
  figures[`${transport}: failed`] = failed
  claims.push([`every end-to-end test passes with ${transport}`, code === 0 && passed > 0 && failed === 0])
}
rmSync(folder, { recursive: true, force: true })
conclude('The end-to-end tests on both transports', figures, claims, words.json)

/** Nothing passed where vitest died before it had written its report. */
function read(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] }
  }
}
