// `npm run site`: the documentation as pages of HTML that can be searched, in dist/site. What makes them is installed when it is first
// needed, beside the built program: whoever builds or tests the program does not need it.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { checkLinks } from './check-links.mjs'
import { stage } from './stage.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = join(HERE, '..', '..')
const OUT = join(ROOT, 'dist', 'site')
const TOOLS = join(ROOT, 'dist', 'site-tools')
/** Where it will be on its server. */
const BASE = process.env['MERIDIAN_SITE_BASE'] ?? '/'

if (!existsSync(join(ROOT, 'dist', 'main.js'))) throw new Error('build the program first: npm run build')
if (!existsSync(join(TOOLS, 'node_modules', 'vitepress'))) {
  mkdirSync(TOOLS, { recursive: true })
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(HERE, name), join(TOOLS, name))
  execFileSync('npm', ['ci'], { cwd: TOOLS, stdio: 'inherit' })
}

const folder = mkdtempSync(join(ROOT, 'dist', 'site-'))
try {
  symlinkSync(join(TOOLS, 'node_modules'), join(folder, 'node_modules'))
  const { pages, files } = await stage(ROOT, folder)
  const { build } = await import(pathToFileURL(createRequire(join(TOOLS, 'package.json')).resolve('vitepress')).href)
  await build(folder, { outDir: OUT, base: BASE })
  checkLinks(OUT, BASE)
  console.log(`dist/site: ${pages} pages, and ${files} files that they name`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
