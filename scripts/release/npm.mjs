// The npm package. npm gives its files the rights that they have here, so it is packed, settled, and packed again.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settle } from './settle.mjs'

/**
 * @param wish root: the project, built; time: seconds, of everything within
 * @returns the file that it has written into `out`
 */
export function buildNpm({ root, out, time }) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-npm-'))
  try {
    const file = pack(root, folder)
    execFileSync('tar', ['-xzf', join(folder, file), '-C', folder])
    settle(join(folder, 'package'), time)
    return join(out, pack(join(folder, 'package'), out))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns the name of the file */
const pack = (folder, to) =>
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', to], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
