// Proves that a fleet has no single point of failure: three nodes over three members of etcd, each a machine with a network of its own,
// of which one after the other fails in a way of its own while every node, and a resolver, is asked without pause.
import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Edits } from './fleet/edits.mjs'
import { FAULTS } from './fleet/faults.mjs'
import { until } from './fleet/process.mjs'
import { manyVotes } from './fleet/told.mjs'
import { numberOf, watchResolver } from './fleet/watch.mjs'
import { document, REGIONS, startFleet } from './fleet/world.mjs'
import { isInside, runInside, wayIn } from './inside.mjs'
import { NAMESPACES } from './machines/machine.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that a fleet has no single point of failure.', 'fleet.mjs', {
  edits: [1000, 'edits, each on another node, until all others answer with it'],
  votes: [1000, 'votes, each of which changes what all answer'],
  hold: [10, 'seconds for which each fault lasts, at the least'],
})
if (!isInside) {
  const way = wayIn(NAMESPACES)
  if (way === undefined) throw new Error('this needs network namespaces')
  process.exit(await runInside(way))
}

/** What is asked of edits and of votes, where there are enough of them to tell. */
const EDIT_MS = 500
const VOTE_MS = 1000
const ENOUGH = 1000
/** While a fault lasts. */
const EDIT_EVERY_MS = 100

const figures = {}
const claims = []
const edits = new Edits()

const fleet = await startFleet()
process.once('exit', () => rmSync(fleet.folder, { recursive: true, force: true }))
const { nodes } = fleet
const world = {
  ...fleet,
  newest: () => edits.newest,
  edit: node => edits.make(node),
  goOn,
  override,
  overrideOn,
  refusedOn,
  saysAway,
  answersNewest: node => edits.answeredBy(node),
  numberOn,
  viewOn,
  claim: (sentence, holds) => claims.push([sentence, holds]),
}
await bring(nodes[0])
await manyEdits()
await votes()
for (const [name, fault] of Object.entries(FAULTS)) await scenario(name, fault)
await nothingIsLost()
conclude('A fleet of three, over three members of etcd', figures, claims, words.json)
process.exit()

async function bring(node) {
  await edits.bring(node, document)
  for (const one of nodes) await edits.answeredBy(one)
  await until('all see the region', async () => (await Promise.all(nodes.map(viewOn))).every(({ ups }) => ups === 3))
}

/** It lasts for a while, in which those nodes are edited in turn. */
async function goOn(...some) {
  const end = performance.now() + words.hold * 1000
  for (let i = 0; performance.now() < end; i++) {
    if (some.length > 0) await edits.make(some[i % some.length])
    await pause(EDIT_EVERY_MS)
  }
}

/** Forces down a region that nobody is sent to, for so many seconds; with 0 it is ended again. */
async function override(node, seconds) {
  if (seconds === 0) {
    for (const { id } of (await node.api('GET', '/v1/overrides')).body.overrides)
      await node.api('DELETE', `/v1/overrides/${id}`, undefined, 'over')
    return
  }
  const wish = { targets: ['ap'], state: 'down', for: `${seconds}s`, reason: 'clocks' }
  const { status, body } = await node.api('POST', '/v1/overrides', wish)
  if (status >= 300) throw new Error(JSON.stringify(body))
}

async function overrideOn(node) {
  return (await node.api('GET', '/v1/overrides')).body.overrides.length > 0
}

/** Nothing is taken while nobody could hear of it. */
async function refusedOn(node) {
  const patch = { regions: { eu: { weight: 2 } } }
  const reply = await until('an edit is refused', async () => {
    const reply = await node.api('PATCH', '/v1/traffic', patch)
    return reply.status === 503 && reply
  })
  claims.push([`${node.name}, without etcd, refuses an edit`, reply.body.type === '/problems/store-away'])
}

async function saysAway(node) {
  await until('it says so', async () => (await node.api('GET', '/v1/status')).body.document.store.state === 'away')
}

async function numberOn(node) {
  const { body } = await node.api('GET', '/v1/traffic')
  return numberOf(body.document.zones['example.com'].records.v[0].data)
}

/** How a node sees the region that clients are sent to: itself, and with the others. */
async function viewOn(node) {
  const { body } = await node.api('GET', '/v1/health/eu')
  const [check] = body.health[0].checks
  return { up: check.up, ...check.votes }
}

async function manyEdits() {
  const { spans, watches } = await edits.makeMany(nodes, words.edits)
  tally('edits on every node in turn', watches)
  const p99 = spread('edits: from the request to the answers of all others, ms', spans)
  if (words.edits >= ENOUGH)
    claims.push([`an edit is answered by all others within ${EDIT_MS} ms, 99 of a hundred times`, p99 <= EDIT_MS])
}

async function votes() {
  const { spans, counts } = await manyVotes(nodes, words.votes)
  tally(
    'votes of two nodes in turn',
    counts.map(counts => ({ counts })),
  )
  spread('votes: from the request to the answers of all, ms', spans)
  if (words.votes >= ENOUGH)
    claims.push([`a vote changes all nodes within ${VOTE_MS} ms, each time`, Math.max(...spans) <= VOTE_MS])
}

/** @returns of a hundred the slowest */
function spread(what, spans) {
  spans.sort((a, b) => a - b)
  figures[`${what}: median`] = at(spans, 0.5)
  figures[`${what}: of a hundred the slowest`] = at(spans, 0.99)
  figures[`${what}: the slowest`] = at(spans, 1)
  return at(spans, 0.99)
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** What happens while those nodes are asked that stay, and a resolver; afterwards all have to agree on the newest. */
async function scenario(name, { spared = [0, 1, 2], happen }) {
  const watches = spared.map(i => edits.watch(nodes[i], REGIONS[0]))
  const resolver = watchResolver(fleet.resolver, 53, REGIONS[0])
  await happen(world)
  const started = performance.now()
  await until(`${name}: all know the newest`, async () => {
    const numbers = await Promise.all(nodes.map(numberOn))
    return numbers.every(number => number === edits.newest)
  })
  for (const node of nodes) await edits.answeredBy(node)
  await until(`${name}: all agree`, async () => {
    const { body } = await nodes[0].api('GET', '/v1/fleet')
    return body.agreed && body.nodes.length === nodes.length && body.store.state === 'live'
  })
  figures[`${name}: until all agree again, ms`] = Math.round(performance.now() - started)
  for (const one of watches) await one.stop()
  tally(name, watches)
  await resolver.stop()
  const { sent, answered, wrong } = resolver.counts
  figures[`${name}: asked of the resolver`] = sent
  claims.push([`${name}: the resolver goes on resolving, rightly`, sent > 0 && answered === sent && wrong === 0])
}

function tally(name, watches) {
  const total = key => watches.reduce((sum, { counts }) => sum + counts[key], 0)
  figures[`${name}: queries`] = total('sent')
  claims.push([`${name}: every query to a node that runs is answered`, total('answered') === total('sent')])
  claims.push([`${name}: no answer is wrong`, total('wrong') === 0])
}

async function nothingIsLost() {
  for (const node of nodes) {
    const lost = await edits.lostOn(node)
    figures[`${node.name}: edits lost`] = lost
    claims.push([`${node.name} has every edit that was acknowledged`, lost === 0])
  }
  figures['edits acknowledged'] = edits.acknowledged.size
}
