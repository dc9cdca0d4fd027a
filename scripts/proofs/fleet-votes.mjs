// Proves that a fleet judges together: three nodes over three members of etcd probe two regions, and links between them are cut.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEtcd } from './fleet/etcd.mjs'
import { startNode } from './fleet/node.mjs'
import { until } from './fleet/process.mjs'
import { startRegion } from './fleet/region.mjs'
import { watchAnswers } from './fleet/watch-answers.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that a fleet judges together.', 'fleet-votes.mjs', {
  rounds: [5, 'times that most nodes lose a region, until all answer without it'],
})

const figures = {}
const claims = []
const folder = await mkdtemp(join(tmpdir(), 'meridian-votes-'))
const etcd = await startEtcd(folder)
const eu = await startRegion('127.0.9.1')
const us = await startRegion('127.0.9.2', eu.port)
const NAME = 'v.example.com'
const SOURCES = ['127.0.8.1', '127.0.8.2', '127.0.8.3']
const nodes = []
const watches = []
try {
  await Promise.all(
    SOURCES.map(async (source, i) => {
      nodes[i] = await startNode(folder, `ns${i + 1}`, etcd.urls, `health: { source: [${source}] }`)
    }),
  )
  await bring()
  await all('127.0.9.1')
  for (const node of nodes) watches.push(watchAnswers(node, NAME, [eu.address, us.address]))
  await one()
  await many()
  await silent()
  await deaf()
  for (const watching of watches) await watching.stop()
  const total = key => watches.reduce((sum, { counts }) => sum + counts[key], 0)
  figures['queries'] = total('sent')
  claims.push(['every query is answered', total('answered') === total('sent')])
  claims.push(['no answer is anything but a region', total('wrong') === 0])
} finally {
  for (const watching of watches) await watching.stop()
  for (const node of nodes) await node?.close()
  eu.close()
  us.close()
  await etcd.stop()
  await rm(folder, { recursive: true, force: true })
}
conclude('Three nodes, two regions, and votes', figures, claims, words.json)

async function bring() {
  const document = `checks:
  web: { type: http, port: ${eu.port}, interval: 1s, timeout: 500ms, confirm: 200ms, fall: 2, rise: 1, votes: { quorum: majority, hold: 4s } }
regions:
  eu: { addresses: [127.0.9.1], checks: [web] }
  us: { addresses: [127.0.9.2], checks: [web] }
policies:
  first: [{ tier: [[eu], [us]] }]
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: [{ type: A, data: 127.0.0.1 }]
      v: [{ steer: first, ttl: { min: 1s, max: 5s } }]
`
  const { status, body } = await nodes[0].api('PUT', '/v1/traffic', document, 'votes')
  if (status !== 200) throw new Error(JSON.stringify(body))
}

/** All nodes answer with the address. */
async function all(address) {
  const watching = nodes.map(node => watchAnswers(node, NAME, [address]))
  await Promise.all(watching.map(one => until(`all answer with ${address}`, () => one.last() === address, 1)))
  for (const one of watching) await one.stop()
}

/** How the nodes see eu: their own view, and what it comes to. */
function views() {
  return Promise.all(
    nodes.map(async node => {
      const { body } = await node.api('GET', '/v1/health/eu')
      const [check] = body.health[0].checks
      return { up: check.up, ...check.votes, ballots: check.ballots }
    }),
  )
}

async function one() {
  eu.block(SOURCES[0])
  await until('ns1 sees it down', async () => (await views())[0].own === false)
  await until('the others have heard of it', async () => (await views()).every(({ ups, of }) => ups === 2 && of === 3))
  const [first] = await views()
  claims.push(['one of three that cannot reach a region is outvoted, and goes by the others', first.up && !first.own])
  const answers = watches.map(watching => watching.last())
  claims.push(['all three go on answering with it', answers.every(address => address === eu.address)])
  claims.push([
    'who says what is shown',
    first.ballots
      .filter(({ up }) => !up)
      .map(({ node }) => node)
      .join() === 'ns1',
  ])
  const { body } = await nodes[2].api('GET', '/v1/fleet')
  const down = body.nodes.map(({ votes }) => votes.down).join()
  claims.push(['GET /v1/fleet says how many targets each sees down', down === '1,0,0'])
}

/** ns1 is cut off already; now a second one is, and then none. */
async function many() {
  const spreads = []
  const since = []
  for (let i = 0; i < words.rounds; i++) {
    const marks = watches.map(watching => watching.mark(us.address))
    const started = performance.now()
    eu.block(SOURCES[1])
    const times = await Promise.all(marks)
    spreads.push(Math.max(...times) - Math.min(...times))
    since.push(Math.max(...times) - started)
    const back = watches.map(watching => watching.mark(eu.address))
    eu.unblock(SOURCES[1])
    await Promise.all(back)
  }
  figures['two lose a region: from the vote to the answers of all, ms, most'] = Math.round(Math.max(...spreads))
  figures['likewise from the cut, ms, most'] = Math.round(Math.max(...since))
  claims.push(['two of three take it out for all, within a second of the vote', Math.max(...spreads) < 1000])
  eu.unblock(SOURCES[0])
  await until('all see it up', async () => (await views()).every(({ ups }) => ups === 3))
}

/** A node that is killed has no vote any more. */
async function silent() {
  await watches[2].stop()
  await nodes[2].kill()
  const others = () =>
    Promise.all(
      nodes.slice(0, 2).map(async node => (await node.api('GET', '/v1/health/eu')).body.health[0].checks[0].votes),
    )
  const started = performance.now()
  await until('its silence is noticed', async () => (await others()).every(({ of }) => of === 2))
  figures['a node is killed: until it has no vote any more, ms'] = Math.round(performance.now() - started)
  claims.push([
    'a node that is killed leaves the count',
    (await others()).every(({ ups, of }) => ups === 2 && of === 2),
  ])
  await nodes[2].begin()
  await until('it votes again', async () => (await views()).every(({ of }) => of === 3))
  watches[2] = watchAnswers(nodes[2], NAME, [eu.address, us.address])
}

/** Cut off from etcd: what was heard last, then what is held, then the own view. */
async function deaf() {
  const [first] = nodes
  eu.block(SOURCES[0])
  await until('ns1 is outvoted', async () => (await views())[0].own === false)
  first.cut()
  const seen = new Set()
  await until('it goes by its own view', async () => {
    const { basis, up } = (await views())[0]
    seen.add(`${basis} ${up}`)
    return basis === 'own'
  })
  figures['a node without votes went by'] = [...seen].join(', ')
  claims.push(['without votes it holds what it was', seen.has('held true')])
  claims.push(['and then goes by its own view', seen.has('own false')])
  await until('it answers so', () => watches[0].last() === us.address)
  claims.push(['the others stay where they are', watches[1].last() === eu.address && watches[2].last() === eu.address])
  first.mend()
  await until('it hears them again', async () => (await views())[0].up)
  await until('it answers with them', () => watches[0].last() === eu.address)
  eu.unblock(SOURCES[0])
}
