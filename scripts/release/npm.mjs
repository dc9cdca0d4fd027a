// The npm package. npm gives its files the rights that they have here, so what it packs is settled, and packed once more.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { settle } from './settle.mjs'

/**
 * @param wish root: the project, built; time: seconds, of everything within
 * @returns the file that it has written into `out`
 */
export function buildNpm({ root, out, time }) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-npm-'))
  try {
    const words = ['pack', '--ignore-scripts', '--pack-destination', folder]
    const name = execFileSync('npm', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    execFileSync('tar', ['-xzf', join(folder, name), '-C', folder])
    settle(join(folder, 'package'), time)
    const file = join(out, name)
    const same = ['--owner=0', '--group=0', '--numeric-owner', `--mtime=@${time}`]
    const how = ['--create', '--format=ustar', ...same, '--use-compress-program=gzip -9n', `--file=${file}`]
    execFileSync('tar', [...how, '-C', folder, '--files-from=-'], { input: filesIn(folder, 'package').join('\n') })
    return file
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In an order that is not that of the disk. */
const filesIn = (folder, inner) =>
  readdirSync(join(folder, inner), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
