// Proves that a million samples are learned in bounded memory, that answers follow them, and that noise moves nobody.
import { bundledDatabases } from '../../dist/control-plane/geo/bundled.js'
import { kilometres } from '../../dist/control-plane/geo/distance.js'
import { modelled } from '../../dist/control-plane/geo/latency-model.js'
import { GeoLibrary } from '../../dist/control-plane/geo/library.js'
import { LatencyDesk } from '../../dist/control-plane/operate/latency-desk.js'
import { localMapMaker } from '../../dist/control-plane/publish/map-maker.js'
import { Publisher } from '../../dist/control-plane/publish/publisher.js'
import { rankingAt } from '../../dist/control-plane/publish/rankings.js'
import { readTraffic } from '../../dist/control-plane/traffic/parse.js'
import { parseAddress } from '../../dist/dns/address.js'
import { leafRanking, lookup4 } from '../../dist/snapshot/map.js'
import { clock } from './clock.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves what is claimed of learned latency.', 'learned.mjs', {
  samples: [1_000_000, 'samples that are reported'],
  networks: [50_000, 'client networks that they are of'],
  timed: [1, '1: what it takes is among the claims; 0: it is only told'],
})

const BATCH = 10_000
const CAP = 100_000
const REGIONS = 20
/** Where the regions are: spread over the land of the earth. */
const PLACES = Array.from({ length: REGIONS }, (_, i) => [-40 + ((i * 37) % 100), -120 + ((i * 53) % 260)])
const DOCUMENT = `
regions:
${PLACES.map((place, i) => `  r${i}: { location: [${place}], addresses: [192.0.2.${i + 1}] }`).join('\n')}
latency: { measured: { learned: { minimum-samples: 5, networks: ${CAP}, refresh: 1s } } }
policies: { fastest: [{ latency: { table: measured } }, distance] }
zones:
  example.com: { nameservers: [ns.example.net], records: { api: { steer: fastest } } }
`

/** A repeatable stream of numbers from 0 to 1 (Park and Miller). */
let seed = 7
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647

const { document } = readTraffic(DOCUMENT, 'traffic.yaml', { serial: 1 })
const library = await GeoLibrary.open(bundledDatabases())
const locate = await library.reader()
const onProblem = (what, error) => {
  throw new Error(what, { cause: error })
}
/** CPU time when the first snapshot was published since it was last asked for one, µs; and what it answers, with which line. */
let publishedAt
let elapsedAt
let atOnce
const publish = () => {
  if (publishedAt !== undefined) return
  publishedAt = cpuNow()
  elapsedAt = clock()
  // It is not the current one before this returns.
  queueMicrotask(() => {
    atOnce = { answers: answers(), model: modelNow() }
  })
}
const publisher = new Publisher({ maps: localMapMaker(), publish, onProblem })
let now = Date.UTC(2026, 0, 1)
const store = { current: () => ({ document }) }
const desk = new LatencyDesk({ store, publisher, locate: async () => locate, now: () => now })

/** Networks that the database places. */
const networks = []
const seen = new Set()
while (networks.length < words.networks) {
  const bytes = [1 + Math.floor(random() * 222), Math.floor(random() * 256), Math.floor(random() * 256)]
  const text = bytes.join('.')
  if (seen.has(text)) continue
  seen.add(text)
  const place = locate(parseAddress(`${text}.1`))?.place
  if (place?.location !== undefined) networks.push({ text, location: place.location })
}
const ids = [...document.regions.keys()]
const kmTo = ({ location }, id) => kilometres(location, document.regions.get(id).location)
/** What is so at first: the nearer, the faster. */
const FIRST = 0.2
/** Of each network so many regions are measured, the nearest. */
const MEASURED = 4
/**
 * Later some networks reach one of their far regions better than the near ones, as it happens on the internet. In flat lists, so
 * that nobody is charged for looking through what the proof itself holds.
 */
