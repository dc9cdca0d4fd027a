// Proves that a fleet has no single point of failure: three nodes over three members of etcd, of which nodes and members are
// killed, held and cut off while every node is asked without pause.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startEtcd } from './fleet/etcd.mjs'
import { startNode } from './fleet/node.mjs'
import { until } from './fleet/process.mjs'
import { addressOf, watch } from './fleet/watch.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that a fleet has no single point of failure.', 'fleet.mjs', {
  edits: [1000, 'edits, each on another node, until all others answer with it'],
})

const DATABASE = fileURLToPath(new URL('../../geo-data/', import.meta.url))
const document = number => `# A fleet.
regions:
  eu: { addresses: [192.0.2.1] }
  us: { addresses: [192.0.2.2] }
zones:
  example.com:
    nameservers: [ns1.example.com, ns2.example.com, ns3.example.com]
    records:
      ns1: [{ type: A, data: 127.0.0.1 }]
      ns2: [{ type: A, data: 127.0.0.1 }]
      ns3: [{ type: A, data: 127.0.0.1 }]
      v: [{ type: A, data: ${addressOf(number)} }]
`
const figures = {}
const claims = []
/** The number that was written last, and those that were acknowledged. */
let newest = 1
const acknowledged = new Set()

const folder = await mkdtemp(join(tmpdir(), 'meridian-fleet-'))
const etcd = await startEtcd(folder)
const nodes = []
try {
  await Promise.all(
    ['ns1', 'ns2', 'ns3'].map(async name => nodes.push(await startNode(folder, name, etcd.ports, await database()))),
  )
  nodes.sort((a, b) => (a.name < b.name ? -1 : 1))
  const [a, b, c] = nodes
  await bring(a)
  await manyEdits()
  await scenario('a node is killed', [a, b], async () => {
    await c.kill()
    await edit(a)
    await edit(b)
    await c.begin()
  })
  await scenario('the leader of etcd is killed', nodes, async () => {
    const leader = await etcd.leader()
    await etcd.kill(leader)
    await edit(a)
    await edit(c)
    await etcd.restart(leader)
  })
  await scenario('the leader of etcd stands still', nodes, async () => {
    const leader = await etcd.leader()
    etcd.hold(leader, true)
    await edit(b)
    etcd.hold(leader, false)
    await edit(c)
  })
  await scenario('etcd loses its quorum', [a, c], async () => {
    await etcd.kill(0)
    await etcd.kill(1)
    await refusedOn(a)
    await saysAway(c)
    // A start without etcd: what is served is the copy.
    await b.kill()
    await b.begin()
    await answers(b, newest)
    claims.push(['without etcd, a node that starts says that it serves its copy', b.said().includes('the copy of')])
    await etcd.restart(0, 1)
    await edit(b)
  })
  await scenario('one node is cut off from etcd', nodes, async () => {
    a.cut()
    await refusedOn(a)
    await edit(b)
    const before = newest - 1
    const numbers = await Promise.all([current(a), current(b)])
    claims.push(['a node that is cut off answers with what it knew', numbers[0] === before && numbers[1] === newest])
    await until('its silence is noticed', async () => (await c.api('GET', '/v1/fleet')).body.nodes.length === 2)
    a.mend()
  })
  await scenario('all nodes are cut off from etcd', nodes, async () => {
    for (const node of nodes) node.cut()
    await refusedOn(b)
    await Promise.all(nodes.map(saysAway))
    for (const node of nodes) node.mend()
  })
  await scenario('a copy is damaged', [a, b], async () => {
    await c.stop()
    await writeFile(join(c.folder, 'state', 'fleet-copy.json'), 'nonsense\n')
    await c.begin()
    claims.push(['a copy that is damaged is not served, and that is said', c.said().includes('does not bear the seal')])
  })
  await nothingIsLost()
} finally {
  for (const node of nodes) await node.close()
  await etcd.stop()
  await rm(folder, { recursive: true, force: true })
}
conclude('A fleet of three, over three members of etcd', figures, claims, words.json)

