// `npm test`: everything that decides whether a change is sound, on a fresh checkout too. Its last line is the verdict.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npm, ROOT, run, setup, stopCode } from './setup.mjs'

const CI = process.env['CI'] === 'true'

// The tests run daemons such as unbound, which only root has on its path.
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/local/sbin:/usr/sbin:/sbin` }

const counts = []
for (const step of [prepare, tools, types, lint, tests]) {
  const { passed, failed, reason, last } = await step()
  counts.push({ passed, failed })
  if (reason !== undefined) console.error(reason)
  if (last || stopCode !== 0) break
}
const total = what => counts.reduce((sum, count) => sum + count[what], 0)
console.log(`${total('passed')} passed, ${total('failed')} failed`)
process.exitCode = stopCode || (total('failed') === 0 ? 0 : 1)

async function prepare() {
  const code = await setup()
  return code === 0 ? { passed: 0, failed: 0 } : { passed: 0, failed: 1, last: true }
}

async function tools() {
  const code = process.platform === 'win32' ? 0 : await run('bash', ['scripts/debian-packages.sh'], { env })
  return { passed: 0, failed: code !== 0 && CI ? 1 : 0 }
}

async function types() {
  return one(await npm(['run', '--silent', 'types']), 'The type check failed.')
}

async function lint() {
  return one(await npm(['run', '--silent', 'lint']), 'The lint failed; npm run format repairs most of it.')
}

async function tests() {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-test-'))
  const report = join(folder, 'report.json')
  try {
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const code = await run(process.execPath, [vitest, 'run', ...reporters, ...process.argv.slice(2)], { env })
    return judge(code, readReport(report))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Undefined where vitest died before it had written all of it. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** What a run of vitest comes to. Whatever makes it exit with a code, but is no failed test, counts as one failure. */
function judge(code, report) {
  if (report === undefined) return { passed: 0, failed: 1, reason: `vitest wrote no report (exit code ${code}).` }
  const brokenFiles = report.testResults.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  )
  const skipped = report.numTotalTests - report.numPassedTests - report.numFailedTests
  const failed = report.numFailedTests + brokenFiles.length + (CI ? skipped : 0)
  const passed = report.numPassedTests
  if (CI && skipped > 0) return { passed, failed, reason: `${skipped} skipped tests, which count as failures in CI.` }
  if (failed > 0) return { passed, failed }
  if (passed === 0) return { passed, failed: 1, reason: 'No test ran.' }
  return code === 0 ? { passed, failed } : { passed, failed: 1, reason: `vitest ended with exit code ${code}.` }
}

function one(code, reason) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, reason }
}