const timesOf = isLater => {
  const places = new Uint8Array(networks.length * MEASURED)
  const times = new Float64Array(places.length)
  for (const [i, network] of networks.entries()) {
    const near = [...ids.keys()].sort((a, b) => kmTo(network, ids[a]) - kmTo(network, ids[b])).slice(0, MEASURED)
    for (const [k, place] of near.entries()) {
      places[i * MEASURED + k] = place
      times[i * MEASURED + k] = isLater && i % 3 === 0 && k === 3 ? 6 : 12 + 0.018 * kmTo(network, ids[place])
    }
  }
  return { places, times }
}
const [early, truth] = [timesOf(false), timesOf(true)]

function cpuNow() {
  const { user, system } = process.cpuUsage()
  return user + system
}
const cpuOf = async task => {
  const before = cpuNow()
  const value = await task()
  return [(cpuNow() - before) / 1e6, value]
}
/**
 * Rows made and in force: what it takes from the last sample until answers follow it, and what fitting a line, and whatever
 * follows, takes then; and how many networks the first snapshot sends elsewhere than it should.
 */
const refreshed = async () => {
  const before = cpuNow()
  const start = clock()
  publishedAt = undefined
  await desk.refresh()
  const times = [(publishedAt - before) / 1e6, (cpuNow() - publishedAt) / 1e6]
  return { times, elapsed: (elapsedAt - start) / 1000, wrong: wrongIn(atOnce.answers, atOnce.model) }
}

const texts = function* ({ places, times }, from, to) {
  let batch = []
  for (let i = from; i < to; i++) {
    const n = i % networks.length
    const at = n * MEASURED + (Math.floor(i / networks.length) % MEASURED)
    const rttMs = times[at] * (0.97 + 0.06 * random())
    batch.push({ client: `${networks[n].text}.${i & 255}`, region: ids[places[at]], rttMs, samples: 200 })
    if (batch.length === BATCH || i === to - 1) {
      yield JSON.stringify(batch)
      batch = []
    }
  }
}

await publisher.setDatabases(library.byFamily())
await desk.serve(document)
const table = desk.learning.learned().get('measured')
const before = answers()
globalThis.gc?.()
const heapBefore = process.memoryUsage().heapUsed
let ingest = 0
let accepted = 0
const take = async (...part) => {
  for (const text of texts(...part)) {
    const [seconds, reported] = await cpuOf(() => desk.report('measured', JSON.parse(text)))
    ingest += seconds
    accepted += reported.accepted
  }
}
const firstPart = Math.floor(words.samples * FIRST)
await take(early, 0, firstPart)
globalThis.gc?.()
// A line is fitted to them with the first refresh that comes a minute after there was nothing.
now += 60_000
const first = await refreshed()
const atFirst = answers()
await take(truth, firstPart, words.samples)
globalThis.gc?.()
const heap = process.memoryUsage().heapUsed - heapBefore
now += 60_000
const later = await refreshed()
const after = answers()
const movedBetween = (a, b) => a.filter((region, n) => region !== b[n]).length
const wrong = wrongIn(after, modelNow())

/** What every network gets by the map that queries are answered from: its best region. */
function answers() {
  const { world } = publisher.current()
  const spec = world.names.steerings.find(({ gives }) => gives === 4)
  const { map, rankings } = world.maps.get(spec.mapKey)[4]
  return networks.map(({ text }) => {
    const [a, b, c] = text.split('.').map(Number)
    const leaf = lookup4(map, ((a << 24) | (b << 16) | (c << 8) | 1) >>> 0)
    return spec.map.candidates[rankingAt(rankings, leafRanking(leaf)).tiers[0][0]].id
  })
}

/** The line by which times are taken to grow with distance. */
function modelNow() {
  return publisher.current().world.document.latency.get('measured').model
}

