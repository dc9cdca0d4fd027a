// What a large fleet costs its store: many nodes that vote on many targets, each by the code that a node runs, over one real etcd.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ballotOf, shortName } from '../../dist/control-plane/fleet/ballot.js'
import { Etcd } from '../../dist/control-plane/fleet/etcd.js'
import { Lease } from '../../dist/control-plane/fleet/lease.js'
import { Presence } from '../../dist/control-plane/fleet/presence.js'
import { Replica } from '../../dist/control-plane/fleet/replica.js'
import { Votes } from '../../dist/control-plane/fleet/votes.js'
import { startEtcd } from './fleet/etcd.mjs'
import { until } from './fleet/process.mjs'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('What a large fleet costs its store.', 'fleet-scale.mjs', {
  nodes: [100, 'nodes'],
  targets: [10_000, 'targets that each of them probes'],
  seconds: [20, 'for which each state is watched'],
  flaps: [10, 'targets that turn for a node in a second, while some do'],
})

const SILENCE_MS = 10_000
const figures = {}
const claims = []
const folder = await mkdtemp(join(tmpdir(), 'meridian-scale-'))
const etcd = await startEtcd(folder, ['m0'])
const names = Array.from({ length: words.targets }, (_, i) => shortName(`api\n10.0.${i >> 8}.${i & 255}`))
/** Writes, bytes of values and events, of all nodes together. */
const tally = { commits: 0, puts: 0, bytes: 0, events: 0, keepAlives: 0 }
const nodes = []
try {
  for (let i = 0; i < words.nodes; i++) nodes.push(await startVoter(`n${i}`))
  const started = performance.now()
  await until('all have heard all', () => nodes.every(({ votes }) => heard(votes) === words.nodes * words.targets), 100)
  figures['until all have heard all, s'] = Math.round((performance.now() - started) / 100) / 10
  figures['votes that each node knows'] = heard(nodes[0].votes)
  figures['memory of a node for them, MB'] = await memory()
  await watchRates('quiet', () => undefined)
  await watchRates('some turn', () => {
    for (const node of nodes) node.turn(words.flaps)
  })
  await oneTurns()
} finally {
  for (const { close } of nodes) close()
  await etcd.stop()
  await rm(folder, { recursive: true, force: true })
}
conclude(`${words.nodes} nodes, ${words.targets} targets, one etcd`, figures, claims, words.json)

async function startVoter(node) {
  const client = new Etcd({ endpoints: [etcd.urls[0]], timeoutMs: 30_000, tls: {} })
  const counted = count(client)
  const replica = new Replica({ etcd: counted, prefix: '/meridian/shared/' })
  const votes = new Votes({ replica, node, mostDown: 0.7, silenceMs: SILENCE_MS })
  const following = replica.follow()
  await replica.first
  const said = new Map(names.map(name => [name, { up: true, run: 0 }]))
  let beat = 0
  const presence = new Presence({
    lease: new Lease({ etcd: counted, replica, seconds: SILENCE_MS / 1000 }),
    replica,
    everyMs: SILENCE_MS / 3,
    words: lagMs =>
      new Map([[`members/${node}`, JSON.stringify({ node, lagMs, beat: beat++ })], ...ballotOf(node, node, said)]),
    onProblem: (sentence, error) => console.error(sentence, error),
  })
  presence.changed()
  let next = 0
  return {
    node,
    votes,
    turn(howMany) {
      for (let i = 0; i < howMany; i++) {
        const name = names[next++ % names.length]
        said.set(name, { up: true, run: said.get(name).run === 0 ? 1 : 0 })
      }
      presence.changed()
    },
    say(name, word) {
      said.set(name, word)
      presence.changed()
    },
    close() {
      void presence.close()
      votes.close()
      replica.close()
      client.close()
      return following
    },
  }
}

/** The same calls, counted. */
function count(client) {
  return {
    range: prefix => client.range(prefix),
    get: key => client.get(key),
    watch: (prefix, from, take, signal) =>
      client.watch(
        prefix,
        from,
        (events, upTo) => {
          tally.events += events.length
          take(events, upTo)
        },
        signal,
      ),
    commit(wish) {
      tally.commits++
      tally.puts += wish.put.length
      for (const { value } of wish.put) tally.bytes += value.length
      return client.commit(wish)
    },
    grant: seconds => client.grant(seconds),
    keepAlive(lease) {
      tally.keepAlives++
      return client.keepAlive(lease)
    },
    revoke: lease => client.revoke(lease),
  }
}

function heard(votes) {
  return votes.list().reduce((sum, { targets }) => sum + targets, 0)
}

async function memory() {
  globalThis.gc?.()
  await pause(1)
  return Math.round(process.memoryUsage().rss / 1e6 / words.nodes)
}

/** @param happen called every second */
async function watchRates(state, happen) {
  const before = { ...tally }
  const started = performance.now()
  for (let second = 0; second < words.seconds; second++) {
    happen()
    await pause(1000)
  }
  const seconds = (performance.now() - started) / 1000
  const rate = key => Math.round((tally[key] - before[key]) / seconds)
  figures[`${state}: transactions a second`] = rate('commits')
  figures[`${state}: keys written a second`] = rate('puts')
  figures[`${state}: KB written a second`] = Math.round(rate('bytes') / 1000)
  figures[`${state}: events told by etcd a second, to all nodes`] = rate('events')
  figures[`${state}: signs of life of leases a second`] = rate('keepAlives')
}

/** From one node's word to the last of all others that knows it. */
async function oneTurns() {
  const [first, ...others] = nodes
  const name = names[5]
  const started = performance.now()
  first.say(name, { up: false, run: 0 })
  const knows = ({ votes }) => votes.others(name).some(({ node, streak }) => node === first.node && !streak.up)
  await until('all have heard of it', () => others.every(knows), 1)
  figures['one target turns for one node: until all others know, ms'] = Math.round(performance.now() - started)
  claims.push(['what one node sees is known to all others', others.every(knows)])
  const all = nodes.every(({ votes }) => heard(votes) === words.nodes * words.targets)
  claims.push(['nobody fell silent, and no vote is missing', all])
}
