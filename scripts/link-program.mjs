// Lets `npx meridian` find the program of this checkout, after each build. By itself npx keeps a link of its own from the first time
// that it was asked, for ever: one that was asked too early, or before another build, leads to nothing that can be run.
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDER = join(ROOT, 'node_modules', '.bin')

// Elsewhere programs are not links.
if (process.platform !== 'win32') {
  chmodSync(join(ROOT, 'dist', 'main.js'), 0o755)
  mkdirSync(FOLDER, { recursive: true })
  rmSync(join(FOLDER, 'meridian'), { force: true })
  symlinkSync(join('..', '..', 'dist', 'main.js'), join(FOLDER, 'meridian'))
}
