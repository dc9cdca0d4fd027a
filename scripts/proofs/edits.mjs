// Proves that of many edits through the API at once none is lost and the file is always whole, and how long an edit takes
// while DNS is asked.
import { readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readTraffic } from '../../dist/control-plane/traffic/parse.js'
import { holdTo } from '../bench/cores.mjs'
import { jobFor, startGenerator } from '../bench/generator.mjs'
import { KINDS } from '../bench/kinds.mjs'
import { callAdmin, meridian, trafficDocument, untilAdmin } from '../bench/servers/meridian.mjs'
import { startServer } from '../bench/start.mjs'
import { BASE, REGIONS, ZONE } from '../bench/world.mjs'
import { clock } from './clock.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that no edit is lost, however many come at once.', 'edits.mjs', {
  edits: [1000, 'edits of things of their own, from all clients at once'],
  clients: [50, 'clients'],
  counted: [100, 'steps of one number that all clients count up, on top of the revision that each has seen'],
  rate: [100, 'edits a second while DNS is asked'],
  seconds: [10, 'for which that goes on'],
  limit: [50, 'ms that 99 of 100 of those edits may take at most'],
  statics: [BASE.statics, 'static names in the document'],
  steered: [BASE.steered, 'steered names in it'],
  cores: [1, 'cores that the server may use, with its one thread that answers; the load has the second'],
})

const FIRST = '# the first line'
const LAST = '# the last line'
const LOOK_MS = 50
/** At a time: of more, nearly all would only be told to try again. */
const COUNTERS = 5

/** Keeps every revision of the run. */
const remembering = {
  ...meridian,
  configure(folder, options) {
    const started = meridian.configure(folder, options)
    const file = started.words.at(-1)
    const settings = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...settings, history: { revisions: 100_000 } }))
    return started
  },
}

// Whoever makes the edits is no part of the server: they share the core of the load.
holdTo(1)

const { statics, steered } = words
const zone = { statics, steered }
const document = `${FIRST}\n${trafficDocument(zone)}${LAST}\n`
const one = await startServer(remembering, {
  ...{ zone, document, workers: 1, limitMs: 300_000 },
  cores: Array.from({ length: words.cores }, (_, place) => place),
})
const generator = startGenerator(1)
try {
  await untilAdmin(one)
  const many = await manyAtOnce()
  const counted = await countedUp()
  const history = await judgeHistory()
  const load = await underLoad()
  report({ ...many, ...counted, ...history, ...load })
} finally {
  generator.stop()
  await one.stop()
}

/** Each client writes its steps into a record of its own, one after the other; all clients at once. */
async function manyAtOnce() {
  const steps = Math.ceil(words.edits / words.clients)
  const watch = watchFile()
  const start = clock()
  const client = async i => {
    for (let step = 1; step <= steps; step++) await put(i, step)
  }
  await Promise.all(Array.from({ length: words.clients }, (_, i) => client(i)))
  const seconds = (clock() - start) / 1000
  const { looks, torn } = await watch()
  let lost = 0
  for (let i = 0; i < words.clients; i++) {
    const { data } = await callAdmin(one, 'GET', `/traffic/zones/${ZONE}/records/c${i}`)
    if (data !== `"${i}.${steps}"`) lost++
  }
  return { made: steps * words.clients, steps, seconds, looks, torn, lost }
}

function put(i, step) {
  return callAdmin(one, 'PUT', `/traffic/zones/${ZONE}/records/c${i}`, { type: 'TXT', data: `"${i}.${step}"` })
}

/** Reads the file again and again, as somebody with an editor might, until it is told to stop. */
function watchFile() {
  const result = { looks: 0, torn: 0 }
  let going = true
  const done = (async () => {
    while (going) {
      const text = await readFile(join(one.folder, 'traffic.yaml'), 'utf8')
      const whole = text.startsWith(`${FIRST}\n`) && text.endsWith(`${LAST}\n`)
      if (!whole || 'problems' in readTraffic(text, 'traffic.yaml', { serial: 1 })) result.torn++
      result.looks++
      await pause(LOOK_MS)
    }
    return result
  })()
  return () => {
    going = false
    return done
  }
}

