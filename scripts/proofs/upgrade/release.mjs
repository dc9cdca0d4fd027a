// Another release of the program: what the history of this checkout has, built in a folder of its own.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const LOCK = 'package-lock.json'
const PACKAGE = 'package.json'
/** Where nothing was released yet: so many commits before. */
const COMMITS = 50

const git = (...words) => execFileSync('git', ['-C', ROOT, ...words], { encoding: 'utf8', stdio: 'pipe' }).trim()

/** The newest release before what is here. @throws where the checkout has no history */
export function releaseBefore() {
  const tag = git('tag', '--list', 'v*', '--merged', 'HEAD~1', '--sort=-version:refname').split('\n')[0]
  return tag || git('rev-parse', '--short', `HEAD~${COMMITS}`)
}

/** Into the folder, which is made and returned. The packages are those of this checkout, where that release had the same. Its nodes tell of which commit they are. */
export function build(commit, folder) {
  mkdirSync(folder)
  const files = execFileSync('git', ['-C', ROOT, 'archive', commit], { maxBuffer: 2 ** 30 })
  execFileSync('tar', ['-x', '-C', folder], { input: files })
  const same = readFileSync(join(folder, LOCK)).equals(readFileSync(join(ROOT, LOCK)))
  if (same) symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  else npm(folder, 'ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund')
  const pack = JSON.parse(readFileSync(join(folder, PACKAGE), 'utf8'))
  writeFileSync(join(folder, PACKAGE), JSON.stringify({ ...pack, version: `${pack.version}+${commit}` }))
  // What comes after a build links the program into the packages, which are another checkout's.
  npm(folder, 'run', 'build', '--ignore-scripts')
  return folder
}

function npm(folder, ...words) {
  execFileSync('npm', words, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}
