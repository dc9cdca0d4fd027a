// A region whose state nodes are told through their APIs, and not by probes: what a node is told is its vote at once, so that
// many votes can be watched in a short time.
import { openAsker } from '../../bench/ask.mjs'
import { until } from './process.mjs'
import { watchAnswers } from './watch-answers.mjs'

const NAME = 'told.example.com'
const ITS = '192.0.2.41'
const OTHER = '192.0.2.42'
const PARTS = { checks: ['told'], regions: ['told', 'other'], policies: ['told-first'] }

const section = {
  checks: { told: { type: 'push', 'max-age': '1d', fall: 1, rise: 1, votes: { quorum: 'majority' } } },
  regions: { told: { addresses: [ITS], checks: ['told'] }, other: { addresses: [OTHER] } },
  policies: { 'told-first': [{ tier: [['told'], ['other']] }] },
  zones: { 'example.com': { records: { told: [{ steer: 'told-first', ttl: { min: '1s', max: '5s' } }] } } },
}
const without = {
  ...Object.fromEntries(
    Object.entries(PARTS).map(([part, ids]) => [part, Object.fromEntries(ids.map(id => [id, null]))]),
  ),
  zones: { 'example.com': { records: { told: null } } },
}

/**
 * One of three nodes says that the region is down; then a second one says so and takes it back, again and again, and all have to
 * change their answers each time.
 * @returns ms from the request until the last of all nodes has changed its answer, by vote; and what was asked
 */
export async function manyVotes([first, ...others], times) {
  await ok(first, 'PATCH', '/v1/traffic', section)
  const nodes = [first, ...others]
  for (const node of nodes) await knows(node)
  const watches = nodes.map(node => watchAnswers(node, NAME, [ITS, OTHER]))
  const all = address => Promise.all(watches.map(one => one.mark(address)))
  const tell = (node, up) => ok(node, 'POST', '/v1/checks/told/state', { up })
  const there = all(ITS)
  for (const node of nodes) await tell(node, true)
  await there
  await tell(first, false)
  const spans = []
  for (let i = 0; i < times; i++) {
    const up = i % 2 === 1
    const changed = all(up ? ITS : OTHER)
    const started = performance.now()
    await tell(others[i % 4 < 2 ? 0 : 1], up)
    spans.push(Math.max(...(await changed)) - started)
  }
  for (const one of watches) await one.stop()
  await ok(first, 'PATCH', '/v1/traffic', without)
  return { spans, counts: watches.map(({ counts }) => counts) }
}

/** Until it has heard of the name, there is none. */
async function knows({ name, port, address }) {
  const asker = openAsker(port, { address })
  await until(`${name} knows the name`, async () => [ITS, OTHER].includes(await asker.ask(NAME)))
  asker.close()
}

async function ok(node, method, path, body) {
  const { status, body: said } = await node.api(method, path, body, 'votes')
  if (status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(said)}`)
}
