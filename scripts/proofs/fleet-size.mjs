// What a large fleet costs one of its nodes: the votes of all others, as its real code reads, keeps and judges them. No store is run;
// what that has to do follows from the sizes.
import { setTimeout as pause } from 'node:timers/promises'
import { ballotOf, shortName } from '../../dist/control-plane/fleet/ballot.js'
import { Votes } from '../../dist/control-plane/fleet/votes.js'
import { conclude } from './verdict.mjs'
import { readWords } from './words.mjs'

const words = readWords('What a large fleet costs one of its nodes; with node --expose-gc.', 'fleet-size.mjs', {
  nodes: [100, 'nodes'],
  targets: [10_000, 'targets that each of them probes'],
  turns: [100, 'targets that turn for one node, one after the other'],
})

const names = Array.from({ length: words.targets }, (_, i) => shortName(`api\n10.0.${i >> 8}.${i & 255}`))
const said = new Map(names.map(name => [name, { up: true, run: 0 }]))
const known = new Map()
let hear
const votes = new Votes({
  node: 'own',
  mostDown: 0.7,
  silenceMs: 10_000,
  replica: {
    get: key => known.get(key),
    under: () => new Map(),
    standing: () => ({ kind: 'live' }),
    onChange: listener => {
      hear = listener
    },
    onStanding: () => {},
  },
})

const before = await heap()
const [, read] = timed(() => {
  for (let i = 0; i < words.nodes; i++) take(ballotOf(`n${i}`, 'group', said))
})
const whole = ballotOf('n0', 'group', said)
const megabytes = ((await heap()) - before) / 1e6
const [rewritten, turning] = timed(() => {
  let keys = 0
  for (const name of names.slice(0, words.turns)) {
    said.set(name, { up: false, run: 0 })
    keys += take(ballotOf('n0', 'group', said))
  }
  return keys
})
const down = names.filter(name => votes.others(name).some(({ streak }) => !streak.up)).length
const sizes = [...whole.values()].map(text => text.length)
votes.close()

conclude(
  `${words.nodes} nodes, ${words.targets} targets: one node of them`,
  {
    'pieces that a node says its votes in': whole.size,
    'bytes of all of them': sizes.reduce((sum, size) => sum + size, 0),
    'bytes of the largest, which a turn writes anew': Math.max(...sizes),
    'votes that a node knows': votes.list().reduce((sum, { targets }) => sum + targets, 0),
    'until it has read all of them, with making them, ms': read,
    'heap that they take, with their texts, MB': megabytes,
    'a target turns for one node: made, read and judged, ms': turning / words.turns,
  },
  [
    ['a node knows the vote of every other on every target', votes.others(names.at(-1)).length === words.nodes],
    ['a target that turns writes one piece anew, and no more', rewritten === words.turns],
    ['each of them is known', down === words.turns],
  ],
  words.json,
)

/** What changed comes in as the watch would tell it. @returns how many pieces that are */
function take(ballot) {
  const changed = [...ballot].filter(([key, value]) => known.get(key)?.value !== value)
  for (const [key, value] of changed) known.set(key, { value, version: 1 })
  hear(new Set(changed.map(([key]) => key)))
  return changed.length
}

function timed(work) {
  const started = performance.now()
  return [work(), performance.now() - started]
}

async function heap() {
  await pause(1)
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
