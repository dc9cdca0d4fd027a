// Proves that what the API acknowledged is there after the server was killed, in the document, in DNS, in history and in the audit
// log, and that a request with a key is made once: `meridian serve` is killed again and again in the middle of changes by several clients.
import { execFileSync } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { meridian, TOKEN, untilAdmin } from '../bench/servers/meridian.mjs'
import { newFolder, startServer } from '../bench/start.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that nothing that the API acknowledged is lost.', 'kills.mjs', {
  kills: [500, 'times that the server is killed'],
  within: [40, 'acknowledged changes within which it is killed, at random'],
  writers: [5, 'clients that write records, each its own'],
})

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
/** Added to the moment of an acknowledgement, ms, so that it is no special one. */
const AFTER_MS = 10
const ZONE = 'example.com'
const REGIONS = 3
/** Clients beside those that write records: one weighs a region, one makes overrides. */
const OTHERS = 2
/** So many records make a document of 10 kB, whose revisions are kept by what is different in them. */
const RECORDS = 80
const DOCUMENT = [
  '# Kept.',
  'regions:',
  ...Array.from({ length: REGIONS }, (_, i) => `  r${i}: { addresses: [192.0.2.${i + 1}], weight: 1 }   # beside`),
  'zones:',
  `  ${ZONE}:`,
  '    nameservers: [ns1.example.net]',
  '    records:',
  '      s0: { type: A, data: 192.0.2.99 }',
  '      api: { steer: nearest }',
  ...Array.from({ length: RECORDS }, (_, i) => `      t${i}: { type: TXT, data: '"${'x'.repeat(100)}"' }`),
  '# The end.\n',
].join('\n')
const { writers } = words

const folder = newFolder()
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
/** Starts where it was killed: the document is what was left of it. */
const survivor = {
  ...meridian,
  configure(folder, options) {
    const file = join(folder, 'traffic.yaml')
    const document = existsSync(file) ? readFileSync(file, 'utf8') : DOCUMENT
    return meridian.configure(folder, { ...options, document, more: { history: { revisions: 1_000_000 } } })
  },
}

/** What each client wants, and what it was told: each changes one thing, and the next time only when it knows what came of it. */
const records = Array.from({ length: writers }, () => ({ acknowledged: 0, tried: 0, settled: 0 }))
const region = { acknowledged: 1, tried: 1, settled: 1 }
/** By reason: what became of an override, as far as its maker was told. */
const overrides = new Map()
let made = 0
const counts = { acknowledged: 0, inFlight: 0, lost: 0, twice: 0, otherReply: 0, unanswered: 0, torn: 0, unaudited: 0 }
let revisions = 0
let unordered = 0
let one

for (let kill = 0; kill <= words.kills; kill++) {
  one = await startServer(survivor, { folder, zone: { statics: 1 }, workers: 1 })
  await untilAdmin(one)
  await judge()
  if (kill < words.kills) await changeUntilKilled()
}
const audit = execFileSync(process.execPath, [MAIN, 'audit', 'verify', join(folder, 'state', 'audit.log')], {
  encoding: 'utf8',
}).trim()
await one.stop({ keepFolder: true })

conclude(
  'The server killed while it is changed',
  {
    'times killed': words.kills,
    'changes acknowledged': counts.acknowledged,
    'changes in flight that came into force all the same': counts.inFlight,
    'overrides made': made,
    'revisions in history': revisions,
    'the audit log': audit.slice(audit.indexOf(' is ') + 1),
  },
  [
    ['every change that was acknowledged is in the document, or was followed by another', counts.lost === 0],
    ['and DNS answers with it', counts.unanswered === 0],
    ['the document is whole, with its comments', counts.torn === 0],
    [
      'history has every change once and in order, but for those that were in flight',
      unordered === 0 && revisions > words.kills,
    ],
    ['the audit log has every change that was acknowledged', counts.unaudited === 0],
    ['a request with a key was never made twice', counts.twice === 0],
    ['and whoever sends it again gets the reply of the first time', counts.otherReply === 0],
  ],
  words.json,
)

