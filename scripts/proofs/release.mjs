// Proves that a release is the same to the byte wherever and by whomever it is built, and that npm installs it for everybody: the newest
// commit, cloned, installed and built by two who share neither folder, rights, language nor clock.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that a release is the same to the byte, whoever builds it.', 'release.mjs', {
  compress: ['gzip', 'of the Debian packages; xz is what a release has, and takes minutes more', 'WORD'],
})

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']

/** What those who build differ in. */
const BUILDERS = [
  { name: 'one', umask: 0o022, clock: [], env: { TZ: 'UTC', LANG: 'C', HOME: 'home-of-one' } },
  {
    name: 'another-with-a-longer-name',
    umask: 0o077,
    clock: ['faketime', '-f', '+400d'],
    env: { TZ: 'Asia/Kathmandu', LANG: 'C.UTF-8', HOME: 'another-home' },
  },
]

const folder = mkdtempSync(join(tmpdir(), 'meridian-release-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const told = (program, ...words) => execFileSync(program, words, { cwd: ROOT, encoding: 'utf8' }).trim()
const cache = told('npm', 'config', 'get', 'cache')
BUILDERS.forEach(clone)
const releases = BUILDERS.map(build)
const [first, second] = releases.map(out => readFileSync(join(out, 'SHA256SUMS'), 'utf8'))
const files = readdirSync(releases[0])
const tarball = files.find(name => name.endsWith('.tgz'))
const installed = install(join(releases[0], tarball))
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

conclude(
  'A release, built twice, and installed',
  {
    files: files.length,
    bytes: files.reduce((sum, name) => sum + statSync(join(releases[0], name)).size, 0),
    differing: differing(first, second).join(', ') || 'none',
  },
  [
    ['both builds have the same files, equal to the byte', first === second && releases.every(sumsHold)],
    ['installed by npm for everybody, the program tells its version', installed.version === version],
    ['and finds the example, which comes with it, sound', installed.check.includes('is sound')],
  ],
  words.json,
)

/** Runs `what` as somebody whose new files have these rights. */
function withRights(umask, what) {
  const before = process.umask(umask)
  try {
    return what()
  } finally {
    process.umask(before)
  }
}

/** Both are made before anything is built, so that it is no matter what is committed meanwhile. */
function clone({ name, umask }) {
  withRights(umask, () => told('git', 'clone', '--quiet', '--no-hardlinks', ROOT, join(folder, name)))
}

/** Its packages, the program, and a release of it, as docs/releases.md has it. @returns the folder of the release */
function build({ name, umask, clock, env }) {
  const [root, out] = [join(folder, name), join(folder, `${name}.out`)]
  const own = { ...process.env, ...env, HOME: join(folder, env.HOME), npm_config_cache: cache }
  const run = (program, ...rest) =>
    execFileSync(program, rest, { cwd: root, env: own, stdio: ['ignore', 'ignore', 'inherit'] })
  withRights(umask, () => {
    mkdirSync(own.HOME)
    // By the clock that there is: the registry's certificate has a time.
    run('npm', 'ci', '--include=dev', ...QUIET)
    run(...clock, 'npm', 'run', '--silent', 'build')
    run(...clock, 'node', 'scripts/release.mjs', out, '--compression', words.compress)
  })
  return out
}

/** What it depends on comes from the registry, or from npm's cache. */
function install(file) {
  const prefix = join(folder, 'prefix')
  execFileSync('npm', ['install', '--global', '--prefix', prefix, ...QUIET, file], { stdio: 'ignore' })
  const runs = (...command) => execFileSync(join(prefix, 'bin', 'meridian'), command, { encoding: 'utf8' }).trim()
  const example = join(prefix, 'lib', 'node_modules', 'meridian-gtm', 'config', 'traffic.yaml')
  return { version: runs('version'), check: runs('check', example) }
}

/** Names of files whose checksums are not in both. */
function differing(...sums) {
  const [ours, theirs] = sums.map(text => new Set(text.trim().split('\n')))
  const lone = [...ours, ...theirs].filter(line => !ours.has(line) || !theirs.has(line))
  return [...new Set(lone.map(line => line.split('  ')[1]))]
}

function sumsHold(out) {
  try {
    execFileSync('sha256sum', ['--check', '--quiet', '--strict', 'SHA256SUMS'], { cwd: out, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