/** All count one number up, each on top of what it has seen; whoever was too late looks again. */
async function countedUp() {
  const path = `/traffic/regions/${REGIONS[0].id}`
  let left = words.counted
  let late = 0
  const counter = async () => {
    while (left > 0) {
      left--
      for (;;) {
        const { headers, body } = await call('GET', path)
        const change = { capacity: (body.capacity ?? 0) + 1 }
        const { status } = await call('PATCH', path, change, { 'if-match': headers.get('etag') })
        if (status === 200) break
        if (status !== 412) throw new Error(`PATCH ${path}: ${status}`)
        late++
      }
    }
  }
  await Promise.all(Array.from({ length: COUNTERS }, counter))
  return { counted: (await call('GET', path)).body.capacity ?? 0, late }
}

async function call(method, path, body, headers = {}) {
  const response = await fetch(`http://127.0.0.1:${one.adminPort}/v1${path}`, {
    method,
    headers: {
      authorization: 'Bearer bench',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** Numbers without a gap, each edit once, and nothing in a revision but its own edit: so nothing was written over. */
async function judgeHistory() {
  const revisions = []
  let before
  do {
    const page = await callAdmin(one, 'GET', `/revisions?limit=500${before === undefined ? '' : `&before=${before}`}`)
    revisions.push(...page.revisions)
    before = page.next
  } while (before !== undefined)
  revisions.reverse()
  const gaps = revisions.filter(({ number }, i) => number !== i + 1).length
  const mixed = revisions.slice(1).filter(({ changeCount }) => changeCount !== 1).length
  return { revisions: revisions.length, gaps, mixed }
}

/** Edits on a timetable, each from when it was due, while DNS is asked at half of what the server can do. */
async function underLoad() {
  const kind = { ...KINDS['geo-ecs'].kind, zone }
  const { qps } = await generator.run(jobFor(one, 'closed', kind, { seconds: 2, warmSeconds: 0.3 }))
  const dns = generator.run(jobFor(one, 'open', kind, { seconds: words.seconds, warmSeconds: 0.3, rate: qps / 2 }))
  const took = []
  const start = clock()
  const edits = []
  for (let i = 0; i < words.rate * words.seconds; i++) {
    const due = start + (i * 1000) / words.rate
    await pause(Math.max(0, due - clock()))
    edits.push(edit(i).then(() => took.push(clock() - due)))
  }
  await Promise.all(edits)
  took.sort((a, b) => a - b)
  const quantile = share => took[Math.min(took.length - 1, Math.ceil(took.length * share) - 1)]
  const { lost, wrong, answered } = await dns
  return {
    p50: quantile(0.5),
    p99: quantile(0.99),
    slowest: took.at(-1),
    rate: qps / 2,
    lostQueries: lost,
    wrong,
    answered,
  }
}

/** In turn one that only publishes records, and one that moves clients. */
function edit(i) {
  if (i % 2 === 0) return put(i % words.clients, `load ${i}`)
  return callAdmin(one, 'PATCH', `/traffic/regions/${REGIONS[i % REGIONS.length].id}`, { weight: 100 + i })
}

function report(found) {
  const figures = {
    'edits at once': found.made,
    'from so many clients': words.clients,
    'in seconds': found.seconds,
    'looks at the file meanwhile': found.looks,
    'steps of one number': found.counted,
    'steps that came too late, and were made again': found.late,
    'revisions in history': found.revisions,
    'edits a second under load': words.rate,
    'cores that the server may use': words.cores,
    'DNS queries a second meanwhile': Math.round(found.rate),
    'DNS answers': found.answered,
    'half of the edits within, ms': found.p50,
    '99 of 100 within, ms': found.p99,
    'the slowest, ms': found.slowest,
  }
  conclude(
    'Edits: many at once, and many while DNS is asked',
    figures,
    [
      ['no edit was lost', found.lost === 0],
      ['no step of the number was lost', found.counted === words.counted],
      ['the file was always whole and sound', found.torn === 0 && found.looks > 0],
      [
        'history has every edit, numbered without a gap',
        found.gaps === 0 && found.revisions === 1 + found.made + words.counted,
      ],
      ['no revision changed anything but what its own edit did', found.mixed === 0],
      ['no DNS query was lost or answered wrongly', found.lostQueries === 0 && found.wrong === 0],
      [`99 of 100 edits under load took less than ${words.limit} ms`, found.p99 < words.limit],
    ],
    words.json,
  )
}
