// Proves that every fault of the table is found, told in its words, and leaves nothing behind, however often.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCertificates } from './faults/certificates.mjs'
import { layCable } from './faults/hole.mjs'
import { DEADLY, FAULTS, wordsOf } from './faults/table.mjs'
import { isInside, runInside, wayIn } from './inside.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that faults are found, in words, and leave nothing behind.', 'faults.mjs', {
  repetitions: [10_000, 'probes of each fault'],
  // With an interval of 1 s and three failures: out within 1 + 3 × 0.6 s, and so within three seconds.
  timeout: [600, 'ms after which a probe of what is silent has failed'],
  growth: [3, 'MB by which the heap may have grown in the end'],
})
const way = isInside ? undefined : wayIn()
if (way !== undefined) process.exit(await runInside(way))
if (isInside) layCable()

const folder = mkdtempSync(join(tmpdir(), 'meridian-faults-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const authority = makeCertificates(folder)
const start = (file, words, env = {}) => {
  const path = fileURLToPath(new URL(`faults/${file}.mjs`, import.meta.url))
  const child = fork(path, words, { env: { ...process.env, ...env } })
  process.once('exit', () => child.kill())
  return child
}
const heard = child =>
  new Promise((resolve, reject) => {
    child.once('message', resolve)
    child.once('exit', code => reject(new Error(`a process of the proof ended with ${code}`)))
  })

const servers = start('servers', [folder])
const ports = await heard(servers)
const prober = start('prober', [], { NODE_EXTRA_CA_CERTS: authority })
prober.send([ports, words.repetitions, words.timeout])
const { ill, turned } = await heard(prober)
servers.send('break')
await heard(servers)
const toFound = heard(prober)
prober.send('broken')
const { found, amiss } = await toFound
const { before, after, unlike } = await heard(prober)
servers.disconnect()

const right = fault => wordsOf(fault, words.timeout).test(found[fault.name]?.cause ?? '')
const wrong = DEADLY.filter(fault => !right(fault))
conclude(
  'Faults',
  {
    ...Object.fromEntries(
      DEADLY.map(({ name }) => [name, `${found[name]?.ms ?? '–'} ms, ${found[name]?.cause ?? 'not found'}`]),
    ),
    ...(isInside ? {} : { 'black hole': 'left out: no network namespaces here' }),
    'probes after that': words.repetitions * FAULTS.length,
    'descriptors before and after': `${before.sockets}, ${after.sockets}`,
    'heap before and after, MB': `${before.heapMb.toFixed(1)}, ${after.heapMb.toFixed(1)}`,
    ...(ill.length === 0 ? {} : { 'not well at first': ill.join('; ') }),
    ...(turned.length === 0 ? {} : { 'turned by the clock': turned.join('; ') }),
    ...(amiss.length === 0 ? {} : { 'went down for nothing': amiss.join('; ') }),
    ...(wrong.length === 0 ? {} : { 'not told as it should be': wrong.map(({ name }) => name).join('; ') }),
    ...Object.fromEntries(Object.entries(unlike).map(([name, words]) => [`${name}, once`, words])),
  },
  [
    ['every region was well before', ill.length === 0],
    ['a clock that was set forward and back turned none', turned.length === 0],
    ['every fault was found, in its words', wrong.length === 0],
    ['three failures took each region out', DEADLY.every(({ name }) => found[name]?.failures === 3)],
    ['nothing else went down, neither other addresses of such a region nor what is well', amiss.length === 0],
    ['every probe after that was told in the same words', Object.keys(unlike).length === 0],
    ['no descriptor was left behind', after.sockets <= before.sockets],
    [`the heap grew by no more than ${words.growth} MB`, after.heapMb - before.heapMb <= words.growth],
  ],
  words.json,
)
