// Proves that releases next to each other work on one store: three nodes of an older release, built from the history of this checkout, become
// ones of this release one after the other, and one of them goes back, under queries, edits, votes, overrides and drills.
import { rmSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Edits } from './fleet/edits.mjs'
import { startEtcd } from './fleet/etcd.mjs'
import { until } from './fleet/process.mjs'
import { manyVotes } from './fleet/told.mjs'
import { addressOf } from './fleet/watch.mjs'
import { watchAnswers } from './fleet/watch-answers.mjs'
import { startUpgradable } from './upgrade/node.mjs'
import { build, ROOT, releaseBefore } from './upgrade/release.mjs'
import { drillOn, overridesOn, tokenOn } from './upgrade/shared.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('Proves that releases next to each other work on one store.', 'upgrade.mjs', {
  from: ['', 'the older release; unless told the newest tag, or where there is none fifty commits before', 'COMMIT'],
  built: ['', 'where that release has been built already', 'FOLDER'],
  edits: [60, 'edits at each stage, each on another node, until all others answer with it'],
  votes: [20, 'votes at each stage, each of which changes what all answer'],
})

const { version: RELEASE } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
const STEERED = 'api.example.com'
const REGIONS = ['192.0.2.31', '192.0.2.32']
const document = number => `# A fleet.
regions:
  eu: { addresses: [${REGIONS[0]}] }
  us: { addresses: [${REGIONS[1]}] }
policies:
  first: [{ tier: [[eu], [us]] }]
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: [{ type: A, data: 192.0.2.11 }]
      api: [{ steer: first, ttl: { min: 1s, max: 5s } }]
      v: [{ type: A, data: ${addressOf(number)} }]
`

const from = words.built || words.from || releaseBefore()
const figures = { 'the older release': from }
const claims = []
const edits = new Edits()
const folder = await mkdtemp(join(tmpdir(), 'meridian-upgrade-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const older = words.built ? resolve(words.built) : build(from, join(folder, 'older'))
const etcd = await startEtcd(folder)
const nodes = []
const asked = { sent: 0, answered: 0, wrong: 0 }
try {
  for (const name of ['ns1', 'ns2', 'ns3']) nodes.push(await startUpgradable(folder, name, etcd.urls, older))
  await edits.bring(nodes[0], document)
  for (const node of nodes) await edits.answeredBy(node)
  const [a, b, c] = nodes
  await together('3 older ones', 3)
  await under('the first one makes way for this release', [a, b, c], () => replace(a))
  await together('2 older ones and 1 of this release', 2)
  await under('the second one ends without etcd, and is this release when it starts', [a, c], () => startFromCopy(b))
  await together('1 older one and 2 of this release', 1)
  await under('the third one makes way, amid a drill of its own', [a, b, c], () => drillOn(c, nodes, () => replace(c)))
  await together('3 of this release', 0)
  await under('the first one goes back', [a, b, c], () => replace(a, older))
  await together('1 that went back and 2 of this release', 1)
  for (const node of nodes)
    claims.push([`${node.name} has every edit that was acknowledged`, (await edits.lostOn(node)) === 0])
} finally {
  for (const node of nodes) await node.close()
  await etcd.stop()
}
figures['edits acknowledged'] = edits.acknowledged.size
figures['queries meanwhile'] = asked.sent
claims.push(['every query is answered', asked.sent > 0 && asked.answered === asked.sent])
claims.push(['no answer is wrong', asked.wrong === 0])
conclude('A fleet is upgraded node by node', figures, claims, words.json)

/** Everything that nodes share is changed on each of them, and known to all others. @param many nodes of the older release */
async function together(stage, many) {
  const { spans, watches } = await edits.makeMany(nodes, words.edits)
  figures[`${stage}: an edit is answered by all others, ms, longest`] = Math.round(Math.max(...spans))
  const { spans: votes, counts } = await manyVotes(nodes, words.votes)
  figures[`${stage}: a vote changes the answers of all, ms, longest`] = Math.round(Math.max(...votes))
  for (const each of [...watches.map(({ counts }) => counts), ...counts]) count(each)
  await overridesOn(nodes, STEERED, REGIONS)
  for (const node of nodes) await drillOn(node, nodes)
  for (const node of nodes) await tokenOn(node, nodes)
  const { body } = await nodes[0].api('GET', '/v1/fleet')
  const olderOnes = body.nodes.filter(({ release }) => release !== RELEASE).length
  claims.push([`${stage}: so many of three are of the older release`, body.nodes.length === 3 && olderOnes === many])
  figures[`${stage}: nodes say that they answer alike`] = body.agreed ? 'yes' : 'no'
}

/** Asks those nodes without pause while it happens: for the number, and for the steered name. */
async function under(what, some, happen) {
  const started = performance.now()
  const watches = some.flatMap(node => [edits.watch(node), watchAnswers(node, STEERED, REGIONS)])
  await happen()
  for (const one of watches) {
    await one.stop()
    count(one.counts)
  }
  figures[`${what}, ms`] = Math.round(performance.now() - started)
}

async function replace(node, release = ROOT) {
  node.install(release)
  await node.makeWay()
}

/** What the older release has written is all that it finds. */
async function startFromCopy(node) {
  const members = [0, 1, 2]
  for (const i of members) etcd.hold(i, true)
  await node.kill()
  node.install(ROOT)
  await node.begin()
  await edits.answeredBy(node)
  claims.push(['without etcd, this release serves the copy of the older one', node.said().includes('the copy of')])
  for (const i of members) etcd.hold(i, false)
  await until('etcd is there again', async () =>
    (await Promise.all(nodes.map(one => one.api('GET', '/v1/fleet')))).every(
      ({ body }) => body.store.state === 'live' && body.nodes.length === nodes.length,
    ),
  )
}

function count(counts) {
  for (const key of Object.keys(asked)) asked[key] += counts[key]
}