/** How many answers are not those that rows in force, and a line, come to. */
function wrongIn(answers, model) {
  const rows = table.inForce()
  return answers.filter((region, n) => region !== expected(n, rows, model)).length
}

/** By brute force: the least of what was learned, and of what the distance makes likely; of equals the nearest. */
function expected(n, rows, model) {
  const row = rows.get(`${networks[n].text}.0/24`)
  const msTo = id => row?.get(id) ?? modelled(kmTo(networks[n], id), model)
  const km = id => kmTo(networks[n], id)
  const isLess = (a, b) => msTo(a) < msTo(b) || (msTo(a) === msTo(b) && km(a) < km(b))
  return ids.reduce((best, id) => (isLess(id, best) ? id : best))
}

// Noise: each network's times go up and down by a fifth of what is known, now the one region's and now the other's.
const settled = networks.map(({ text }) => table.about(`${text}.0/24`))
const { version } = publisher.current().snapshot
for (let round = 0; round < 10; round++) {
  now += 60_000
  const noise = settled.flatMap((times, n) =>
    times.map(({ region, rttMs }, k) => ({
      client: `${networks[n].text}.1`,
      region,
      rttMs: rttMs * ((round + k) % 2 === 0 ? 0.8 : 1.2),
      samples: 1,
    })),
  )
  for (let at = 0; at < noise.length; at += BATCH) desk.report('measured', noise.slice(at, at + BATCH))
  await desk.refresh()
}
const flapped = answers().filter((region, n) => region !== after[n]).length

// More networks than there may be.
for (let i = 0; i < CAP * 2; i += BATCH)
  desk.report(
    'measured',
    Array.from({ length: BATCH }, (_, k) => ({
      client: `${1 + ((i + k) >> 16)}.${((i + k) >> 8) & 255}.${(i + k) & 255}.1`,
      region: 'r0',
      rttMs: 10,
      samples: 1,
    })),
  )
const { networks: kept, evicted } = table.counts()
library.close()
await publisher.close()

conclude(
  'Learned latency',
  {
    'samples reported': accepted,
    'client networks': networks.length,
    'CPU seconds to take them, JSON included': ingest,
    'CPU seconds to make the first rows and maps of them, the whole City database, both families': first.times[0],
    'CPU seconds for what follows those: wide maps, a line that is fitted, and maps of what it makes likely':
      first.times[1],
    'CPU seconds to make rows and maps again when they have changed': later.times[0],
    'CPU seconds for what follows those: wide maps': later.times[1],
    'seconds by the clock from the last sample to the first snapshot, for the first rows and for later ones': `${first.elapsed.toFixed(2)}, ${later.elapsed.toFixed(2)}`,
    'networks whose region changed with the first rows, and with the later ones': [
      movedBetween(before, atFirst),
      movedBetween(atFirst, after),
    ].join(', '),
    'networks with another region than by brute force: in the first snapshot with the first rows, with the later ones; at the end':
      [first.wrong, later.wrong, wrong].join(', '),
    'networks whose region changed by noise of a fifth': flapped,
    'snapshots that noise made': publisher.current().snapshot.version - version,
    'bytes of heap a network, its row in force included': Math.round(heap / networks.length),
    'networks kept of three times as many, evicted': `${kept}, ${evicted}`,
  },
  [
    ['every sample is taken', accepted === words.samples],
    ['answers follow what was learned, from the first snapshot on', first.wrong + later.wrong + wrong === 0],
    ['noise of a fifth moves nobody', flapped === 0],
    ['memory is bounded: no more networks are kept than may be', kept <= CAP],
    ...(words.timed === 0
      ? []
      : [
          ['a million samples take at most 10 s of one core', (ingest * 1e6) / words.samples <= 10],
          ['the first rows and maps are made in at most 2 s of one core', first.times[0] <= 2],
          ['rows and maps are made again in at most 2 s of one core', later.times[0] <= 2],
        ]),
  ],
  words.json,
)
