// `npm run site`: the documentation as pages of HTML that can be searched, in dist/site. What makes them is installed when it is first
// needed, beside this file: whoever builds or tests the program does not need it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkLinks } from './check-links.mjs'
import { stage } from './stage.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = join(HERE, '..', '..')
const OUT = join(ROOT, 'dist', 'site')
/** Where it will be on its server. */
const BASE = process.env['MERIDIAN_SITE_BASE'] ?? '/'

if (!existsSync(join(ROOT, 'dist', 'main.js'))) throw new Error('build the program first: npm run build')
if (!existsSync(join(HERE, 'node_modules', 'vitepress')))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: HERE, stdio: 'inherit' })

const folder = mkdtempSync(join(ROOT, 'dist', 'site-'))
try {
  symlinkSync(join(HERE, 'node_modules'), join(folder, 'node_modules'))
  const { pages, files } = await stage(ROOT, folder)
  const { build } = await import('vitepress')
  await build(folder, { outDir: OUT, base: BASE })
  checkLinks(OUT, BASE)
  console.log(`dist/site: ${pages} pages, and ${files} files that they name`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
