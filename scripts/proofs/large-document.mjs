// Proves that a large document is taken over beside everything else: neither overrides nor answers of the API wait for it.
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openAsker } from '../bench/ask.mjs'
import { waited } from '../bench/measure.mjs'
import { callAdmin, meridian, TOKEN, trafficDocument, untilAdmin } from '../bench/servers/meridian.mjs'
import { median } from '../bench/side-by-side.mjs'
import { startServer } from '../bench/start.mjs'
import { REGIONS, ZONE, zoneFile } from '../bench/world.mjs'
import { clock } from './clock.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that nothing waits while a large document is taken over.', 'large-document.mjs', {
  names: [200_000, 'names of the document'],
  form: [
    'steered',
    'what they are: static or steered in the document, or static in a zone file',
    'static|steered|file',
  ],
  by: ['file', 'who replaces the document: whoever edits the file, or a PUT of the API', 'file|api'],
  times: [2, 'times that it is replaced as a whole'],
  stretch: [100, 'ms of processor time that the main thread may use at a time'],
  within: [50, 'ms from an override to the first changed answer, in the middle'],
})

/** Of each of these the names have other data, or another TTL, and so has this name. */
const MARKER = `ns1.${ZONE}`
const address = time => `127.0.0.${time + 1}`
const STEERED = `h0.${ZONE}`
const PATIENCE_MS = 600_000
/** Between two overrides. */
const PAUSE_MS = 200

const small = trafficDocument({ statics: 0, steered: 1 })
const documents = {
  static: time =>
    trafficDocument({ statics: words.names, steered: 1 }).replaceAll('data: 192.', `data: ${192 + time}.`),
  steered: time =>
    trafficDocument({ statics: 0, steered: words.names }).replaceAll('ttl: 60s }', `ttl: ${60 + time}s }`),
  file: () =>
    small.replace('    nameservers: [ns1.example.com]\n', '    file: example.zone\n').replace(/ {6}ns1: .*\n/, ''),
}
const zone = time => zoneFile({ statics: words.names }).replaceAll(' A 192.', ` A ${192 + time}.`)
const marked = (text, time) => text.replace(/(ns1(?::.*data:| A)) 127\.0\.0\.1/, `$1 ${address(time)}`)

const notes = mkdtempSync(join(tmpdir(), 'meridian-stretches-'))
process.env.STRETCHES = join(notes, 'longest')
process.env.NODE_OPTIONS = `--import ${new URL('large-document/stretches.mjs', import.meta.url).pathname}`
const one = await startServer(meridian, {
  cores: [0, 1],
  workers: 1,
  zone: { statics: 0, steered: 1 },
  document: small,
  limitMs: 300_000,
})
const asker = openAsker(one.port, { tries: 60 })
const seconds = []
const lags = []
const stretches = []
const changes = []
const reads = []
try {
  await untilAdmin(one)
  for (let time = 1; time <= words.times; time++) {
    await lag()
    await longestStretch()
    const before = clock()
    const replaced = replace(time)
    let served = false
    const watched = untilServed(time).then(() => {
      served = true
      seconds.push((clock() - before) / 1000)
    })
    while (!served) {
      const change = await failOver()
      // What began before the document was in force, and not after.
      if (!served) changes.push(change)
      const asked = clock()
      await callAdmin(one, 'GET', '/status')
      if (!served) reads.push(clock() - asked)
      lags.push(await lag())
      await pause(PAUSE_MS)
    }
    await Promise.all([replaced, watched])
    lags.push(await lag())
    stretches.push(await longestStretch())
  }
} finally {
  asker.close()
  await one.stop()
  rmSync(notes, { recursive: true })
}
const longest = Math.max(...stretches)
const changed = changes.map(({ changed }) => changed)
conclude(
  `A document of ${words.names.toLocaleString('en')} names (${words.form}), replaced as a whole by ${words.by === 'api' ? 'the API' : 'hand'}`,
  {
    'until it is in force, s': median(seconds),
    'longest stretch of the main thread, ms of its processor time': longest,
    'latest that it was, whoever had the core, ms': Math.max(...lags),
    'overrides made meanwhile': changes.length,
    'override to first changed answer, median, ms': median(changed),
    'of it the main thread could have run, and others had the core, median, ms': median(
      changes.map(({ held }) => held),
    ),
    'override to first changed answer, slowest, ms': Math.max(...changed),
    'GET /v1/status, slowest, ms': Math.max(...reads),
  },
  [
    ['overrides were made, and answered by, while the document was being taken over', changes.length >= words.times],
    [`half of them were answered by within ${words.within} ms`, median(changed) <= words.within],
    [`the main thread never used more than ${words.stretch} ms of processor time at a time`, longest <= words.stretch],
  ],
  words.json,
)

/** Puts the document in the place of the one before. Resolves when that is done, for the API when it is in force. */
async function replace(time) {
  const text = marked(documents[words.form](time), time)
  if (words.form === 'file') put('example.zone', marked(zone(time), time))
  if (words.by === 'file') return put('traffic.yaml', text)
  const response = await fetch(`http://127.0.0.1:${one.adminPort}/v1/traffic`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/yaml' },
    body: text,
  })
  if (!response.ok) throw new Error(`PUT /v1/traffic: ${response.status} ${await response.text()}`)
}

function put(name, text) {
  writeFileSync(join(one.folder, `${name}.new`), text)
  renameSync(join(one.folder, `${name}.new`), join(one.folder, name))
}

async function untilServed(time) {
  const own = openAsker(one.port)
  try {
    for (const end = clock() + PATIENCE_MS; clock() < end; await pause(5))
      if ((await own.ask(MARKER)) === address(time)) return
  } finally {
    own.close()
  }
  throw new Error(`the document was not in force within ${PATIENCE_MS} ms`)
}

/** Takes the region out that is answered with, and brings it back. @returns ms until the first answer that is another, and what of it was waiting for the core */
async function failOver() {
  const first = await asker.ask(STEERED)
  const { id } = REGIONS.find(({ address }) => address === first)
  const before = held()
  const start = clock()
  const wish = { targets: [id], state: 'down', for: '10m', reason: 'measured' }
  const [changed, made] = await Promise.all([
    untilAnswer(answer => answer !== first).then(at => ({ changed: at - start, held: held() - before })),
    callAdmin(one, 'POST', '/overrides', wish),
  ])
  await callAdmin(one, 'DELETE', `/overrides/${made.id}`)
  await untilAnswer(answer => answer === first)
  return changed
}

/** For how long the main thread of the server could have run since its birth, and others had the core, ms. */
function held() {
  return waited([one.pid]).get(String(one.pid)) / 1e6
}

async function untilAnswer(wanted) {
  for (const end = clock() + PATIENCE_MS; clock() < end; ) {
    const answer = await asker.ask(STEERED)
    if (answer !== undefined && wanted(answer)) return clock()
  }
  throw new Error(`the answer for ${STEERED} did not change`)
}

/** Since this was asked last, ms of processor time. */
async function longestStretch() {
  rmSync(process.env.STRETCHES, { force: true })
  process.kill(one.pid, 'SIGWINCH')
  for (;;) {
    await pause(20)
    try {
      return Number(readFileSync(process.env.STRETCHES, 'utf8'))
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
  }
}

/** How late the main thread was at most since this was asked last, ms. */
async function lag() {
  const text = await (
    await fetch(`http://127.0.0.1:${one.adminPort}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
  ).text()
  return Number(/^meridian_event_loop_lag_max_seconds (\S+)/m.exec(text)[1]) * 1000
}
