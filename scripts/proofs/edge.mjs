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
    openPlace(folder, { name, address, says, daemon: keepalived(priority) })
  const places = await Promise.all([
    place('vip-a', '192.0.2.11', '10.0.0.1', 100),
    place('vip-b', '192.0.2.12', '10.0.0.2', 90),
  ])
  const stream = openStream(VIRTUAL, NAME)
  const between = { places, stream, limitMs: VRRP_MS }
  await settle(between)
  await moves(
    'VRRP: a node is killed',
    words.runs,
    between,
    fail => fail.kill(),
    whole => whole.answer(),
  )
  await moves(
    'VRRP: a machine dies',
    words.machines,
    between,
    fail => fail.powerOff(),
    whole => whole.boot(),
  )
  await moves(
    'VRRP: the gate is killed',
    words.machines,
    between,
    fail => fail.told().gateEnds(),
    async whole => {
      await whole.powerOff()
      await whole.boot()
    },
  )
  asNobody('keepalived', places)
  await still('VRRP', stream)
  stream.close()
}

async function bgp() {
  const place = (name, address, says, daemon) =>
    openPlace(folder, { name, address, says, daemon: daemon(address), more: [[`${ANYCAST}/32`, 'lo']] })
  const [a, b, exa] = ['192.0.2.10', '192.0.2.20', '192.0.2.30']
  await startRouter(folder, '192.0.2.1', [exa, a, b])
  const places = await Promise.all([place('bird-a', a, '10.0.1.1', bird), place('bird-b', b, '10.0.1.2', bird)])
  const stream = openStream(ANYCAST, NAME)
  const between = { places, stream, limitMs: BGP_MS, home: places[0] }
  await settle(between)
  await moves(
    'BIRD: a node is killed',
    words.runs,
    between,
    fail => fail.kill(),
    whole => whole.answer(),
  )
  await moves(
    'BIRD: a machine dies',
    words.machines,
    { ...between, limitMs: BGP_HOLD_MS },
    fail => fail.powerOff(),
    whole => whole.boot(),
  )
  const third = await place('exabgp', exa, '10.0.1.3', exabgp)
  const withThird = { ...between, places: [third, ...places], home: third }
  await settle(withThird)
  await moves(
    'ExaBGP: a node is killed',
    words.runs,
    withThird,
    fail => fail.kill(),
    whole => whole.answer(),
  )
  asNobody('BIRD', places)
  asNobody('ExaBGP', [third])
  await still('BGP', stream)
  stream.close()
}

/** Resolves when one answers, the one that is nearest where there is one, and every other one would. */
async function settle({ places, stream, home }) {
  await Promise.all(places.map(place => place.ready()))
  await stream.next(...(home === undefined ? places : [home]).map(({ says }) => says))
}

/**
 * Whoever answers fails, again and again, and is mended.
 * @param fail what happens to it @param mend what makes it whole again
 */
async function moves(what, runs, between, fail, mend) {
  const { places, stream, limitMs } = between
  const spans = []
  const lost = []
  let lostOnReturn = 0
  for (let i = 0; i < runs; i++) {
    const holder = places.find(({ says }) => says === stream.last())
    const others = places.filter(place => place !== holder)
    const before = stream.counts().lost
    const moved = stream.next(...others.map(({ says }) => says))
    const started = performance.now()
    await fail(holder)
    spans.push(Math.round((await moved) - started))
    await stream.settled()
    const then = stream.counts().lost
    lost.push(then - before)
    await mend(holder)
    await settle(between)
    await stream.settled()
    lostOnReturn += stream.counts().lost - then
  }
  if (runs === 0) return
  figures[`${what}: until another answers, ms`] = spans.join(', ')
  figures[`${what}: queries lost meanwhile, of 100 a second`] = lost.join(', ')
  figures[`${what}: queries lost when it comes back`] = lostOnReturn
  claims.push([`${what}: another answers within ${limitMs / 1000} s, each time`, Math.max(...spans) < limitMs])
  claims.push([`${what}: nothing is lost when it comes back`, lostOnReturn === 0])
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

function asNobody(what, places) {
  const roots = places.filter(place =>
    /^Uid:\s+0\s/m.test(readFileSync(`/proc/${place.told().gate.program()}/status`, 'utf8')),
  )
  claims.push([`${what}: the gate is no root`, roots.length === 0])
}
