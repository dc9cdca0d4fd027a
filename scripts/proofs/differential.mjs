// Proves that answers are those of BIND, Knot DNS and NSD, but for what docs/differences.md explains: every question of
// test/differential in every way, where `npm test` asks some of them in one way each.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that answers are those of BIND, Knot DNS and NSD.', 'differential.mjs', {})

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')

const folder = mkdtempSync(join(tmpdir(), 'meridian-differential-'))
const file = join(folder, 'figures.json')
try {
  const env = { ...process.env, MERIDIAN_DIFFERENTIAL: 'long', MERIDIAN_DIFFERENTIAL_FIGURES: file }
  const run = spawn(process.execPath, [VITEST, 'run', 'test/differential'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', words.json ? 'ignore' : 'inherit', 'inherit'],
  })
  const [code] = await once(run, 'exit')
  const figures = JSON.parse(readFileSync(file, 'utf8'))
  conclude(
    'The same zones and questions for Meridian, BIND, Knot DNS and NSD',
    figures,
    [
      [
        'at least 60 zones and 3,000 questions were asked of every server',
        figures.zones >= 60 && figures.questions >= 3000,
      ],
      ['no difference is left unexplained', figures.unexplained === 0],
      ['the tests of the rules pass', code === 0],
    ],
    words.json,
  )
} catch (error) {
  console.error(`It came to no figures: ${error.message}`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
