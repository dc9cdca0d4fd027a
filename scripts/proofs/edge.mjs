// Proves that the edge has no single point of failure: an address that two nodes share by VRRP, and one that several announce by BGP,
// go on to a node that answers, by the files in deploy/ and the daemons that they are for.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ANYCAST, bird, exabgp, startRouter } from './edge/bgp.mjs'
import { keepalived, VIRTUAL } from './edge/keepalived.mjs'
import { NAME, openPlace } from './edge/place.mjs'
import { until } from './fleet/process.mjs'
import { isInside, runInside, wayIn } from './inside.mjs'
import { layNetwork, NAMESPACES } from './machines/machine.mjs'
import { openStream } from './machines/stream.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that the edge has no single point of failure.', 'edge.mjs', {
  runs: [5, 'times that a node is killed'],
  machines: [5, 'times that a machine dies, and that a gate is killed'],
})
if (!isInside) {
  const way = process.getuid() === 0 ? wayIn(NAMESPACES) : undefined
  if (way === undefined) throw new Error('this needs root, and network namespaces')
  process.exit(await runInside(way))
}

/** What VRRP is asked for, ms: a node that dies is missed by the gate, a machine by three signs of life that do not come. */
const VRRP_MS = 5000
/** The gate needs two looks, BGP next to nothing. */
const BGP_MS = 3000
/** The hold time of the files, and a look of BIRD's. */
const BGP_HOLD_MS = 12_000

const KILLED = { fail: place => place.kill(), mend: place => place.answer() }
const POWERED_OFF = { fail: place => place.powerOff(), mend: place => place.boot() }

const figures = {}
const claims = []
const folder = mkdtempSync(join(tmpdir(), 'meridian-edge-'))
// BIRD and ExaBGP are not root when they read their files.
chmodSync(folder, 0o755)
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
layNetwork('192.0.2.1/24')
await Promise.all([vrrp(), bgp()])
conclude('The edge: one address of two nodes, and one of several by BGP', figures, claims, words.json)
process.exit()

async function vrrp() {
  const place = (name, address, says, priority) =>
    openPlace(folder, { name, by: 'VRRP', address, says, daemon: keepalived(priority) })
  const places = await Promise.all([
    place('vip-a', '192.0.2.11', '10.0.0.1', 100),
    place('vip-b', '192.0.2.12', '10.0.0.2', 90),
  ])
  const stream = openStream(VIRTUAL, NAME)
  const between = { places, stream, limitMs: VRRP_MS }
  await settle(between)
  await moves('a node is killed', words.runs, between, KILLED)
  await moves('a machine dies', words.machines, between, POWERED_OFF)
  await moves('the gate is killed', words.machines, between, {
    fail: place => place.told().gateEnds(),
    mend: async place => {
      await place.powerOff()
      await place.boot()
    },
  })
  asNobody(places)
  await still('VRRP', stream)
  stream.close()
}

/** The router keeps to a route that it has, so that the two take turns. */
async function bgp() {
  const [a, b] = ['192.0.2.10', '192.0.2.20']
  const router = await startRouter(folder, '192.0.2.1', [a, b])
  const place = (name, by, address, says, daemon) =>
    openPlace(folder, { name, by, address, says, daemon: daemon(address, router), more: [[`${ANYCAST}/32`, 'lo']] })
  const places = await Promise.all([
    place('bird', 'BIRD', a, '10.0.1.1', bird),
    place('exabgp', 'ExaBGP', b, '10.0.1.2', exabgp),
  ])
  const stream = openStream(ANYCAST, NAME)
  const between = { places, stream, limitMs: BGP_MS }
  await settle(between)
  await moves('a node is killed', 2 * words.runs, between, KILLED)
  await moves('a machine dies', 2 * words.machines, { ...between, limitMs: BGP_HOLD_MS }, POWERED_OFF)
  asNobody(places)
  await still('BGP', stream)
  stream.close()
}

/** Resolves when one answers, and every other one would. */
async function settle({ places, stream }) {
  await Promise.all(places.map(place => place.ready()))
  await stream.next(...places.map(({ says }) => says))
}

/**
 * Whoever answers fails, again and again, and is mended.
 * @param fail what happens to it @param mend what makes it whole again
 */
async function moves(what, times, between, { fail, mend }) {
  const { places, stream, limitMs } = between
  /** By whoever moved it away. */
  const seen = new Map()
  for (let i = 0; i < times; i++) {
    const holder = places.find(({ says }) => says === stream.last())
    const others = places.filter(place => place !== holder)
    const before = stream.counts().lost
    const moved = stream.next(...others.map(({ says }) => says))
    const started = performance.now()
    await fail(holder)
    const ms = Math.round((await moved) - started)
    await stream.settled()
    const then = stream.counts().lost
    await mend(holder)
    await settle(between)
    await stream.settled()
    const move = { ms, lost: then - before, lostOnReturn: stream.counts().lost - then }
    seen.set(holder.by, [...(seen.get(holder.by) ?? []), move])
  }
  for (const [by, all] of seen) {
    figures[`${by}: ${what}: until another answers, ms`] = all.map(({ ms }) => ms).join(', ')
    figures[`${by}: ${what}: queries lost meanwhile, of 100 a second`] = all.map(({ lost }) => lost).join(', ')
    const within = all.every(({ ms }) => ms < limitMs)
    claims.push([`${by}: ${what}: another answers within ${limitMs / 1000} s, each time`, within])
    const lostOnReturn = all.some(move => move.lostOnReturn > 0)
    claims.push([`${by}: ${what}: nothing is lost when it comes back`, !lostOnReturn])
  }
}

/** Nothing moves, and nothing is lost, while all is well. */
async function still(what, stream) {
  await stream.settled()
  const [before, holder] = [stream.counts(), stream.last()]
  await until('a second of quiet', () => stream.counts().sent - before.sent > 100)
  await stream.settled()
  claims.push([
    `${what}: while all is well nothing is lost, and nothing moves`,
    stream.counts().lost === before.lost && stream.last() === holder,
  ])
}

function asNobody(places) {
  for (const { name, told } of places) {
    const status = readFileSync(`/proc/${told().gate.program()}/status`, 'utf8')
    claims.push([`${name}: the gate is not root`, /^Uid:\s+[1-9]/m.test(status)])
  }
}
