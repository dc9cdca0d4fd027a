// What `npm start` and `npm test` do first: install and build, each only where something has changed since the last time.
// Plain Node without packages, since it runs before there are any.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

const INSTALLED = join(ROOT, 'node_modules', '.stamp')
const BUILT = join(ROOT, 'dist', '.stamp')

// npm passes SIGTERM to the shell that it runs us in, and that shell dies without a word to us: only our parent changes.
const PARENT = process.env['npm_execpath'] === undefined ? undefined : process.ppid
const PARENT_LOOK_MS = 250

const STOPS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** 128 + n once signal n has told us to stop; 0 before. */
export let stopCode = 0

/** Installs and builds what is out of date. Resolves to 0, or to the exit code of the tool that failed. */
export async function setup() {
  const refusal = refuseNode(process.versions.node, readJson('package.json').engines.node)
  if (refusal !== undefined) {
    console.error(refusal)
    return 1
  }
  const lock = hashOf(['package-lock.json'])
  // Named, since NODE_ENV=production would leave out the compiler.
  const install = await bring('node_modules', INSTALLED, lock, ['ci', '--include=dev'])
  if (install !== 0) return install
  const sources = hashOf([
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/bundle.mjs',
    ...filesUnder('src'),
  ])
  if (isFresh(BUILT, sources)) return 0
  // A module that was deleted or renamed must not live on in dist.
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
  return bring('dist', BUILT, sources, ['run', '--silent', 'build'])
}

/** A sentence for whoever runs a Node that is too old; undefined where it will do. `wanted` looks like `>=20.19`. */
export function refuseNode(version, wanted) {
  const [, least = '0'] = /^>=\s*([0-9.]+)$/.exec(wanted) ?? []
  const [have, need] = [version, least].map(text => text.split('.').map(Number))
  const differs = need.findIndex((number, i) => number !== (have[i] ?? 0))
  if (differs < 0 || need[differs] < (have[differs] ?? 0)) return undefined
  return `Meridian needs Node.js ${least} or later, and this is ${version}.`
}

async function bring(what, stamp, hash, npmArguments) {
  if (isFresh(stamp, hash)) return 0
  console.log(`${what} is ${existsSync(join(ROOT, what)) ? 'out of date' : 'absent'}: npm ${npmArguments.join(' ')}`)
  const code = await npm(npmArguments)
  if (code === 0) writeFileSync(stamp, hash)
  else console.error(`npm ${npmArguments.join(' ')} failed with exit code ${code}; ${what} is not ready.`)
  return code
}

const isFresh = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash

const readJson = path => JSON.parse(readFileSync(join(ROOT, path), 'utf8'))

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) {
    const content = readFileSync(join(ROOT, path))
    // With its length, so that no two trees read as the same stream of bytes.
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

function filesUnder(folder) {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name).slice(ROOT.length))
    .sort()
}

/** Runs npm, the same one that runs us where that is known. Resolves to its exit code. */
export function npm(npmArguments, options) {
  const path = process.env['npm_execpath'] ?? ''
  return basename(path) === 'npm-cli.js'
    ? run(process.execPath, [path, ...npmArguments], options)
    : run('npm', npmArguments, options)
}

/**
 * Runs a program in the project's folder and resolves to its exit code, or to 128 + n where signal n ended it.
 * SIGINT and SIGTERM are passed on, and it is waited for, so that no signal to us leaves it behind.
 */
export function run(program, programArguments, { env = process.env } = {}) {
  return new Promise(resolve => {
    const child = spawn(program, programArguments, { cwd: ROOT, env, stdio: 'inherit' })
    const passOn = signal => {
      stopCode = 128 + constants.signals[signal]
      // SIGHUP: the terminal is gone. To the server it means "read your files again", so it is told to stop in plain words.
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
    }
    const kill = () => child.kill('SIGTERM')
    for (const signal of STOPS) process.on(signal, passOn)
    process.on('exit', kill)
    const watch = setInterval(() => {
      if (PARENT === undefined || process.ppid === PARENT) return
      clearInterval(watch)
      passOn('SIGTERM')
    }, PARENT_LOOK_MS)
    const finish = code => {
      clearInterval(watch)
      for (const signal of STOPS) process.off(signal, passOn)
      process.off('exit', kill)
      resolve(code)
    }
    child.once('error', error => {
      console.error(`${program} did not start: ${error.message}`)
      finish(127)
    })
    child.once('exit', (code, signal) => finish(code ?? 128 + constants.signals[signal]))
  })
}
