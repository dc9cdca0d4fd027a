// Proofs whose long form is a test that is told to ask more: it is run, and leaves its figures in a file.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')

/**
 * @param variable of the environment that makes the form long; with `_FIGURES` behind it, where the figures are to be left
 * @param quiet whether only the verdict is to be seen
 * @returns whether the tests passed, and their figures: a line of JSON each
 * @throws where there are none
 */
export async function longForm(variable, tests, quiet) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-proof-'))
  const file = join(folder, 'figures.json')
  try {
    const env = { ...process.env, [variable]: 'long', [`${variable}_FIGURES`]: file }
    const stdio = ['ignore', quiet ? 'ignore' : 'inherit', 'inherit']
    const run = spawn(process.execPath, [VITEST, 'run', ...tests], { cwd: ROOT, env, stdio })
    const [code] = await once(run, 'exit')
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    return { passed: code === 0, figures: lines.map(line => JSON.parse(line)) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
