// Makes a release of what is built here: the npm package, Debian packages, a bill of materials, and the checksums of all.
//
//   node scripts/release.mjs OUT [--compression gzip]
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { commitTime } from './release/commit-time.mjs'
import { buildDebian } from './release/debian.mjs'
import { buildNpm } from './release/npm.mjs'
import { bill } from './release/sbom.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

const { positionals, values } = parseArgs({ allowPositionals: true, options: { compression: { type: 'string' } } })
if (positionals.length !== 1) {
  console.error('usage: node scripts/release.mjs OUT [--compression xz|gzip|zstd|none]')
  process.exit(2)
}
const out = resolve(positionals[0])
mkdirSync(out, { recursive: true })
if (readdirSync(out).length > 0) {
  console.error(`${out} is not empty`)
  process.exit(1)
}
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const time = commitTime(ROOT)
buildNpm({ root: ROOT, out, time })
buildDebian({ root: ROOT, out, version: `${version}-1`, time, compression: values.compression })
writeFileSync(join(out, `meridian-${version}.cdx.json`), `${JSON.stringify(bill(ROOT, time), null, 2)}\n`)
const sums = readdirSync(out)
  .sort()
  .map(
    name =>
      `${createHash('sha256')
        .update(readFileSync(join(out, name)))
        .digest('hex')}  ${name}`,
  )
writeFileSync(join(out, 'SHA256SUMS'), `${sums.join('\n')}\n`)
console.log(sums.join('\n'))