async function call(method, path, body, headers = {}) {
  const response = await fetch(`http://127.0.0.1:${one.adminPort}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, replayed: response.headers.has('idempotent-replay'), body: await response.json() }
}

/** All clients change what is theirs, until the server is gone in the middle of it. */
async function changeUntilKilled() {
  let going = true
  let left = Math.floor(Math.random() * words.within)
  let reach
  const reached = new Promise(resolve => {
    reach = resolve
  })
  const acknowledged = () => {
    counts.acknowledged++
    if (--left <= 0) reach()
  }
  const client = async change => {
    while (going) {
      try {
        await change(acknowledged)
      } catch (error) {
        // Nobody answers any more: nobody knows what became of it.
        if (going && error?.message !== 'fetch failed' && error?.message !== 'terminated') throw error
        return
      }
    }
  }
  const clients = Promise.all([
    ...records.map((record, i) => client(acknowledged => write(record, i, acknowledged))),
    client(weigh),
    client(override),
  ])
  await Promise.race([reached, clients])
  await pause(Math.random() * AFTER_MS)
  process.kill(one.pid, 'SIGKILL')
  going = false
  await clients
  await one.stop({ keepFolder: true })
}

async function write(record, i, acknowledged) {
  record.tried = record.acknowledged + 1
  const data = `"${i}.${record.tried}"`
  const { status } = await call('PUT', `/traffic/zones/${ZONE}/records/c${i}`, { type: 'TXT', data })
  expect(status === 200, `PUT: ${status}`)
  record.acknowledged = record.tried
  acknowledged()
}

async function weigh(acknowledged) {
  region.tried = region.acknowledged + 1
  const { status } = await call('PATCH', '/traffic/regions/r0', { weight: region.tried })
  expect(status === 200, `PATCH: ${status}`)
  region.acknowledged = region.tried
  acknowledged()
}

/** Made with a key, taken back the next time, so that there are never many. */
async function override(acknowledged) {
  for (const [reason, known] of overrides) {
    if (known.id === undefined || known.taken !== undefined) continue
    known.taken = 'tried'
    const { status } = await call('DELETE', `/overrides/${known.id}`)
    expect(status === 200, `DELETE: ${status}`)
    known.taken = 'acknowledged'
    acknowledged()
    overrides.delete(reason)
  }
  const reason = `override-${++made}`
  const known = {}
  overrides.set(reason, known)
  const { status, body } = await postOverride(reason)
  expect(status === 200, `POST: ${status}`)
  known.id = body.id
  acknowledged()
}

function postOverride(reason) {
  const body = { targets: ['r1'], state: 'observe', for: '1h', reason }
  return call('POST', '/overrides', body, { 'idempotency-key': reason })
}

/** What there is after a start, beside what was acknowledged before. */
async function judge() {
  await judgeAudit()
  await judgeDocument()
  await judgeOverrides()
  await judgeHistory()
}

/** Each record as it was written last, where that was in the life that has just ended. */
async function judgeAudit() {
  const { entries } = (await call('GET', '/audit?limit=500')).body
  const written = new Set(entries.map(({ body }) => body?.data))
  for (const [i, record] of records.entries()) {
    if (record.acknowledged > record.settled && !written.has(`"${i}.${record.acknowledged}"`)) counts.unaudited++
  }
}

async function judgeDocument() {
  const text = readFileSync(join(folder, 'traffic.yaml'), 'utf8')
  if (!text.startsWith('# Kept.\n') || !text.endsWith('# The end.\n') || !text.includes('   # beside\n')) counts.torn++
  const { body } = await call('GET', '/traffic/regions/r0')
  settle(region, body.weight ?? 1)
  const resolver = new Resolver({ timeout: 5000, tries: 1 })
  resolver.setServers([`127.0.0.1:${one.port}`])
  for (const [i, record] of records.entries()) {
    const { status, body } = await call('GET', `/traffic/zones/${ZONE}/records/c${i}`)
    const there = status === 404 ? 0 : Number(/^"\d+\.(\d+)"$/.exec(body.data)?.[1])
    settle(record, there)
    const answer = await resolver.resolveTxt(`c${i}.${ZONE}`).catch(error => error.code)
    const wanted = there === 0 ? 'ENOTFOUND' : `${i}.${there}`
    if (String(answer) !== wanted) counts.unanswered++
  }
}

/** What was in flight is in force, or is not; from here on, that is known. */
function settle(thing, there) {
  if (there === thing.tried && there > thing.acknowledged) counts.inFlight++
  else if (there !== thing.acknowledged) counts.lost++
  thing.acknowledged = there
  thing.settled = there
}

async function judgeOverrides() {
  const listed = async reason => (await call('GET', '/overrides')).body.overrides.filter(one => one.reason === reason)
  for (const [reason, { id, taken }] of [...overrides]) {
    const there = await listed(reason)
    if (id !== undefined && taken === undefined && there[0]?.id !== id) counts.lost++
    const again = await postOverride(reason)
    const after = await listed(reason)
    // What was in flight is made now, or was before, or nobody knows; it is not made once more.
    if (after.length > 1 || (id === undefined && again.status === 200 && after.length !== 1)) counts.twice++
    if (id === undefined ? ![200, 409].includes(again.status) : again.body.id !== id || !again.replayed)
      counts.otherReply++
    if (id === undefined && again.replayed) counts.inFlight++
    for (const { id } of after) await call('DELETE', `/overrides/${id}`)
    overrides.delete(reason)
  }
}

/** Each number is given once, and in order; of those that came since the last kill only what was in flight then may be missing. */
async function judgeHistory() {
  const { body } = await call('GET', '/revisions?limit=500')
  const numbers = body.revisions.map(({ number }) => number)
  const fresh = numbers.filter(number => number > revisions).length
  const missing = numbers[0] - revisions - fresh
  if (numbers.some((number, i) => i > 0 && number >= numbers[i - 1]) || missing > writers + OTHERS) unordered++
  revisions = numbers[0]
}

function expect(holds, sentence) {
  if (!holds) throw new Error(sentence)
}
