// A signer as an operator would write it: a line of JSON for each set comes in, a line with its signature goes out.
// node signer.mjs FOLDER: keys are in LABEL.pem there, and each run adds a line, with how many were asked for, to FOLDER/runs.
// FOLDER/mode, where it is there, says how it fails: away, silent, wrong, short.
import { createPrivateKey, sign } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
const file = join(folder, 'mode')
const mode = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
const lines = readFileSync(0, 'utf8').trim().split('\n')
appendFileSync(join(folder, 'runs'), `${lines.length}\n`)
if (mode === 'away') {
  console.error('no slot has the token')
  process.exit(3)
}
if (mode === 'silent') setInterval(() => undefined, 1000)
else
  for (const line of mode === 'short' ? lines.slice(1) : lines) {
    const { label, algorithm, data } = JSON.parse(line)
    const key = createPrivateKey(readFileSync(join(folder, `${label}.pem`)))
    const bytes = Buffer.from(mode === 'wrong' ? 'something else' : data, 'base64')
    const signature = sign(algorithm === 15 ? null : 'sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
    console.log(signature.toString('base64'))
  }
