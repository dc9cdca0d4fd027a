// Proves that hostile input harms nobody: broken packets by UDP and broken streams by TCP at a server with static,
// steered and signed names. It neither dies nor hangs nor grows, its replies are sound, and good questions are answered throughout.

import { inspect, inspected } from '../bench/inspected.mjs'
import { callAdmin, meridian, untilAdmin } from '../bench/servers/meridian.mjs'
import { startServer } from '../bench/start.mjs'
import { staticAddress, ZONE } from '../bench/world.mjs'
import { clock } from './clock.mjs'
import { dropsAt } from './drops.mjs'
import { goodQuestion, openGoodAsker } from './fuzz/good.mjs'
import { seeded } from './fuzz/random.mjs'
import { openHostileStreams } from './fuzz/tcp.mjs'
import { sendHostilePackets } from './fuzz/udp.mjs'
import { generous, HOSTILE_NAMES, hostileDocument } from './fuzz/world.mjs'
import { residentMb } from './resident.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that hostile input harms nobody.', 'fuzz.mjs', {
  packets: [10_000_000, 'broken packets by UDP'],
  streams: [100_000, 'broken streams by TCP'],
  seed: [1, 'what the packets are drawn from: the same number, the same packets'],
  steered: [1000, 'steered names; 0 needs no map'],
  growth: [5, 'per cent by which memory may grow in the second half'],
  // A client that sends nothing whole is cut off after 10 s.
  settle: [11_000, 'ms after which what is left of the streams has to be gone'],
})

/** Tenths of the work; memory is looked at after each. */
const PARTS = 10
const zone = { statics: 1000, steered: words.steered }
const names = [
  ...['', 'com', ZONE, `nowhere.${ZONE}`, `a.b.c.${ZONE}`, `ns1.${ZONE}`, 's0', `s0.${ZONE}`, `s999.${ZONE}`],
  ...Array.from({ length: Math.min(20, words.steered) }, (_, i) => `h${i * 7}.${ZONE}`),
  ...HOSTILE_NAMES,
]
const good = goodQuestion(`s1.${ZONE}`, staticAddress(1))

const one = await startServer(inspected(generous(meridian)), {
  ...{ zone, document: hostileDocument(zone), workers: 1, limitMs: 300_000 },
})
const asker = openGoodAsker(one.port, good)
const heaps = []
let inspector
try {
  await untilAdmin(one)
  inspector = await inspect(one)
  const start = clock()
  const random = seeded(words.seed)
  const udp = newResult()
  const tcp = newResult()
  const samples = []
  for (let part = 1; part <= PARTS; part++) {
    await sendHostilePackets({
      ...{ port: one.port, random, names, good, result: udp },
      count: share(words.packets, part),
    })
    samples.push(await memory())
  }
  const [halfUdp, afterUdp] = [samples[PARTS / 2 - 1], samples.at(-1)]
  const { socketErrors } = await metrics()
  for (let part = 1; part <= PARTS; part++) {
    await openHostileStreams({
      ...{ port: one.port, random, names, result: tcp },
      count: share(words.streams, part),
      ask: asker.ask,
    })
    samples.push(await memory())
  }
  // The threads fill the heaps that they may have, and then they do not.
  const halfTcp = samples[PARTS + PARTS / 2 - 1]
  await new Promise(resolve => setTimeout(resolve, words.settle))
  const settled = await memory()
  await callAdmin(one, 'GET', '/status')
  const counted = await metrics()
  const growth = (from, to) => (100 * (to - from)) / from
  const figures = {
    seconds: Math.round((clock() - start) / 1000),
    'packets by UDP, replies': `${shown(udp.packets)}, ${shown(udp.replies)}`,
    'streams by TCP, replies, given up': `${shown(tcp.streams)}, ${shown(tcp.replies)}, ${shown(tcp.givenUp)}`,
    'good questions answered, lost, wrong': [udp, tcp]
      .map(({ goodAnswered, goodLost, goodWrong }) => `${shown(goodAnswered)}, ${goodLost}, ${goodWrong}`)
      .join(' by UDP; beside the streams '),
    'slowest of them by UDP, ms': Math.round(udp.slowestMs),
    'queries and replies that found no room at a socket, and could not be sent': `${dropsAt(one.port)}, ${udp.drops}, ${socketErrors}`,
    'replies that are not sound': udp.unsound + tcp.unsound,
    'faults, threads that died': `${counted.faults}, ${counted.crashes}`,
    'handed to the main thread': counted.office,
    'resident after half of the packets, after all, MB': `${halfUdp}, ${afterUdp}`,
    'resident after half of the streams, after all, when all are gone, MB': `${halfTcp}, ${samples.at(-1)}, ${settled}`,
    'resident after each tenth, MB': samples.join(' '),
    'held by the main thread then, MB': heaps.join(' '),
  }
  for (const fault of [...udp.faults, ...tcp.faults]) console.error(fault)
  conclude(
    'Hostile packets and streams',
    figures,
    [
      ['no thread died, and no query met a bug', counted.faults === 0 && counted.crashes === 0],
      ['no good question was lost, and none answered wrongly', [udp, tcp].every(r => r.goodLost + r.goodWrong === 0)],
      ['every reply is sound', udp.unsound + tcp.unsound === 0],
      [
        `memory grew by no more than ${words.growth} % in the second half of the packets`,
        growth(halfUdp, afterUdp) <= words.growth,
      ],
      [
        `memory grew by no more than ${words.growth} % in the second half of the streams`,
        growth(halfTcp, settled) <= words.growth,
      ],
    ],
    words.json,
  )
} finally {
  inspector?.close()
  asker.close()
  await one.stop()
}

function newResult() {
  const counts = { packets: 0, streams: 0, replies: 0, unsound: 0, givenUp: 0 }
  return { ...counts, drops: 0, slowestMs: 0, goodAnswered: 0, goodLost: 0, goodWrong: 0, faults: [] }
}

function share(total, part) {
  return Math.floor((total * part) / PARTS) - Math.floor((total * (part - 1)) / PARTS)
}

function shown(count) {
  return count.toLocaleString('en')
}

async function memory() {
  heaps.push(Math.round((await inspector.collect()) / 1e6))
  return residentMb(one.pid)
}

async function metrics() {
  const text = await (await fetch(`http://127.0.0.1:${one.adminPort}/metrics`)).text()
  const of = name => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  const works = new Map()
  for (const [, work, count] of text.matchAll(/^meridian_office_requests_total\{work="([^"]+)",[^}]*\} (\d+)$/gm))
    works.set(work, (works.get(work) ?? 0) + Number(count))
  const office = [...works].map(([work, count]) => `${work} ${shown(count)}`).join(', ')
  const [faults, crashes, socketErrors] = ['faults', 'thread_crashes', 'socket_errors'].map(name =>
    of(`meridian_${name}_total`),
  )
  return { faults, crashes, socketErrors, office }
}