async function database() {
  const { bundledDatabases } = await import('../../dist/control-plane/geo/bundled.js')
  return bundledDatabases()[0] ?? DATABASE
}

/** As `meridian apply` does. */
async function bring(node) {
  const { status, body } = await node.api('PUT', '/v1/traffic', document(newest), `number ${newest}`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  acknowledged.add(newest)
  for (const one of nodes) await answers(one, newest)
}

/** An edit that is made again until somebody acknowledges it, as an operator would. @returns ms it took */
async function edit(node) {
  const number = ++newest
  const patch = { zones: { 'example.com': { records: { v: [{ type: 'A', data: addressOf(number) }] } } } }
  const started = performance.now()
  await until('an edit is taken', async () => {
    const { status, body } = await node.api('PATCH', '/v1/traffic', patch, `number ${number}`)
    if (status !== 200 && status !== 503) throw new Error(JSON.stringify(body))
    return status === 200
  })
  acknowledged.add(number)
  return performance.now() - started
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

async function current(node) {
  const { body } = await node.api('GET', '/v1/traffic')
  const [{ data }] = body.document.zones['example.com'].records.v
  return Number(
    data
      .split('.')
      .slice(1)
      .reduce((sum, digit) => sum * 256 + Number(digit), 0),
  )
}

async function answers(node, number) {
  const watching = watch(node.port, () => newest)
  await until(`${node.name} answers with ${number}`, () => watching.last() >= number, 1)
  await watching.stop()
}

async function manyEdits() {
  const watches = nodes.map(({ port }) => watch(port, () => newest))
  const spans = []
  for (let i = 0; i < words.edits; i++) {
    const started = performance.now()
    await edit(nodes[i % nodes.length])
    const others = watches.filter((_, one) => one !== i % nodes.length)
    await Promise.all(others.map(other => until('all others answer with it', () => other.last() >= newest, 1)))
    spans.push(performance.now() - started)
  }
  await tally('edits on every node in turn', watches)
  spans.sort((a, b) => a - b)
  figures['edits: from the request to the answers of all others, ms, median'] = at(spans, 0.5)
  figures['edits: likewise, of a hundred the slowest'] = at(spans, 0.99)
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** What happens while those nodes are asked that stay; afterwards all have to agree on the newest. */
async function scenario(name, asked, happen) {
  const watches = asked.map(({ port }) => watch(port, () => newest))
  await happen()
  const started = performance.now()
  await until(`${name}: all know the newest`, async () => {
    const numbers = await Promise.all(nodes.map(current))
    return numbers.every(number => number === newest)
  })
  for (const node of nodes) await answers(node, newest)
  await until(`${name}: all agree`, async () => {
    const { body } = await nodes[0].api('GET', '/v1/fleet')
    return body.agreed && body.nodes.length === nodes.length && body.store.state === 'live'
  })
  figures[`${name}: until all agree again, ms`] = Math.round(performance.now() - started)
  await tally(name, watches)
}

async function tally(name, watches) {
  await pause(10)
  for (const one of watches) await one.stop()
  const total = key => watches.reduce((sum, { counts }) => sum + counts[key], 0)
  figures[`${name}: queries`] = total('sent')
  claims.push([`${name}: every query to a node that runs is answered`, total('answered') === total('sent')])
  claims.push([`${name}: no answer is wrong`, total('wrong') === 0])
}

async function nothingIsLost() {
  for (const node of nodes) {
    const reasons = new Set()
    let before = ''
    for (;;) {
      const { body } = await node.api('GET', `/v1/revisions?limit=500${before}`)
      for (const { reason } of body.revisions) reasons.add(reason)
      if (body.next === undefined) break
      before = `&before=${body.next}`
    }
    const lost = [...acknowledged].filter(number => !reasons.has(`number ${number}`)).length
    figures[`${node.name}: edits lost`] = lost
    claims.push([`${node.name} has every edit that was acknowledged`, lost === 0])
  }
  figures['edits acknowledged'] = acknowledged.size
}
